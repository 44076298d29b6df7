#include "plugin/commands/command.hpp"

#include <algorithm>

#include "plugin/commands/changes.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr ArgumentRule devices_to_show = {"devices", "06:00.0,0000:07:00.0", "only these",
                                          read_devices, true};
constexpr ArgumentRule devices_to_judge = {"devices", "06:00.0,0000:07:00.0",
                                           "judge hiding these, instead of the host as it stands",
                                           read_devices, true};
constexpr ArgumentRule devices_to_change = {"devices",
                                            "06:00.0,0000:07:00.0",
                                            "the PCI functions, short or full, comma-separated",
                                            read_devices,
                                            true,
                                            true};
constexpr ArgumentRule devices_to_hide = {
    "devices",
    "06:00.0,0000:07:00.0",
    "the PCI functions, short or full, comma-separated; none, with replace",
    read_devices_or_none,
    true,
    true};
constexpr ArgumentRule replace_rules = {
    "replace", "true", "exactly these: unhide what else a rule names; devices=none empties",
    read_switch<&Arguments::replace>};
constexpr ArgumentRule dry_run = {"dry-run", "true",
                                  "show the plan and what would refuse it; touch nothing",
                                  read_switch<&Arguments::dry_run>};
constexpr ArgumentRule accept = {"accept", "CHECK@ADDRESS",
                                 "go ahead in spite of this check for this device; comma-separated",
                                 read_accept};
constexpr ArgumentRule entries = {"entries", "all", "edit the safe and fallback entries too",
                                  read_entries};

constexpr ArgumentRule vm_to_change = {
    "vm", "nas", "the VM: its uuid, or its name", read_text<&Arguments::vm>, false, true};
constexpr ArgumentRule vm_to_judge = {
    "vm", "nas", "will this VM start here, and what will it take; with devices: if it had them too",
    read_text<&Arguments::vm>};
constexpr ArgumentRule devices_to_assign = {"devices",
                                            "06:00.0,0000:07:00.0",
                                            "the PCI functions, in the order for the VM",
                                            read_devices,
                                            true,
                                            true};
constexpr ArgumentRule devices_to_take = {"devices", "06:00.0,0000:07:00.0", "only these; else all",
                                          read_devices, true};
constexpr ArgumentRule replace = {"replace", "true",
                                  "exactly these, instead of after those that it has",
                                  read_switch<&Arguments::replace>};

constexpr ProbeScope listings = ProbeScope::pool | ProbeScope::listings;
constexpr ArgumentRule scope_to_list = {
    "scope", "pool", "of every host of the pool, in one reply", read_scope, false, false, listings};
constexpr ArgumentRule scope_to_judge = {"scope",
                                         "pool",
                                         "every host of the pool, and where they do not agree",
                                         read_scope,
                                         false,
                                         false,
                                         listings | ProbeScope::verdicts};

constexpr ArgumentRule as_tree = {.name = "tree",
                                  .value = "true",
                                  .summary = "as the tree of bridges, instead of a table",
                                  .read = read_switch<&Arguments::as_tree>,
                                  .needs = Format::text};
constexpr ArgumentRule width_of_picture = {
    .name = "width",
    .value = "wide|narrow",
    .summary = "of the picture: narrow is one list, for less than 720 px",
    .read = read_width,
    .needs = Format::svg};
constexpr ArgumentRule style_of_picture = {
    .name = "style",
    .value = "none",
    .summary = "the picture without a style sheet, for a page that brings its own",
    .read = read_style,
    .needs = Format::svg};

constexpr ArgumentRule list_arguments[] = {devices_to_show, scope_to_list, as_tree,
                                           width_of_picture, style_of_picture};
constexpr ArgumentRule verify_arguments[] = {devices_to_judge, vm_to_judge, scope_to_judge};
constexpr ArgumentRule edit_arguments[] = {devices_to_change, dry_run, accept, entries};
constexpr ArgumentRule hide_arguments[] = {devices_to_hide, replace_rules, dry_run, accept,
                                           entries};
constexpr ArgumentRule repair_arguments[] = {dry_run, accept, entries};
constexpr ArgumentRule assign_arguments[] = {vm_to_change, devices_to_assign, replace, dry_run,
                                             accept};
constexpr ArgumentRule unassign_arguments[] = {vm_to_change, devices_to_take, dry_run, accept};
constexpr ArgumentRule undo_arguments[] = {dry_run, accept};
constexpr ArgumentRule restore_arguments[] = {
    {"id", "20261124T055959.123456Z-5891b5b5", "the backup, as backups lists it",
     read_text<&Arguments::backup>, true, true},
    dry_run,
    accept};
constexpr ArgumentRule record_arguments[] = {
    {"mask", "true", "replace serial numbers, addresses and names, consistently",
     read_switch<&Arguments::mask>}};
constexpr ArgumentRule explain_arguments[] = {
    {"check", "boot-controller-hidden", "only this check", read_text<&Arguments::check>, true}};
constexpr ArgumentRule help_arguments[] = {
    {"function", "hide", "only this function", read_text<&Arguments::function>, true}};

constexpr ProbeScope all_to_list = ProbeScope::functions | ProbeScope::names | ProbeScope::usage |
                                   ProbeScope::boot | ProbeScope::iommu | ProbeScope::pool |
                                   ProbeScope::bars;
constexpr ProbeScope everything = all_to_list | ProbeScope::all_bars;

constexpr Command all_commands[] = {
    {"list", "every PCI function: what it is, who uses it, whether dom0 has it", list_arguments,
     all_to_list, reports::list, nullptr, reports::list_table, reports::list_text,
     reports::list_picture},
    {"verify",
     "is passthrough safe: for the host as it stands, devices about to be hidden, or a VM",
     verify_arguments, everything, reports::verify, nullptr, reports::verify_table},
    {"rules",
     "which devices are hidden now, and which from the next boot on, entry by entry",
     {},
     ProbeScope::functions | ProbeScope::boot,
     reports::rules,
     nullptr,
     reports::rules_table},
    {"hide", "keep devices from dom0 from the next boot on, so that a VM can have them",
     hide_arguments, everything, nullptr, changes::hide, reports::change_table},
    {"unhide", "give devices back to dom0 from the next boot on", edit_arguments, everything,
     nullptr, changes::unhide, reports::change_table},
    {"repair", "rewrite rules that the kernel or xapi would misread, and follow devices that moved",
     repair_arguments, everything, nullptr, changes::repair, reports::change_table},
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
