#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "plugin/checks/checks.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char xl_info[] = "/usr/sbin/xl info", tables[] = "/sys/firmware/acpi/tables";

std::vector<PciAddress> hidden(const Snapshot& snapshot) {
  return reached_by(snapshot, unattended_entries(snapshot.boot));
}

bool is_hidden(const Snapshot& snapshot, const PciAddress& address) {
  return std::ranges::count(hidden(snapshot), address) != 0;
}

/// "iommu=no" of Xen's command line: the option's words that turn it off.
bool turned_off(std::string_view command_line) {
  for (const char* word : {"iommu=0", "iommu=no", "iommu=off", "iommu=false", "iommu=disable"})
    if (const auto at = command_line.find(word); at != std::string_view::npos) {
      const auto end = at + std::string_view(word).size();
      if (end == command_line.size() || command_line[end] == ' ' || command_line[end] == ',')
        return true;
    }
  return false;
}

/// Xen assigns a device with reserved memory since XCP-ng 8.3 and XenServer 8.4 (xenopsd
/// device.ml:1163 _xen_domctl_dev_rdm_relaxed).
bool takes_reserved_memory(std::string_view version) {
  int major = 0, minor = 0;
  const char* end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error == std::errc{} && dot != end) std::from_chars(dot + 1, end, minor);
  return major > 8 || (major == 8 && minor >= 3);
}

std::string name_of(const Snapshot& snapshot, const PciAddress& address) {
  const Function* function = snapshot.find(address);
  return address.text() + (function->device.empty() ? "" : " (" + function->device + ")");
}

std::string range_of(const ReservedMemory& memory) {
  return fmt::format("{:#x} to {:#x}", memory.base, memory.limit);
}

/// The firmware's table, where it is there and whole, or the reason that says it is not; none where
/// nothing is hidden or no IOMMU is used.
Reasons cannot_be_told(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  if (iommu.on == false || iommu.firmware.table || hidden(snapshot).empty()) return {};
  const auto path = iommu.table_path.empty() ? tables : iommu.table_path;
  const auto why = iommu.table_path.empty() ? "there is no DMAR (XMAR, RMAD) and no IVRS table"
                                            : iommu.firmware.trouble;
  return {{"it cannot be told for which devices the firmware reserves memory: " + why, path,
           FindingState::unknown}};
}

}  // namespace

Reasons iommu_is_off(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  if (!iommu.on && hidden(snapshot).empty()) return {};
  if (!iommu.on)
    return {{"it cannot be told whether Xen uses an IOMMU" +
                 (snapshot.unreadable.contains("xl info")
                      ? ": xl info: " + snapshot.unreadable.at("xl info")
                      : std::string()),
             xl_info, FindingState::unknown}};
  if (*iommu.on) return {};
  return {{"Xen uses no IOMMU, so no VM with a device starts: " +
               std::string(turned_off(iommu.xen_command_line) ? "its command line turns it off"
                           : iommu.firmware.table
                               ? "the firmware has one, and " + iommu.table_path + " describes it"
                               : "the firmware shows none"),
           xl_info}};
}

Reasons interrupts_not_remapped(const Snapshot& snapshot) {
  const Iommu& iommu = snapshot.iommu;
  const bool forbidden = iommu.xen_command_line.find("no-intremap") != std::string::npos;
  const bool lacks = iommu.firmware.table && iommu.firmware.table->interrupt_remapping == false;
  if (iommu.on != true || (!forbidden && !lacks)) return {};
  return {{forbidden ? "Xen's command line turns the remapping of interrupts off"
                     : "the firmware says that this machine cannot remap interrupts",
           forbidden ? xl_info : iommu.table_path}};
}

Reasons has_reserved_memory(const Snapshot& snapshot) {
  if (!snapshot.iommu.firmware.table) return cannot_be_told(snapshot);
  if (snapshot.iommu.on == false) return {};
  const bool taken = takes_reserved_memory(snapshot.host.version);
  Reasons reasons;
  for (const auto& memory : snapshot.iommu.firmware.table->reserved)
    for (const auto& owner : owners_of(snapshot, memory)) {
      if (!is_hidden(snapshot, owner)) continue;
      reasons.push_back({"the firmware keeps memory (" + range_of(memory) + ") for " +
                             name_of(snapshot, owner) +
                             (taken ? ", which it may write to whatever VM has the device"
                                    : ": Xen may refuse to give it to a VM"),
                         snapshot.iommu.table_path, FindingState::found, owner});
      reasons.back().severity = taken ? std::optional(Severity::warn) : std::nullopt;
    }
  return reasons;
}

Reasons shares_reserved_memory(const Snapshot& snapshot) {
  if (!snapshot.iommu.firmware.table || snapshot.iommu.on == false) return {};
  Reasons reasons;
  for (const auto& memory : snapshot.iommu.firmware.table->reserved) {
    const auto owners = owners_of(snapshot, memory);
    const bool concerned =
        std::ranges::any_of(owners, [&](const auto& owner) { return is_hidden(snapshot, owner); });
    if (owners.size() < 2 || !concerned) continue;
    std::vector<std::string> names;
    for (const auto& owner : owners) names.push_back(name_of(snapshot, owner));
    reasons.push_back({joined(names) + " share memory that the firmware keeps for them (" +
                           range_of(memory) + "): Xen gives none of them to a VM alone",
                       snapshot.iommu.table_path});
  }
  return reasons;
}

}  // namespace pci_passthrough::checks
