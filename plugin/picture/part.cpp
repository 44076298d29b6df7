#include "plugin/picture/part.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "plugin/model/device_words.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr std::uint16_t pci_bridges[] = {0x0604, 0x0609};
/// On the root bus they are the chipset's; behind a port a card that a VM can use.
constexpr std::uint16_t of_chipset_on_root_bus[] = {0x0580, 0x0780, 0x0c80, 0x1180, 0xff00};
constexpr std::uint16_t of_chipset[] = {0x0500, 0x0c05, 0x0800, 0x0880, 0x1101};

bool has(std::span<const std::uint16_t> classes, std::uint16_t one) {
  return std::ranges::count(classes, one) != 0;
}

Next next_of(DeviceState state) {
  switch (state) {
    case DeviceState::hides_at_boot:
      return Next::hides;
    case DeviceState::back_at_boot:
      return Next::returns;
    case DeviceState::not_held:
      return Next::not_held;
    default:
      return Next::same;
  }
}

Claim claim_of(const Part& part) {
  if (!part.device->vms || part.device->vms->empty()) return Claim::none;
  if (part.holder == Holder::hidden)
    return part.next == Next::returns ? Claim::loses : Claim::holds;
  return part.next == Next::hides ? Claim::pending : Claim::takes;
}

}  // namespace

Part part_of(const ListedDevice& device) {
  Part part;
  part.device = &device;
  const auto state = state_of(device);
  part.next = next_of(state);
  part.is_told = device.driver.has_value();
  const bool is_held = part.is_told ? device.driver == "pciback" : is_kept_from_dom0(device);
  part.holder = is_held ? Holder::hidden : Holder::dom0;
  if (part.is_told && !is_held && state == DeviceState::hidden) part.next = Next::not_held;
  if (is_held && part.next == Next::hides) part.next = Next::same;
  part.needed = dom0_needs(device);
  part.claim = claim_of(part);
  return part;
}

Tone Part::tone() const {
  if (!is_told) return Tone::untold;
  if (needed) return Tone::needed;
  return holder == Holder::hidden ? Tone::hidden : Tone::free;
}

Tone tone_of(Claim claim) {
  constexpr std::array tones = {Tone::vm, Tone::vm, Tone::pending, Tone::taking, Tone::pending};
  return tones[static_cast<std::size_t>(claim)];
}

bool is_bridge(const ListedDevice& device) {
  return (device.header_type && *device.header_type != 0) ||
         (device.class_id && has(pci_bridges, *device.class_id));
}

bool is_of_chipset(const ListedDevice& device) {
  if (!device.class_id) return false;
  const bool is_on_root_bus = device.path && device.path->empty();
  return *device.class_id >> 8 == 0x06 || has(of_chipset, *device.class_id) ||
         (is_on_root_bus && has(of_chipset_on_root_bus, *device.class_id));
}

}  // namespace pci_passthrough::picture
