#include <fmt/format.h>

#include <algorithm>
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
Reasons remapping_unknown(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  if ((iommu.firmware.table && iommu.on) || host.passed_through().empty()) return {};
  constexpr char unknown[] = "Unknown whether Xen remaps interrupts: cannot read";
  if (!iommu.firmware.table)
    return {{fmt::format("{} {} ({}).", unknown, table_path(iommu), why_no_table(iommu)),
             table_path(iommu), FindingState::unknown}};
  return {{fmt::format("{} Xen's command line from xl info.", unknown), xl_info,
           FindingState::unknown}};
}

std::string why_no_iommu(const Iommu& iommu, bool by_argument, const BootEntry* next) {
  const auto also_next =
      next ? fmt::format("; the entry '{}', which boots next, turns it off, too", next->title) : "";
  if (by_argument && !next) return "Its command line turns it off, that of the next boot does not.";
  if (by_argument) return fmt::format("Its command line turns it off{}.", also_next);
  if (!iommu.why_off.empty())
    return fmt::format("Xen's log says why: '{}'{}.", joined(iommu.why_off, "', '"), also_next);
  if (iommu.firmware.table)
    return fmt::format("The firmware has one, and {} describes it{}.", iommu.table_path, also_next);
  return fmt::format("The firmware shows none{}.", also_next);
}

Remedy turn_iommu_on(const Iommu& iommu, bool by_argument, const BootEntry* next) {
  if (by_argument && !next) return {"Reboot the host."};
  if (by_argument)
    return {"Take iommu=0 (off, no) off Xen's own arguments in the boot entry, and reboot."};
  if (!iommu.why_off.empty())
    return {"Update the firmware: Xen does not trust what its table says of the IOMMU."};
  if (iommu.firmware.table)
    return {"Look in xl dmesg why Xen does not use it; most often a firmware update helps."};
  return {"Turn VT-d or AMD-Vi on in the firmware's setup."};
}

Reasons iommu_disabled(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  const auto [on, evidence] = host.hardware().iommu;
  const BootEntry* next = next_without_iommu(host);
  if (on != false && next)
    return {{.message = fmt::format("The entry '{}' turns Xen's IOMMU off. No VM with a device "
                                    "starts from the next boot on.",
                                    next->title),
             .evidence = where(host.boot(), *next),
             .remedy = Remedy{"Take iommu=0 (off, no) off Xen's own arguments in this entry."}}};
  if (!on && host.passed_through().empty()) return {};
  if (!on) {
    const auto why = host.snapshot().unreadable.find("xl info");
    return {{.message = why == host.snapshot().unreadable.end()
                            ? "Unknown whether Xen uses an IOMMU: xl info does not say."
                            : fmt::format("Unknown whether Xen uses an IOMMU: cannot read xl info "
                                          "({}).",
                                          why->second),
             .evidence = evidence,
             .state = FindingState::unknown,
             .remedy = Remedy{"See whether virt_caps of xl info has hvm_directio."}}};
  }
  if (*on) return {};
  const bool by_argument = running_words(host).off;
  return {{.message = fmt::format("Xen uses no IOMMU, so no VM with a device starts. {}",
                                  why_no_iommu(iommu, by_argument, next)),
           .evidence = by_argument || iommu.why_off.empty() ? evidence : xl_dmesg,
           .remedy = turn_iommu_on(iommu, by_argument, next)}};
}
constexpr auto iommu_disabled_row = row<iommu_disabled>({
    .code = "iommu-disabled",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "Xen uses no IOMMU, so no VM with a device starts.",
    .fires = "Xen says that it uses no IOMMU, or an entry that boots by itself turns it off. "
             "Unknown where neither xl info nor xapi tells, and a device is hidden or assigned.",
    .rests_on =
        "xenopsd builds no VM with a device without Xen's capability DirectIO (domain.ml). Xen "
        "names it in virt_caps of xl info, xapi in host.chipset_info:iommu as read when it started "
        "(create_misc.ml). Of iommu= and no-iommu the last word counts "
        "(xen/drivers/passthrough/iommu.c parse_iommu_param).",
    .remedy = "Turn VT-d or AMD-Vi on in the firmware's setup, and take iommu=0 off Xen's own "
              "arguments.",
});

/// Of Intel's 5500, 5520 and X58 chipsets Xen remaps no interrupts whatever it is told, and where
/// it lacks XenServer's patches it would give up the whole IOMMU.
bool has_remapping_erratum(const Analysis& host) {
  constexpr std::uint16_t intel = 0x8086, first = 0x3400, last = 0x3407;
  return std::ranges::any_of(host.snapshot().functions, [&](const Function& function) {
    return function.path.empty() && function.vendor_id == intel && function.device_id >= first &&
           function.device_id <= last;
  });
}

Remedy remap_again(const Analysis& host) {
  if (has_remapping_erratum(host))
    return {
        "Give devices only to VMs that you trust. Leave iommu=no-intremap as it is: this "
        "chipset's erratum would else cost the whole IOMMU."};
  return {
      "Take iommu=no-intremap off Xen's own arguments, and reboot; else give devices only to "
      "VMs that you trust."};
}

Reasons interrupt_remapping_off(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  const bool forbidden = running_words(host).no_remapping;
  const bool lacks = iommu.firmware.table && iommu.firmware.table->interrupt_remapping == false;
  if (host.hardware().iommu.on == false || iommu.remaps_interrupts == true) return {};
  constexpr char follows[] = "A VM with a device may forge interrupts.";
  if (forbidden)
    return {{.message = fmt::format("Xen's command line turns the remapping of interrupts off. {}",
                                    follows),
             .evidence = xl_info,
             .remedy = remap_again(host)}};
  if (lacks)
    return {{.message = fmt::format("The firmware says that this machine cannot remap interrupts. "
                                    "{}",
                                    follows),
             .evidence = iommu.table_path,
             .remedy = Remedy{"Give devices only to VMs that you trust. Look for interrupt "
                              "remapping or x2APIC in the firmware's setup."}}};
  if (iommu.remaps_interrupts == false)
    return {{.message = fmt::format("Xen does not remap interrupts. {}", follows),
             .evidence = xl_dmesg,
             .remedy = Remedy{"Give devices only to VMs that you trust. See xl dmesg for why."}}};
  return remapping_unknown(host);
}
constexpr auto interrupt_remapping_off_row = row<interrupt_remapping_off>({
    .code = "interrupt-remapping-off",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "Interrupts are not remapped, so a VM with a device may forge them.",
    .fires = "Xen's command line or its log says so, or the firmware's table says that the machine "
             "cannot. Unknown where the table or Xen's command line cannot be read, and a device "
             "is hidden or assigned.",
    .rests_on =
        "Bit 0 of the DMAR's flags (VT-d 8.1); iommu=no-intremap "
        "(xen/drivers/passthrough/iommu.c parse_iommu_param); the errata of Intel 5500, 5520 and "
        "X58 (plugin/model/README.md, \"What Xen has room for\").",
    .remedy = "Give devices only to VMs that you trust.",
});

}  // namespace

std::span<const Check> iommu() {
  static constexpr Check rows[] = {iommu_disabled_row, interrupt_remapping_off_row};
  return rows;
}

}  // namespace pci_passthrough::checks
