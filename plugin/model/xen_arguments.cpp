#include "plugin/model/xen_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "plugin/model/dma_alias.hpp"
#include "plugin/model/xen_release.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {

namespace {

constexpr std::string_view name = "extra_guest_irqs=", phantom_name = "pci-phantom=";
constexpr std::size_t most_phantoms = 8;

/// What the last of that name says of dom0: ",512"; "" nothing.
std::string of_dom0(const BootEntry& entry) {
  std::string tail;
  for (const auto& argument : entry.xen_arguments)
    if (const auto comma = argument.find(','); argument.starts_with(name))
      tail = comma == std::string::npos ? "" : argument.substr(comma);
  return tail;
}

}  // namespace

GuestIrqs guest_irqs(const Snapshot& snapshot, const BootEntry& entry) {
  constexpr unsigned long upstream = 32, xenserver = 64;
  GuestIrqs irqs{has_known_patches(snapshot) ? xenserver : upstream, xenserver};
  for (const auto& argument : entry.xen_arguments) {
    if (!argument.starts_with(name)) continue;
    const auto* value = argument.c_str() + name.size();
    if (is_digit(*value)) irqs.least = irqs.most = std::strtoul(value, nullptr, 0);
  }
  return irqs;
}

unsigned long msix_vectors(const Function& function) {
  const bool is_any_bridge =
      function.is_bridge() || (function.class_code && function.class_code->is_bridge());
  const bool has_any = !is_any_bridge && function.config && function.config->msix;
  return has_any ? function.config->msix->count : 0;
}

bool serves_passthrough(std::string_view argument) {
  return argument.starts_with(name) || argument.starts_with(phantom_name);
}

std::vector<std::string> passthrough_arguments(const BootEntry& entry) {
  std::vector<std::string> all;
  std::ranges::copy_if(entry.xen_arguments, std::back_inserter(all), serves_passthrough);
  return all;
}

std::string phantom_argument(const PciAddress& address) {
  const auto segment = address.segment ? fmt::format("{:04x}:", address.segment) : "";
  return fmt::format("pci-phantom={}{:02x}:{:02x},1", segment, address.bus, address.device);
}

bool goes_by_phantom(const BootEntry& entry, std::string_view argument) {
  std::size_t before = 0;
  for (const auto& one : entry.xen_arguments) {
    if (!one.starts_with(phantom_name)) continue;
    if (one == argument) return before < most_phantoms;
    ++before;
  }
  return false;
}

bool has_room_for_phantom(const BootEntry& entry) {
  const auto is_phantom = [](const auto& one) { return one.starts_with(phantom_name); };
  return static_cast<std::size_t>(std::ranges::count_if(entry.xen_arguments, is_phantom)) <
         most_phantoms;
}

bool needs_phantom(const Snapshot& snapshot, const Function& function) {
  return bears_name_of_function_1(function) == true && knows_phantom(snapshot, function) != true;
}

std::vector<XenEdit> missing_in(const Snapshot& snapshot, std::size_t entry,
                                const XenNeeds& needs) {
  const BootEntry& boots = snapshot.boot.file.entries.at(entry);
  std::vector<XenEdit> edits;
  BootEntry with_more = boots;
  for (const auto& phantom : needs.phantoms)
    if (std::ranges::count(boots.xen_arguments, phantom) == 0 && has_room_for_phantom(with_more)) {
      with_more.xen_arguments.push_back(phantom);
      edits.push_back({entry, phantom});
    }
  if (needs.vectors > guest_irqs(snapshot, boots).least)
    edits.push_back({entry, fmt::format("{}{}{}", name, needs.vectors, of_dom0(boots)), true});
  return edits;
}

}  // namespace pci_passthrough
