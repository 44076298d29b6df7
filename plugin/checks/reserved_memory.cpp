#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/firmware_table.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/version.hpp"
#include "plugin/model/xen_release.hpp"

namespace pci_passthrough::checks {
namespace {

bool is_usb(const Function& function) {
  return function.class_code && function.class_code->is_usb();
}

/// What the firmware alone does with the memory, "" where it may be more: Linux lets these go once
/// a driver has the device (drivers/iommu/intel/iommu.c device_rmrr_is_relaxable).
std::string harmless_use(const Function& function) {
  if (!function.class_code) return "";
  if (is_usb(function)) return "the firmware's own keyboard";
  const bool is_integrated = function.path.empty() && function.class_code->is_display();
  return is_integrated ? "the picture until a driver shows one" : "";
}

/// Xen assigns a device with reserved memory, shared or not, since XCP-ng 8.3 and XenServer 8.4
/// (xenopsd device.ml:1163 _xen_domctl_dev_rdm_relaxed).
bool takes_reserved_memory(const Analysis& host) {
  constexpr std::pair first{8, 3};
  const auto number = version_in(host.snapshot().host.version);
  return number && *number >= first;
}

/// Before Xen 4.6, which XenServer 7.0 brought, VT-d did not ask whether reserved memory is shared,
/// and left that of USB controllers out of the VM's mapping (vtd/iommu.c intel_iommu_assign_device,
/// "ignore USB RMRR temporarily").
bool ignores_sharing(const Analysis& host) {
  constexpr std::pair first_to_ask{7, 0};
  const auto number = version_in(host.snapshot().host.version);
  return number && *number < first_to_ask;
}

std::string range_of(const ReservedMemory& memory) {
  return fmt::format("{:#x} to {:#x}", memory.base, memory.limit);
}

/// None where the table was read, nothing is passed through or no IOMMU is used.
Reasons reserved_memory_unknown(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  if (host.hardware().iommu.on == false || iommu.firmware.table || host.passed_through().empty())
    return {};
  return {{.message = fmt::format(
               "Unknown for which devices the firmware keeps memory: cannot read {} ({}).",
               table_path(iommu), why_no_table(iommu)),
           .evidence = table_path(iommu),
           .state = FindingState::unknown,
           .remedy = Remedy{"See what Xen says of RMRR or IVMD when the VM starts (xl dmesg)."}}};
}

Reason reserved_for(const Analysis& host, const ReservedMemory& memory, const Function& owner) {
  const auto harmless = harmless_use(owner);
  const bool taken = takes_reserved_memory(host);
  const auto is =
      fmt::format("The firmware keeps memory ({}) for {}", range_of(memory), what_it_is(owner));
  Reason reason{
      .message = {}, .evidence = host.snapshot().iommu.table_path, .device = owner.address};
  if (!harmless.empty()) {
    reason.message = fmt::format("{}. It is for {}, and harmless.", is, harmless);
    reason.severity = Severity::warn;
    reason.remedy = Remedy{};
  } else if (taken) {
    reason.message = fmt::format("{}. It may write there, whichever VM has it.", is);
    reason.severity = Severity::warn;
  } else {
    reason.message = fmt::format("{}. Xen may refuse to give it to a VM.", is);
  }
  return reason;
}

Reasons rmrr_device(const Analysis& host) {
  if (!host.snapshot().iommu.firmware.table) return reserved_memory_unknown(host);
  if (host.hardware().iommu.on == false) return {};
  const auto concerned = host.passed_through();
  Reasons reasons;
  for (const auto& [memory, owners] : host.hardware().reserved)
    for (const auto& owner : owners)
      if (std::ranges::binary_search(concerned, owner) &&
          leaves_reserved_memory_out(host.snapshot(), *host.find(owner)) != true)
        reasons.push_back(reserved_for(host, *memory, *host.find(owner)));
  return reasons;
}
constexpr auto rmrr_device_row = row<rmrr_device>({
    .code = "rmrr-device",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The firmware keeps memory for the device (RMRR, IVMD).",
    .fires = "The firmware's table names the device, or a bridge above it, for a region of memory. "
             "A warning on XCP-ng 8.3, XenServer 8.4 and later, which give the device all the "
             "same, and of USB controllers and integrated graphics, which need the memory only "
             "until a driver runs. Silent of sound on HP's Gen8, which XenServer's Xen leaves out. "
             "Unknown where the table cannot be read.",
    .rests_on = "DMAR and IVRS (plugin/acpi/README.md); what Xen does with such a device, by "
                "release (plugin/model/README.md, \"Reserved memory\").",
    .remedy = "On HP servers, exclude the slot with conrep (RMRDS); else take another slot or "
              "another device.",
});

/// Xen with VT-d counts the devices that a RMRR names, absent ones too, and gives none of them to a
/// VM unless it is told to be relaxed (xen/drivers/passthrough/vtd/iommu.c
/// intel_iommu_assign_device, scope.devices_cnt); with AMD-Vi it does not look.
Reasons rmrr_shared(const Analysis& host) {
  if (!host.snapshot().iommu.firmware.table || host.hardware().iommu.on == false) return {};
  const bool is_old = ignores_sharing(host);
  const bool given =
      is_old || takes_reserved_memory(host) || host.snapshot().iommu.table_path.ends_with("IVRS");
  const auto concerned = host.passed_through();
  Reasons reasons;
  for (const auto& [memory, owners] : host.hardware().reserved) {
    if (std::max(owners.size(), memory->scopes.size()) < 2) continue;
    for (const auto& owner : owners) {
      const bool is_harmless = is_old && is_usb(*host.find(owner));
      if (is_harmless || leaves_reserved_memory_out(host.snapshot(), *host.find(owner)) == true ||
          !std::ranges::binary_search(concerned, owner))
        continue;
      auto others = owners;
      std::erase(others, owner);
      Reason reason{.message = fmt::format(
                        "{} shares memory that the firmware keeps ({}) with {}. {}",
                        what_it_is(*host.find(owner)), range_of(*memory),
                        others.empty() ? "devices that are not there" : what_they_are(host, others),
                        given ? "Whoever has one of them can write to what the others use."
                              : "Xen gives none of them to a VM."),
                    .evidence = host.snapshot().iommu.table_path,
                    .device = owner};
      if (given) {
        reason.severity = Severity::warn;
        reason.remedy = Remedy{"Give all of them to one VM, or only to VMs that you trust."};
      }
      reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}
constexpr auto rmrr_shared_row = row<rmrr_shared>({
    .code = "rmrr-shared",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device shares memory that the firmware keeps with other devices.",
    .fires = "One region of the firmware's table is for several devices, absent ones counted. A "
             "warning where Xen gives the device all the same: before XenServer 7.0, from XCP-ng "
             "8.3 and XenServer 8.4 on, and with AMD-Vi. Silent of USB before XenServer 7.0.",
    .rests_on = "xen/drivers/passthrough/vtd/iommu.c intel_iommu_assign_device, "
                "scope.devices_cnt (plugin/model/README.md, \"Reserved memory\").",
    .remedy = "Leave it to dom0, or take another slot or another device.",
});

}  // namespace

std::span<const Check> reserved_memory() {
  static constexpr Check rows[] = {rmrr_device_row, rmrr_shared_row};
  return rows;
}

}  // namespace pci_passthrough::checks
