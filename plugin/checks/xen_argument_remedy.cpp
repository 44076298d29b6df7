#include "plugin/checks/xen_argument_remedy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/vm_remedies.hpp"
#include "plugin/checks/way_out.hpp"

namespace pci_passthrough::checks {
namespace {

using Arguments = std::vector<std::pair<std::string, std::string>>;

/// xen-cmdline puts one in the place of another of that name; Xen reads several pci-phantom=.
Remedy by_hand(const BootEntry& entry, const std::string& argument) {
  constexpr std::string_view phantom = "pci-phantom=";
  const bool has_others = argument.starts_with(phantom) &&
                          std::ranges::any_of(entry.xen_arguments, [&](const auto& one) {
                            return one.starts_with(phantom);
                          });
  if (has_others)
    return {
        fmt::format("Write {} beside the other pci-phantom= on Xen's line of the boot file, by "
                    "hand; then reboot.",
                    argument)};
  return {
      fmt::format("Add {0} to Xen's own arguments: /opt/xensource/libexec/xen-cmdline "
                  "--set-xen {0}; then reboot.",
                  argument)};
}

Remedy by_call(const std::string& argument, const std::string& function, Arguments arguments) {
  arguments.emplace_back("xen-arguments", "true");
  std::string call = function;
  for (const auto& [name, value] : arguments) call += fmt::format(" {}={}", name, value);
  return {
      fmt::format("Let {} set {} on Xen's own line: {}; then reboot.", function, argument, call),
      function, std::move(arguments)};
}

}  // namespace

Remedy xen_argument_remedy(const Analysis& host, const Function& function, const BootEntry& entry,
                           const std::string& argument) {
  if (!boot_can_change(host) || !may_be_hidden(host, function)) return by_hand(entry, argument);
  return by_call(argument, "hide", {{"devices", function.address.text()}});
}

Remedy xen_argument_remedy(const Analysis& host, const VmAssignment& assignment,
                           const BootEntry& entry, const std::string& argument) {
  const bool is_here = assignment.place == Place::here || assignment.place == Place::anywhere;
  if (!boot_can_change(host) || !is_here) return by_hand(entry, argument);
  return by_call(argument, "assign", {{"vm", assignment.vm->uuid}});
}

}  // namespace pci_passthrough::checks
