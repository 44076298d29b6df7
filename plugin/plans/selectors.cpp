#include "plugin/plans/selectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "plugin/model/failure.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough {
namespace {

using Ids = std::pair<std::uint16_t, std::uint16_t>;

std::optional<std::uint16_t> id_in(std::string_view text) {
  std::uint16_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return text.size() == 4 && is_whole ? std::optional(id) : std::nullopt;
}

/// "10de:24b0"
std::optional<Ids> ids_in(std::string_view text) {
  constexpr std::size_t size = std::string_view("10de:24b0").size();
  if (text.size() != size || text[4] != ':') return std::nullopt;
  const auto first = id_in(text.substr(0, 4)), second = id_in(text.substr(5));
  return first && second ? std::optional(Ids(*first, *second)) : std::nullopt;
}

bool read_model(std::string_view text, DeviceSelector& selector) {
  const auto slash = text.find('/');
  const auto ids = ids_in(text.substr(0, slash));
  if (!ids) return false;
  selector.kind = DeviceSelector::Kind::model;
  std::tie(selector.vendor, selector.device) = *ids;
  if (slash != text.npos) selector.subsystem = ids_in(text.substr(slash + 1));
  return slash == text.npos || selector.subsystem;
}

bool read_address(std::string_view text, DeviceSelector::Kind kind, DeviceSelector& selector) {
  const auto address = PciAddress::parse(text);
  if (!address) return false;
  selector.kind = kind;
  selector.address = *address;
  return true;
}

bool fits(const Analysis& host, const DeviceSelector& selector, const Function& function) {
  const auto group = [&](const PciAddress& address) {
    const auto found = host.hardware().groups.find(address);
    return found == host.hardware().groups.end() ? std::nullopt : std::optional(found->second);
  };
  switch (selector.kind) {
    case DeviceSelector::Kind::address:
      return function.address == selector.address;
    case DeviceSelector::Kind::model:
      return function.vendor_id == selector.vendor && function.device_id == selector.device &&
             (!selector.subsystem || (function.subsystem_vendor_id == selector.subsystem->first &&
                                      function.subsystem_device_id == selector.subsystem->second));
    case DeviceSelector::Kind::group:
      return group(selector.address) && group(function.address) == group(selector.address);
    case DeviceSelector::Kind::slot:
      return function.address.same_slot(selector.address);
  }
  return false;
}

std::vector<PciAddress> fitting(const Analysis& host, const DeviceSelector& selector) {
  const bool is_address = selector.kind == DeviceSelector::Kind::address;
  if (selector.is_plain_address()) return {selector.address};
  std::vector<PciAddress> devices;
  for (const auto& function : host.snapshot().functions)
    if ((is_address || !function.is_bridge()) && fits(host, selector, function))
      devices.push_back(function.address);
  return devices;
}

Failure cannot_be_told(const DeviceSelector& selector, const Function& function,
                       std::string_view what) {
  return {code::unknown_device, fmt::format("unknown what '{}' fits: cannot read {} of {}",
                                            selector.text, what, function.address.text())};
}

/// What cannot be read may fit: it is not absent.
void check_is_told(const Analysis& host, const DeviceSelector& selector) {
  if (selector.is_plain_address()) return;
  if (const auto why = why_functions_are_unknown(host.snapshot().unreadable); !why.empty())
    throw Failure(code::unknown_device,
                  fmt::format("unknown what '{}' fits: {}", selector.text, why));
  if (selector.kind == DeviceSelector::Kind::group)
    if (const auto* member = host.find(selector.address);
        member && !host.hardware().groups.contains(member->address))
      throw cannot_be_told(selector, *member, "the isolation group");
  if (selector.kind != DeviceSelector::Kind::model) return;
  for (const auto& function : host.snapshot().functions) {
    if (!function.vendor_id || !function.device_id)
      throw cannot_be_told(selector, function, "the ids");
    const bool is_model =
        function.vendor_id == selector.vendor && function.device_id == selector.device;
    if (selector.subsystem && is_model && !function.is_bridge() &&
        (!function.subsystem_vendor_id || !function.subsystem_device_id))
      throw cannot_be_told(selector, function, "the ids of the subsystem");
  }
}

Failure fits_nothing(const Analysis& host, const DeviceSelector& selector) {
  const bool fits_a_bridge =
      std::ranges::any_of(host.snapshot().functions, [&](const Function& function) {
        return function.is_bridge() && fits(host, selector, function);
      });
  if (fits_a_bridge)
    return {code::unknown_device,
            fmt::format("'{}' fits bridges alone on this host; only its address names a bridge",
                        selector.text)};
  return {code::unknown_device,
          fmt::format("no PCI function of this host fits '{0}'; list shows those that are there, "
                      "and ?{0} may be absent",
                      selector.text)};
}

}  // namespace

std::optional<DeviceSelector> DeviceSelector::parse(std::string_view text) {
  constexpr std::string_view group = "group:", slot = "slot:";
  DeviceSelector selector{.text = std::string(text)};
  selector.may_be_absent = text.starts_with('?');
  if (selector.may_be_absent) text.remove_prefix(1);
  const bool is_read =
      text.starts_with(group) ? read_address(text.substr(group.size()), Kind::group, selector)
      : text.starts_with(slot)
          ? read_address(std::string(text.substr(slot.size())) + ".0", Kind::slot, selector)
          : read_address(text, Kind::address, selector) || read_model(text, selector);
  return is_read ? std::optional(std::move(selector)) : std::nullopt;
}

Selection select_devices(const Analysis& host, const std::vector<DeviceSelector>& selectors) {
  Selection selection;
  for (const auto& selector : selectors) {
    check_is_told(host, selector);
    auto devices = fitting(host, selector);
    if (devices.empty() && !selector.may_be_absent) throw fits_nothing(host, selector);
    for (const auto& address : devices) add_once(selection.devices, address);
    selection.parts.push_back({selector.text, std::move(devices)});
  }
  if (std::ranges::all_of(selectors, &DeviceSelector::is_plain_address)) selection.parts.clear();
  return selection;
}

}  // namespace pci_passthrough
