#include <iterator>
#include <sstream>

#include "plugin/checks/firmware_table.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/iommu_words.hpp"
#include "plugin/checks/of_entries.hpp"

#include "plugin/checks/row.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char xl_info[] = "/usr/sbin/xl info", xl_dmesg[] = "/usr/sbin/xl dmesg";

IommuWords running_words(const Analysis& host) {
  std::istringstream words(host.snapshot().iommu.xen_command_line);
  return iommu_words({std::istream_iterator<std::string>(words), {}});
}

/// An entry that boots unattended and turns Xen's IOMMU off; null where there is none.
const BootEntry* next_without_iommu(const Analysis& host) {
  const Boot& boot = host.boot();
  for (const auto i : host.rules().unattended)
    if (iommu_words(boot.file.entries[i].xen_arguments).off) return &boot.file.entries[i];
  return nullptr;
}

/// Both must be known to say that interrupts are remapped: the firmware's table, and what Xen was
/// told.
Reasons interrupts_cannot_be_told(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  if ((iommu.firmware.table && iommu.on) || host.passed_through().empty()) return {};
  const bool no_table = !iommu.firmware.table;
  return {{"it cannot be told whether interrupts are remapped: " +
               (no_table ? why_no_table(iommu) : "Xen does not tell how it was started"),
           no_table ? table_path(iommu) : xl_info, FindingState::unknown}};
}

Reasons iommu_disabled(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  const auto [on, evidence] = host.hardware().iommu;
  const BootEntry* next = next_without_iommu(host);
  if (on != false && next)
    return {
        {"from the next boot on, Xen uses no IOMMU, and no VM with a device starts: the "
         "arguments of " +
             in_quotes(next->title) + " turn it off",
         where(host.boot(), *next)}};
  if (!on && host.passed_through().empty()) return {};
  if (!on)
    return {{"it cannot be told whether Xen uses an IOMMU" +
                 (host.snapshot().unreadable.contains("xl info")
                      ? ": xl info: " + host.snapshot().unreadable.at("xl info")
                      : std::string()),
             evidence, FindingState::unknown}};
  if (*on) return {};
  const bool by_argument = running_words(host).off;
  return {{"Xen uses no IOMMU, so no VM with a device starts: " +
               std::string(by_argument && !next ? "its command line turns it off, that of the "
                                                  "next boot does not"
                           : by_argument        ? "its command line turns it off"
                           : iommu.firmware.table
                               ? "the firmware has one, and " + iommu.table_path + " describes it"
                               : "the firmware shows none") +
               (!by_argument && next ? "; the command line of the next boot turns it off too" : ""),
           evidence}};
}
constexpr auto iommu_disabled_row = row<iommu_disabled>({
    .code = "iommu-disabled",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "Xen uses no IOMMU",
    .fires = "",
    .rests_on = "",
    .remedy =
        "Turn VT-d or AMD-Vi on in the firmware's setup, and take iommu=0 off Xen's command line.",
});

Reasons interrupt_remapping_off(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  const bool forbidden = running_words(host).no_remapping;
  const bool lacks = iommu.firmware.table && iommu.firmware.table->interrupt_remapping == false;
  if (host.hardware().iommu.on == false || iommu.remaps_interrupts == true) return {};
  if (!forbidden && !lacks && iommu.remaps_interrupts == false)
    return {{"Xen says that it does not remap interrupts", xl_dmesg}};
  if (!forbidden && !lacks) return interrupts_cannot_be_told(host);
  return {{forbidden ? "Xen's command line turns the remapping of interrupts off"
                     : "the firmware says that this machine cannot remap interrupts",
           forbidden ? xl_info : iommu.table_path}};
}
constexpr auto interrupt_remapping_off_row = row<interrupt_remapping_off>({
    .code = "interrupt-remapping-off",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "interrupts are not remapped",
    .fires = "",
    .rests_on = "",
    .remedy =
        "Trust the VMs that get devices: one may forge interrupts. Look for it in the firmware's "
        "setup, and take no-intremap off Xen's command line.",
});

}  // namespace

std::span<const Check> iommu() {
  static constexpr Check rows[] = {iommu_disabled_row, interrupt_remapping_off_row};
  return rows;
}

}  // namespace pci_passthrough::checks
