#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/iommu_words.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/passed_through.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/version.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char xl_info[] = "/usr/sbin/xl info", xl_dmesg[] = "/usr/sbin/xl dmesg",
               tables[] = "/sys/firmware/acpi/tables";

IommuWords running_words(const Snapshot& snapshot) {
  std::istringstream words(snapshot.iommu.xen_command_line);
  return iommu_words({std::istream_iterator<std::string>(words), {}});
}

/// An entry that boots unattended and turns Xen's IOMMU off; null where there is none.
const BootEntry* next_without_iommu(const Boot& boot) {
  for (const auto i : unattended_entries(boot))
    if (iommu_words(boot.file.entries[i].xen_arguments).off) return &boot.file.entries[i];
  return nullptr;
}

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
bool takes_reserved_memory(const Snapshot& snapshot) {
  constexpr std::pair first{8, 3};
  const auto number = version_in(snapshot.host.version);
  return number && *number >= first;
}

/// Before Xen 4.6, which XenServer 7.0 brought, VT-d did not ask whether reserved memory is shared,
/// and left that of USB controllers out of the VM's mapping (vtd/iommu.c intel_iommu_assign_device,
/// "ignore USB RMRR temporarily").
bool ignores_sharing(const Snapshot& snapshot) {
  constexpr std::pair first_to_ask{7, 0};
  const auto number = version_in(snapshot.host.version);
  return number && *number < first_to_ask;
}

std::string range_of(const ReservedMemory& memory) {
  return fmt::format("{:#x} to {:#x}", memory.base, memory.limit);
}

std::string table_path(const Iommu& iommu) {
  return iommu.table_path.empty() ? tables : iommu.table_path;
}

std::string why_no_table(const Iommu& iommu) {
  return iommu.table_path.empty() ? "there is no DMAR (XMAR, RMAD) and no IVRS table"
                                  : iommu.firmware.trouble;
}

/// The firmware's table, where it is there and whole, or the reason that says it is not; none where
/// nothing is passed through or no IOMMU is used.
Reasons cannot_be_told(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  if (iommu_use(snapshot).on == false || iommu.firmware.table || passed_through(snapshot).empty())
    return {};
  return {
      {"it cannot be told for which devices the firmware reserves memory: " + why_no_table(iommu),
       table_path(iommu), FindingState::unknown}};
}

/// Both must be known to say that interrupts are remapped: the firmware's table, and what Xen was
/// told.
Reasons interrupts_cannot_be_told(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  if ((iommu.firmware.table && iommu.on) || passed_through(snapshot).empty()) return {};
  const bool no_table = !iommu.firmware.table;
  return {{"it cannot be told whether interrupts are remapped: " +
               (no_table ? why_no_table(iommu) : "Xen does not tell how it was started"),
           no_table ? table_path(iommu) : xl_info, FindingState::unknown}};
}

}  // namespace

Reasons iommu_is_off(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  const auto [on, evidence] = iommu_use(snapshot);
  const BootEntry* next = next_without_iommu(snapshot.boot);
  if (on != false && next)
    return {
        {"from the next boot on, Xen uses no IOMMU, and no VM with a device starts: the "
         "arguments of " +
             in_quotes(next->title) + " turn it off",
         where(snapshot.boot, *next)}};
  if (!on && passed_through(snapshot).empty()) return {};
  if (!on)
    return {{"it cannot be told whether Xen uses an IOMMU" +
                 (snapshot.unreadable.contains("xl info")
                      ? ": xl info: " + snapshot.unreadable.at("xl info")
                      : std::string()),
             evidence, FindingState::unknown}};
  if (*on) return {};
  const bool by_argument = running_words(snapshot).off;
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

Reasons interrupts_not_remapped(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  const bool forbidden = running_words(snapshot).no_remapping;
  const bool lacks = iommu.firmware.table && iommu.firmware.table->interrupt_remapping == false;
  if (iommu_use(snapshot).on == false || iommu.remaps_interrupts == true) return {};
  if (!forbidden && !lacks && iommu.remaps_interrupts == false)
    return {{"Xen says that it does not remap interrupts", xl_dmesg}};
  if (!forbidden && !lacks) return interrupts_cannot_be_told(snapshot);
  return {{forbidden ? "Xen's command line turns the remapping of interrupts off"
                     : "the firmware says that this machine cannot remap interrupts",
           forbidden ? xl_info : iommu.table_path}};
}

Reasons has_reserved_memory(const Snapshot& snapshot) {
  if (!snapshot.iommu.firmware.table) return cannot_be_told(snapshot);
  if (iommu_use(snapshot).on == false) return {};
  const bool taken = takes_reserved_memory(snapshot);
  const auto concerned = passed_through(snapshot);
  Reasons reasons;
  for (const auto& memory : snapshot.iommu.firmware.table->reserved)
    for (const auto& owner : owners_of(snapshot, memory)) {
      if (!std::ranges::binary_search(concerned, owner)) continue;
      const auto harmless = harmless_use(*snapshot.find(owner));
      const std::string what_follows = !harmless.empty() ? "; harmless, it is for " + harmless
                                       : taken
                                           ? ", which it may write to whatever VM has the device"
                                           : ": Xen may refuse to give it to a VM";
      reasons.push_back({"the firmware keeps memory (" + range_of(memory) + ") for " +
                             what_it_is(*snapshot.find(owner)) + what_follows,
                         snapshot.iommu.table_path, FindingState::found, owner});
      if (taken || !harmless.empty()) reasons.back().severity = Severity::warn;
    }
  return reasons;
}

/// Xen with VT-d counts the devices that a RMRR names, absent ones too, and gives none of them to a
/// VM unless it is told to be relaxed (xen/drivers/passthrough/vtd/iommu.c
/// intel_iommu_assign_device, scope.devices_cnt); with AMD-Vi it does not look.
Reasons shares_reserved_memory(const Snapshot& snapshot) {
  if (!snapshot.iommu.firmware.table || iommu_use(snapshot).on == false) return {};
  const bool is_old = ignores_sharing(snapshot);
  const bool given =
      is_old || takes_reserved_memory(snapshot) || snapshot.iommu.table_path.ends_with("IVRS");
  const auto concerned = passed_through(snapshot);
  Reasons reasons;
  for (const auto& memory : snapshot.iommu.firmware.table->reserved) {
    const auto owners = owners_of(snapshot, memory);
    if (std::max(owners.size(), memory.scopes.size()) < 2) continue;
    for (const auto& owner : owners) {
      const bool is_harmless = is_old && is_usb(*snapshot.find(owner));
      if (is_harmless || !std::ranges::binary_search(concerned, owner)) continue;
      auto others = owners;
      std::erase(others, owner);
      reasons.push_back(
          {what_it_is(*snapshot.find(owner)) + " shares memory that the firmware keeps (" +
               range_of(memory) + ") with " +
               (others.empty() ? "devices that are not there" : what_they_are(snapshot, others)) +
               (given ? ": whoever has one of them can write to what the others use"
                      : ": Xen gives none of them to a VM"),
           snapshot.iommu.table_path, FindingState::found, owner});
      if (given) reasons.back().severity = Severity::warn;
    }
  }
  return reasons;
}

}  // namespace pci_passthrough::checks
