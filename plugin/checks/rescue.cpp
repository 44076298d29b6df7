#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/rescue.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/way_back.hpp"

namespace pci_passthrough::checks {
namespace {

bool hides_something(const Analysis& host, std::size_t entry) {
  return !host.rules().entries[entry].in_effect.rules.empty();
}

Reasons no_entry_without_rules(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto next = boot.next_own_entry();
  if (boot.file.error || !next || !hides_something(host, *next) || !ways_back(host).empty())
    return {};
  Reason reason{fmt::format("No entry of {} boots dom0 without the hide rules. Should one of them "
                            "be wrong, only a person at the boot loader's prompt brings the host "
                            "back.",
                            boot.path),
                boot.path};
  if (with_rescue(boot.file))
    reason.remedy = {"Keep an entry without them: pci-passthrough rescue.", "rescue"};
  return {std::move(reason)};
}
constexpr auto no_entry_without_rules_row = row<no_entry_without_rules>({
    .code = "no-entry-without-rules",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "No entry of the boot menu boots dom0 without the hide rules.",
    .fires = "The entry that boots next hides a device, and every other entry that boots Xen hides "
             "one, too, boots an upgrade, has a variable among its arguments, or names a file that "
             "is not in /boot.",
    .rests_on = "XenServer 9 has no safe entry, its installer carries hide rules into the fallback "
                "entries too, and entries=all edits them (plugin/boot/README.md, \"What an upgrade "
                "keeps\").",
    .remedy = "Keep an entry without them: pci-passthrough rescue.",
});

Reasons rescue_entry_stale(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto rescue = boot.file.error ? std::nullopt : rescue_entry(boot.file);
  if (!rescue || rescue_is_in_step(boot.file)) return {};
  const auto& entry = boot.file.entries[*rescue];
  const auto& model = boot.file.entries[own_model(boot.file).value()];
  const auto what =
      host.rules().entries[*rescue].stands.empty()
          ? fmt::format(
                "'{}' does not boot what '{}' boots any more. Where a kernel or a disk went "
                "since, it does not bring the host back.",
                rescue_title, printable(model.title))
          : fmt::format("'{}' has a hide rule. It does not bring a host back that lacks a device.",
                        rescue_title);
  return {{what,
           where(boot, entry),
           FindingState::found,
           {},
           "",
           {},
           Remedy{"Bring it in step: pci-passthrough repair.", "repair"}}};
}
constexpr auto rescue_entry_stale_row = row<rescue_entry_stale>({
    .code = "rescue-entry-stale",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The rescue entry does not boot what the everyday entry boots.",
    .fires = "The entry 'pci-passthrough rescue' (extlinux: pci-rescue) names other files or "
             "arguments than the default entry, hide rules aside, or has a hide rule.",
    .rests_on = "An update of the kernel and xen-cmdline write the everyday entries alone "
                "(plugin/boot/README.md, \"The rescue entry\").",
    .remedy = "Bring it in step: pci-passthrough repair.",
});

/// What dom0 does not live without, among what stands on a function.
std::string needed_for(const Analysis& host, const PciAddress& address) {
  const auto& usage = host.hardware().usage;
  const auto uses = usage.find(address);
  if (uses == usage.end()) return "";
  std::vector<std::string> names;
  for (const auto& use : uses->second)
    if (use.critical) names.push_back(printable(use.name));
  return joined(names);
}

Reasons vm_starts_in_rescue(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here() || ways_back(host).empty()) return {};
  const auto starts = starts_by_itself(host.snapshot().pool.value(), *assignment.vm);
  if (starts == false) return {};
  Reasons reasons;
  for (const auto& address : host.rules().reached) {
    const auto needed = needed_for(host, address);
    if (needed.empty() || !assignment.entry.names(address)) continue;
    const auto uuid = assignment.vm->uuid;
    const auto what = fmt::format(
        "{} has dom0's {}. Booted without hide rules, the host loses it again when {} starts",
        address.text(), needed, the_vm(assignment));
    reasons.push_back(
        {starts
             ? fmt::format("{} by itself.", what)
             : fmt::format("{}. Unknown whether it starts by itself: cannot read auto_poweron or "
                           "HA of the pool from xapi.",
                           what),
         evidence_in(*assignment.vm, "other_config:auto_poweron"),
         starts ? FindingState::found : FindingState::unknown,
         address,
         uuid,
         {},
         Remedy{fmt::format("Keep it from starting by itself: xe vm-param-set uuid={} "
                            "other-config:auto_poweron=false ha-restart-priority=.",
                            uuid)}});
  }
  return reasons;
}
constexpr auto vm_starts_in_rescue_row = row<vm_starts_in_rescue>({
    .code = "vm-starts-in-rescue",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::vms,
    .means = "A VM that starts by itself takes what the rescue entry gives back to dom0.",
    .fires = "A VM that starts by itself here names a device that a rule hides from the next boot "
             "on and that dom0 does not live without now, and an entry without hide rules is "
             "there. Unknown where xapi does not tell whether it starts by itself.",
    .rests_on =
        "The start of a VM unbinds whatever driver has the device, and does not ask whether "
        "dom0 uses it (plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "Keep the VM from starting by itself before the host boots so.",
});

}  // namespace

std::span<const Check> rescue() {
  static constexpr Check rows[] = {no_entry_without_rules_row, rescue_entry_stale_row,
                                   vm_starts_in_rescue_row};
  return rows;
}

}  // namespace pci_passthrough::checks
