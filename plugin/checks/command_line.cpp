#include "plugin/checks/checks.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {

Reasons command_line_too_long(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  return of_all_entries(
      boot, [&](const BootEntry& entry, const HideArguments& hide) -> std::string {
        if (entry.command_line_size <= max_command_line) return "";
        const auto i = static_cast<std::size_t>(&entry - boot.file.entries.data());
        const auto bare = command_line_size_with(boot.file, {i, hide.kind, ""});
        constexpr std::size_t rule_size = 14;
        const auto name_size = hide_parameter(hide.kind).size() + 2;
        const auto room = max_command_line < bare + name_size
                              ? 0
                              : (max_command_line - bare - name_size) / rule_size;
        const auto rules = hide.list().rules.size();
        return "dom0's command line in " + in_quotes(entry.title) + " has " +
               std::to_string(entry.command_line_size) + " bytes, Xen hands over " +
               std::to_string(max_command_line) + ": " +
               (room < rules ? "room for " + std::to_string(room) + " of the " +
                                   std::to_string(rules) + " rules"
                             : "the rules would fit, if the list stood once");
      });
}

Reasons argument_stands_twice(const Snapshot& snapshot) {
  return of_all_entries(snapshot.boot,
                        [](const BootEntry& entry, const HideArguments&) -> std::string {
                          const auto repeated = repeated_arguments(entry);
                          return repeated.empty() ? "" : more_than_once(repeated);
                        });
}

}  // namespace pci_passthrough::checks
