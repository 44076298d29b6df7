#include "plugin/commands/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plugin/model/failure.hpp"
#include "plugin/plans/assign.hpp"
#include "plugin/plans/repair.hpp"
#include "plugin/plans/rescue.hpp"
#include "plugin/plans/restore.hpp"
#include "plugin/plans/take.hpp"
#include "plugin/plans/trial.hpp"
#include "plugin/plans/undo.hpp"

namespace pci_passthrough::changes {

namespace {

Decision with(Selection selection, Decision decision) {
  decision.selected = std::move(selection.parts);
  return decision;
}

/// Here a model means another device than on the host of the VM.
void check_is_selected_here(const Analysis& host, const Arguments& arguments) {
  if (std::ranges::all_of(arguments.devices, &DeviceSelector::is_plain_address)) return;
  const auto& [ref, vm] = find_vm(host.snapshot(), arguments.vm.value());
  check_place(*host.snapshot().pool, vm);
}

}  // namespace

Decision hide(const Analysis& host, const Arguments& arguments) {
  if (arguments.no_devices && !arguments.replace)
    throw misuse("devices=none hides nothing; with replace=true it takes all rules away");
  if (arguments.no_devices && arguments.now)
    throw misuse("now=true takes devices from dom0 at once, and devices=none names none");
  if (arguments.trial && (arguments.replace || arguments.now || arguments.xen_arguments ||
                          arguments.entries == Entries::all))
    throw misuse(
        fmt::format("trial={} tries devices alone: replace, now, xen-arguments and entries come "
                    "after it is confirmed",
                    arguments.confirms_itself ? "auto" : "true"));
  auto selection = select_devices(host, arguments.devices);
  if (arguments.trial) {
    auto decision =
        hide_on_trial(host, selection.devices, arguments.consent,
                      arguments.confirms_itself ? Confirmation::by_itself : Confirmation::by_hand);
    return with(std::move(selection), std::move(decision));
  }
  const auto change = arguments.replace ? hide_exactly : hide_devices;
  auto decision = change(host, selection.devices, arguments.entries, arguments.consent,
                         arguments.xen_arguments ? XenArguments::set : XenArguments::as_they_are);
  if (arguments.now) add_takes(decision);
  return with(std::move(selection), std::move(decision));
}

Decision unhide(const Analysis& host, const Arguments& arguments) {
  auto selection = select_devices(host, arguments.devices);
  auto decision = unhide_devices(host, selection.devices, arguments.entries, arguments.consent);
  return with(std::move(selection), std::move(decision));
}

Decision repair(const Analysis& host, const Arguments& arguments) {
  return pci_passthrough::repair(host, arguments.entries, arguments.consent);
}

Decision rescue(const Analysis& host, const Arguments& arguments) {
  return arguments.remove ? remove_rescue(host, arguments.consent)
                          : keep_rescue(host, arguments.consent);
}

Decision confirm(const Analysis& host, const Arguments& arguments) {
  return arguments.at_boot ? settle_trial(host, arguments.consent)
                           : confirm_trial(host, arguments.consent);
}

Decision abandon(const Analysis& host, const Arguments& arguments) {
  return abandon_trial(host, arguments.consent);
}

Decision undo(const Analysis& host, const Arguments& arguments) {
  return undo_last_change(host, arguments.consent);
}

Decision restore(const Analysis& host, const Arguments& arguments) {
  return restore_backup(host, arguments.backup.value(), arguments.consent);
}

Decision import_state(const Analysis& host, const Arguments& arguments) {
  return pci_passthrough::import_state(host, arguments.exported, arguments.entries,
                                       arguments.consent);
}

Decision assign(const Analysis& host, const Arguments& arguments) {
  const auto placing = arguments.replace ? Placing::replace : Placing::append;
  auto selection = select_devices(host, arguments.devices);
  const auto devices = arguments.devices.empty() ? std::nullopt : std::optional(selection.devices);
  auto decision =
      assign_devices(host, arguments.vm.value(), devices,
                     {placing, arguments.guards, arguments.xen_arguments}, arguments.consent);
  return with(std::move(selection), std::move(decision));
}

Decision unassign(const Analysis& host, const Arguments& arguments) {
  check_is_selected_here(host, arguments);
  auto selection = select_devices(host, arguments.devices);
  const auto devices = arguments.devices.empty() ? std::nullopt : std::optional(selection.devices);
  auto decision = unassign_devices(host, arguments.vm.value(), devices, arguments.consent);
  return with(std::move(selection), std::move(decision));
}

}  // namespace pci_passthrough::changes
