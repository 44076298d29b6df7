#include "plugin/commands/command.hpp"

#include <algorithm>

#include "plugin/commands/argument_rules.hpp"
#include "plugin/commands/changes.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

using namespace argument;

constexpr ProbeScope as_it_stands = ProbeScope::functions | ProbeScope::names | ProbeScope::usage |
                                    ProbeScope::boot | ProbeScope::iommu | ProbeScope::pool |
                                    ProbeScope::bars;
constexpr ProbeScope everything = as_it_stands | ProbeScope::all_bars;

constexpr Command all_commands[] = {
    {"list", "every PCI function: what it is, who uses it, whether dom0 has it", list_arguments,
     as_it_stands, reports::list, nullptr, reports::list_table, reports::list_text,
     reports::list_picture, reports::write_list, reports::write_pool_list},
    {"verify",
     "is passthrough safe: for the host as it stands, devices about to be hidden, or a VM",
     verify_arguments, as_it_stands, reports::verify, nullptr, reports::verify_table},
    {"rules",
     "which devices are hidden now, and which from the next boot on, entry by entry",
     {},
     ProbeScope::functions | ProbeScope::boot,
     reports::rules,
     nullptr,
     reports::rules_table},
    {"hide", "keep devices from dom0 from the next boot on, so that a VM can have them",
     hiding_arguments, everything, nullptr, changes::hide, reports::change_table},
    {"unhide", "give devices back to dom0 from the next boot on", edit_arguments, everything,
     nullptr, changes::unhide, reports::change_table},
    {"repair", "rewrite rules that the kernel or xapi would misread, and follow devices that moved",
     repair_arguments, everything, nullptr, changes::repair, reports::change_table},
    {"rescue", "keep a boot entry without hide rules at the end of the menu", rescue_arguments,
     everything, nullptr, changes::rescue, reports::change_table},
    {"confirm", "make a hide that is on trial permanent", confirm_arguments, everything, nullptr,
     changes::confirm, reports::change_table, nullptr, nullptr, nullptr, nullptr, true},
    {"abandon", "take a hide that is on trial back", undo_arguments, everything, nullptr,
     changes::abandon, reports::change_table, nullptr, nullptr, nullptr, nullptr, true},
    {"assignments",
     "which VM gets what, in which order, and what of it xapi misreads",
     {},
     ProbeScope::functions | ProbeScope::names | ProbeScope::boot | ProbeScope::pool,
     reports::assignments,
     nullptr,
     reports::assignments_table},
    {"assign", "give devices to a VM, from its next start on", assign_arguments, everything,
     nullptr, changes::assign, reports::change_table},
    {"unassign", "take devices from a VM, from its next start on", unassign_arguments, everything,
     nullptr, changes::unassign, reports::change_table},
    {"undo", "take the last change back: boot file and VM entries", undo_arguments,
     everything | ProbeScope::backups, nullptr, changes::undo, reports::change_table},
    {"backups",
     "every boot file and VM entry that was ever replaced",
     {},
     ProbeScope::backups,
     reports::backups,
     nullptr,
     reports::backups_table},
    {"restore", "put a backup back", restore_arguments, everything | ProbeScope::backups, nullptr,
     changes::restore, reports::change_table},
    {"export",
     "rules, what they were made for, and VM entries, as one JSON for import",
     {},
     everything,
     reports::export_state,
     nullptr,
     reports::export_text},
    {"import", "set again what export wrote, at the address where each device is now",
     import_arguments, everything, nullptr, changes::import_state, reports::change_table},
    {"record",
     "this host as one text file, for a bug report or to look at it elsewhere (--host FILE)",
     record_arguments, everything | ProbeScope::recording, reports::record, nullptr,
     reports::record_text},
    {"explain", "what a check means, when it fires, what it rests on, what to do",
     explain_arguments, ProbeScope::none, reports::explain, nullptr, reports::explain_text},
    {"version",
     "the version of this program",
     {},
     ProbeScope::none,
     reports::version,
     nullptr,
     reports::version_text},
    {"help", "the functions and their arguments", help_arguments, ProbeScope::none, reports::help,
     nullptr, reports::help_text},
};

}  // namespace

std::span<const Command> commands() { return all_commands; }

const Command& find_command(std::string_view name) {
  const auto* found = std::ranges::find(all_commands, name, &Command::name);
  if (found == std::end(all_commands)) throw Failure(code::unknown_function, std::string(name));
  return *found;
}

}  // namespace pci_passthrough
