#include "plugin/model/dom0_access.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

/// What Xen leaves of an entry's arguments: the first max_command_line bytes of the line.
std::vector<Argument> handed_over(const BootEntry& entry) {
  auto arguments = entry.arguments;
  if (entry.command_line.size() <= max_command_line) return arguments;
  for (auto excess = entry.command_line.size() - max_command_line; !arguments.empty();) {
    auto& last = arguments.back().value;
    if (last.size() > excess) {
      last.resize(last.size() - excess);
      break;
    }
    excess -= std::min(excess, last.size() + 1);
    arguments.pop_back();
  }
  return arguments;
}

}  // namespace

std::string_view name_of(Dom0Access access) {
  constexpr std::string_view names[] = {"enabled", "disable_on_reboot", "disabled",
                                        "enable_on_reboot", ""};
  return names[static_cast<int>(access)];
}

bool hides(const HideList& list, const Function& function) {
  const bool is_port = function.driver == "pcieport";
  const bool is_cardbus = function.header_type == 2;
  if (is_port || is_cardbus) return false;
  return list.names(function.address) ||
         std::ranges::any_of(function.path, [&](const auto& bridge) { return list.names(bridge); });
}

bool reaches(const HideList& list, const Function& function) {
  return list.names(function.address) || hides(list, function);
}

HideList list_of(const Boot& boot, const BootEntry& entry) {
  return find_hide_arguments(handed_over(entry), pciback_kind(entry, boot.kernel_release)).list();
}

HideArguments hide_arguments(const Boot& boot, const BootEntry& entry) {
  return find_hide_arguments(entry.arguments, pciback_kind(entry, boot.kernel_release));
}

HideArguments running_hide_arguments(const Boot& boot) {
  const auto split =
      split_at_dashes(split_command_line(boot.running.value_or("")), boot.kernel_release);
  return find_hide_arguments(split.kernel, pciback_kind(boot.kernel_release));
}

HideList running_list(const Boot& boot) { return running_hide_arguments(boot).list(); }

}  // namespace pci_passthrough
