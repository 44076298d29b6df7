#include "plugin/commands/command.hpp"

#include <algorithm>

#include "plugin/commands/reports.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr ArgumentRule devices_to_show = {"devices", "06:00.0,0000:07:00.0", "only these", true};
constexpr ArgumentRule devices_to_judge = {"devices", "06:00.0,0000:07:00.0",
                                           "judge hiding these, instead of the host as it stands",
                                           true};
constexpr ArgumentRule devices_to_change = {"devices", "06:00.0,0000:07:00.0",
                                            "the PCI functions, short or full, comma-separated",
                                            true, true};
constexpr ArgumentRule replace_rules = {
    "replace", "true", "exactly these: unhide what else a rule names; devices=none empties"};
constexpr ArgumentRule dry_run = {"dry-run", "true",
                                  "show the plan and what would refuse it; touch nothing"};
constexpr ArgumentRule accept = {
    "accept", "CHECK@ADDRESS", "go ahead in spite of this check for this device; comma-separated"};
constexpr ArgumentRule entries = {"entries", "all", "edit the safe and fallback entries too"};

constexpr ArgumentRule vm_to_change = {"vm", "nas", "the VM: its uuid, or its name", false, true};
constexpr ArgumentRule vm_to_judge = {
    "vm", "nas",
    "will this VM start here, and what will it take; with devices: if it had them too"};
constexpr ArgumentRule devices_to_assign = {
    "devices", "06:00.0,0000:07:00.0", "the PCI functions, in the order for the VM", true, true};
constexpr ArgumentRule devices_to_take = {"devices", "06:00.0,0000:07:00.0", "only these; else all",
                                          true};
constexpr ArgumentRule replace = {"replace", "true",
                                  "exactly these, instead of after those that it has"};

constexpr Facts listings = Facts::pool | Facts::listings;
constexpr ArgumentRule scope_to_list = {"scope", "pool", "of every host of the pool, in one reply",
                                        false,   false,  listings};
constexpr ArgumentRule scope_to_judge = {
    "scope", "pool", "every host of the pool, and where they do not agree",
    false,   false,  listings | Facts::verdicts};

constexpr ArgumentRule list_arguments[] = {devices_to_show, scope_to_list};
constexpr ArgumentRule verify_arguments[] = {devices_to_judge, vm_to_judge, scope_to_judge};
constexpr ArgumentRule edit_arguments[] = {devices_to_change, dry_run, accept, entries};
constexpr ArgumentRule hiding_arguments[] = {devices_to_change, replace_rules, dry_run, accept,
                                             entries};
constexpr ArgumentRule repair_arguments[] = {dry_run, accept, entries};
constexpr ArgumentRule assign_arguments[] = {vm_to_change, devices_to_assign, replace, dry_run,
                                             accept};
constexpr ArgumentRule unassign_arguments[] = {vm_to_change, devices_to_take, dry_run, accept};
constexpr ArgumentRule restore_arguments[] = {
    {"id", "20261124T055959.123456Z-5891b5b5", "the backup, as backups lists it", true, true},
    dry_run,
    accept};
constexpr ArgumentRule record_arguments[] = {
    {"mask", "true", "replace serial numbers, addresses and names, consistently"}};
constexpr ArgumentRule help_arguments[] = {{"function", "hide", "only this function", true}};

constexpr Facts all_to_list = Facts::functions | Facts::names | Facts::usage | Facts::boot |
                              Facts::iommu | Facts::pool | Facts::bars;
constexpr Facts everything = all_to_list | Facts::all_bars;

constexpr Command all_commands[] = {
    {"list", "every PCI function: what it is, who uses it, whether dom0 has it", list_arguments,
     all_to_list, reports::list, nullptr, reports::list_table},
    {"verify",
     "is passthrough safe: for the host as it stands, devices about to be hidden, or a VM",
     verify_arguments, everything, reports::verify, nullptr, reports::verify_table},
    {"rules",
     "which devices are hidden now, and which from the next boot on, entry by entry",
     {},
     Facts::functions | Facts::boot,
     reports::rules,
     nullptr,
     reports::rules_table},
    {"hide", "keep devices from dom0 from the next boot on, so that a VM can have them",
     hiding_arguments, everything, nullptr, reports::hide, reports::change_table},
    {"unhide", "give devices back to dom0 from the next boot on", edit_arguments, everything,
     nullptr, reports::unhide, reports::change_table},
    {"repair", "rewrite rules that the kernel or xapi would misread, and follow devices that moved",
     repair_arguments, everything, nullptr, reports::repair, reports::change_table},
    {"assignments",
     "which VM gets what, in which order, and what of it xapi misreads",
     {},
     Facts::functions | Facts::names | Facts::boot | Facts::pool,
     reports::assignments,
     nullptr,
     reports::assignments_table},
    {"assign", "give devices to a VM, from its next start on", assign_arguments, everything,
     nullptr, reports::assign, reports::change_table},
    {"unassign", "take devices from a VM, from its next start on", unassign_arguments, everything,
     nullptr, reports::unassign, reports::change_table},
    {"backups",
     "every boot file that was ever replaced",
     {},
     Facts::backups,
     reports::backups,
     nullptr,
     reports::backups_table},
    {"restore", "put a backup back", restore_arguments, everything | Facts::backups, nullptr,
     reports::restore, reports::change_table},
    {"record",
     "this host as one text file, for a bug report or to look at it elsewhere (--host FILE)",
     record_arguments, everything | Facts::recording, reports::record, nullptr,
     reports::record_text},
    {"version",
     "the version of this program",
     {},
     Facts::none,
     reports::version,
     nullptr,
     reports::version_text},
    {"help", "the functions and their arguments", help_arguments, Facts::none, reports::help,
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
