#include <fmt/format.h>
#include <algorithm>

#include "plugin/checks/firmware_table.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/version.hpp"

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

/// The firmware's table, where it is there and whole, or the reason that says it is not; none where
/// nothing is passed through or no IOMMU is used.
Reasons cannot_be_told(const Analysis& host) {
  const Iommu& iommu = host.snapshot().iommu;
  if (host.hardware().iommu.on == false || iommu.firmware.table || host.passed_through().empty())
    return {};
  return {
      {"it cannot be told for which devices the firmware reserves memory: " + why_no_table(iommu),
       table_path(iommu), FindingState::unknown}};
}

Reasons rmrr_device(const Analysis& host) {
  if (!host.snapshot().iommu.firmware.table) return cannot_be_told(host);
  if (host.hardware().iommu.on == false) return {};
  const bool taken = takes_reserved_memory(host);
  const auto concerned = host.passed_through();
  Reasons reasons;
  for (const auto& [memory, owners] : host.hardware().reserved)
    for (const auto& owner : owners) {
      if (!std::ranges::binary_search(concerned, owner)) continue;
      const auto harmless = harmless_use(*host.find(owner));
      const std::string what_follows = !harmless.empty() ? "; harmless, it is for " + harmless
                                       : taken
                                           ? ", which it may write to whatever VM has the device"
                                           : ": Xen may refuse to give it to a VM";
      reasons.push_back({"the firmware keeps memory (" + range_of(*memory) + ") for " +
                             what_it_is(*host.find(owner)) + what_follows,
                         host.snapshot().iommu.table_path, FindingState::found, owner});
      if (taken || !harmless.empty()) reasons.back().severity = Severity::warn;
    }
  return reasons;
}
constexpr auto rmrr_device_row = row<rmrr_device>({
    .code = "rmrr-device",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "the firmware keeps memory for it (RMRR, IVMD); a warning from XCP-ng 8.3 and "
             "XenServer 8.4 on",
    .fires = "",
    .rests_on = "",
    .remedy =
        "On HP servers, exclude the slot with conrep; else choose another slot or another device.",
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
      if (is_harmless || !std::ranges::binary_search(concerned, owner)) continue;
      auto others = owners;
      std::erase(others, owner);
      reasons.push_back(
          {what_it_is(*host.find(owner)) + " shares memory that the firmware keeps (" +
               range_of(*memory) + ") with " +
               (others.empty() ? "devices that are not there" : what_they_are(host, others)) +
               (given ? ": whoever has one of them can write to what the others use"
                      : ": Xen gives none of them to a VM"),
           host.snapshot().iommu.table_path, FindingState::found, owner});
      if (given) reasons.back().severity = Severity::warn;
    }
  }
  return reasons;
}
constexpr auto rmrr_shared_row = row<rmrr_shared>({
    .code = "rmrr-shared",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "devices share memory that the firmware keeps for them; a warning before XenServer "
             "7.0, from "
             "XCP-ng 8.3 and XenServer 8.4 on, and with AMD-Vi",
    .fires = "",
    .rests_on = "",
    .remedy = "Leave them to dom0, or, where Xen gives them, give all to the same VM.",
});

}  // namespace

std::span<const Check> reserved_memory() {
  static constexpr Check rows[] = {rmrr_device_row, rmrr_shared_row};
  return rows;
}

}  // namespace pci_passthrough::checks
