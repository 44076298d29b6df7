#pragma once

#include "plugin/commands/arguments.hpp"

/// What each command takes; the rows of the command table point here.
namespace pci_passthrough::argument {

inline constexpr ArgumentRule devices_to_show = {"devices", "06:00.0,0000:07:00.0", "only these",
                                                 read_devices, true};
inline constexpr ArgumentRule devices_to_judge = {
    .name = "devices",
    .value = "06:00.0,0000:07:00.0",
    .summary = "judge hiding these, instead of the host as it stands",
    .read = read_devices,
    .positional = true,
    .besides = ProbeScope::all_bars};
inline constexpr ArgumentRule devices_to_change = {
    "devices",
    "06:00.0,0000:07:00.0",
    "the PCI functions, short or full, comma-separated",
    read_devices,
    true,
    true};
inline constexpr ArgumentRule devices_to_hide = {
    "devices",
    "06:00.0,0000:07:00.0",
    "the PCI functions, short or full, comma-separated; none, with replace",
    read_devices_or_none,
    true,
    true};
inline constexpr ArgumentRule replace_rules = {
    "replace", "true", "exactly these: unhide what else a rule names; devices=none empties",
    read_switch<&Arguments::replace>};
inline constexpr ArgumentRule now = {
    "now", "true", "take them from the running dom0, too, once their rules stand; no reboot",
    read_switch<&Arguments::now>};
inline constexpr ArgumentRule dry_run = {"dry-run", "true",
                                         "show the plan and what would refuse it; touch nothing",
                                         read_switch<&Arguments::dry_run>};
inline constexpr ArgumentRule accept = {
    "accept", "CHECK@ADDRESS", "go ahead in spite of this check for this device; comma-separated",
    read_accept};
inline constexpr ArgumentRule entries = {"entries", "all", "edit the safe and fallback entries too",
                                         read_entries};

inline constexpr ArgumentRule vm_to_change = {
    "vm", "nas", "the VM: its uuid, or its name", read_text<&Arguments::vm>, false, true};
inline constexpr ArgumentRule vm_to_judge = {
    "vm", "nas", "will this VM start here, and what will it take; with devices: if it had them too",
    read_text<&Arguments::vm>};
inline constexpr std::string_view of_a_vm_with_devices[] = {"guards", "xen-arguments"};
inline constexpr ArgumentRule devices_to_assign = {
    .name = "devices",
    .value = "06:00.0,0000:07:00.0",
    .summary =
        "the PCI functions, in the order for the VM; without any, guards=true is all that "
        "is done",
    .read = read_devices,
    .positional = true,
    .required = true,
    .unless = of_a_vm_with_devices};
inline constexpr ArgumentRule devices_to_take = {"devices", "06:00.0,0000:07:00.0",
                                                 "only these; else all", read_devices, true};
inline constexpr ArgumentRule replace = {"replace", "true",
                                         "exactly these, instead of after those that it has",
                                         read_switch<&Arguments::replace>};
inline constexpr ArgumentRule guards = {
    "guards", "true",
    "block suspend, checkpoint and migration of the VM, set its affinity to this host, and fix "
    "its memory, too",
    read_switch<&Arguments::guards>};

inline constexpr ArgumentRule xen_arguments = {
    "xen-arguments", "true",
    "set pci-phantom and extra_guest_irqs on Xen's own line, where the devices need them",
    read_switch<&Arguments::xen_arguments>};

inline constexpr ArgumentRule scope_to_list = {.name = "scope",
                                               .value = "pool",
                                               .summary = "of every host of the pool, in one reply",
                                               .read = read_scope,
                                               .instead = ProbeScope::pool};
inline constexpr ArgumentRule scope_to_judge = {
    "scope",
    "pool",
    "every host of the pool, and where they do not agree",
    read_scope,
    false,
    false,
    ProbeScope::pool | ProbeScope::replies};

inline constexpr ArgumentRule as_tree = {.name = "tree",
                                         .value = "true",
                                         .summary = "as the tree of bridges, instead of a table",
                                         .read = read_switch<&Arguments::as_tree>,
                                         .needs = Format::text};
inline constexpr ArgumentRule width_of_picture = {
    .name = "width",
    .value = "wide|narrow",
    .summary = "of the picture: narrow is one list, for less than 720 px",
    .read = read_width,
    .needs = Format::svg};
inline constexpr ArgumentRule style_of_picture = {
    .name = "style",
    .value = "none",
    .summary = "the picture without a style sheet, for a page that brings its own",
    .read = read_style,
    .needs = Format::svg};

inline constexpr ArgumentRule by_model = {
    .name = "by",
    .value = "model",
    .summary = "with scope: each kind of card, where it is, and who has it",
    .read = read_by,
    .stands_beside = true};
inline constexpr ArgumentRule status = {
    .name = "status",
    .value = "true",
    .summary = "one line; at a shell exit 0 safe, 1 warnings, 2 unsafe, 3 unknown",
    .read = read_switch<&Arguments::status>,
    .stands_beside = true};
inline constexpr ArgumentRule notify = {
    .name = "notify",
    .value = "true",
    .summary = "root at a shell: keep one message of xapi on the host while it is unsafe",
    .read = read_switch<&Arguments::notify>};

inline constexpr ArgumentRule list_arguments[] = {
    devices_to_show, scope_to_list, by_model, as_tree, width_of_picture, style_of_picture};
inline constexpr ArgumentRule verify_arguments[] = {devices_to_judge, vm_to_judge, scope_to_judge,
                                                    status, notify};
inline constexpr ArgumentRule edit_arguments[] = {devices_to_change, dry_run, accept, entries};
inline constexpr ArgumentRule on_trial = {
    "trial", "true|auto",
    "for one boot: the boot after it is the old one, unless confirm comes between; auto: by itself",
    read_trial};
inline constexpr ArgumentRule hiding_arguments[] = {
    devices_to_hide, replace_rules, now, on_trial, xen_arguments, dry_run, accept, entries};
inline constexpr ArgumentRule confirm_arguments[] = {
    {.name = "at-boot",
     .value = "true",
     .summary = "what the boot asks for by itself: take away a mark that was not taken away",
     .read = read_switch<&Arguments::at_boot>,
     .instead = ProbeScope::functions | ProbeScope::boot},
    {.name = "wait",
     .value = "true",
     .summary =
         "root at a shell: until a trial=auto may be confirmed, or else reboot; the boot asks",
     .read = read_switch<&Arguments::wait>,
     .instead = ProbeScope::functions | ProbeScope::boot | ProbeScope::pool | ProbeScope::watch},
    dry_run,
    accept};
inline constexpr ArgumentRule repair_arguments[] = {dry_run, accept, entries};
inline constexpr ArgumentRule rescue_arguments[] = {
    {"remove", "true", "take the entry away again", read_switch<&Arguments::remove>},
    dry_run,
    accept};
inline constexpr ArgumentRule assign_arguments[] = {
    vm_to_change, devices_to_assign, replace, guards, xen_arguments, dry_run, accept};
inline constexpr ArgumentRule unassign_arguments[] = {vm_to_change, devices_to_take, dry_run,
                                                      accept};
inline constexpr ArgumentRule undo_arguments[] = {dry_run, accept};
inline constexpr ArgumentRule restore_arguments[] = {
    {"id", "20261124T055959.123456Z-5891b5b5", "the backup, as backups lists it",
     read_text<&Arguments::backup>, true, true},
    dry_run,
    accept};
inline constexpr ArgumentRule import_arguments[] = {
    {.name = "file",
     .value = "FILE",
     .summary = "what export wrote: at a shell the file's name, through xapi its text",
     .read = read_exported,
     .positional = true,
     .required = true,
     .is_file = true},
    dry_run,
    accept,
    entries};
inline constexpr ArgumentRule record_arguments[] = {
    {"mask", "true", "replace serial numbers, addresses and names, consistently",
     read_switch<&Arguments::mask>}};
inline constexpr ArgumentRule explain_arguments[] = {
    {"check", "boot-controller-hidden", "only this check", read_text<&Arguments::check>, true}};
inline constexpr ArgumentRule help_arguments[] = {
    {"function", "hide", "only this function", read_text<&Arguments::function>, true}};

}  // namespace pci_passthrough::argument
