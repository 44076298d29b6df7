#include "plugin/probe/xl_info.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

std::optional<std::string_view> value_of(std::string_view info, std::string_view key) {
  while (!info.empty()) {
    const auto line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(line.size() + 1, info.size()));
    const auto colon = line.find(':');
    if (colon != line.npos && line.starts_with(key) &&
        line.find_first_not_of(' ', key.size()) == colon)
      return line.substr(colon + 1);
  }
  return std::nullopt;
}

/// What Xen says where it gives an IOMMU up (drivers/passthrough/vtd/dmar.c, quirks.c, iommu.c,
/// amd/iommu_acpi.c, amd/iommu_init.c).
bool is_why_off(std::string_view line) {
  constexpr std::string_view words[] = {"Disabling IOMMU",
                                        "IVMD",
                                        "IVHD Error",
                                        "AMD-Vi: Error",
                                        "VT-d: Failed",
                                        "DMAR error",
                                        "DMAR: bad",
                                        "Failed to parse ACPI DMAR",
                                        "RMRR",
                                        "Not enabling the IOMMU",
                                        "IOMMU initialization failed"};
  return std::ranges::any_of(words, [&](auto each) { return line.find(each) != line.npos; });
}

void read_why_off(std::string_view log, Iommu& iommu) {
  constexpr std::size_t most = 3;
  constexpr std::string_view prefix = "(XEN) ";
  while (!log.empty() && iommu.why_off.size() < most) {
    auto line = log.substr(0, log.find('\n'));
    log.remove_prefix(std::min(line.size() + 1, log.size()));
    if (!is_why_off(line)) continue;
    if (const auto at = line.find(prefix); at != line.npos) line.remove_prefix(at + prefix.size());
    iommu.why_off.emplace_back(line);
  }
}

}  // namespace

void read_xl_info(std::string_view info, Iommu& iommu) {
  iommu.xen_command_line = value_of(info, "xen_commandline").value_or("");
  if (const auto capabilities = value_of(info, "virt_caps"))
    iommu.on = capabilities->find("directio") != capabilities->npos;
}

void read_xen_log(std::string_view log, Iommu& iommu) {
  struct Line {
    std::string_view words;
    bool enabled;
  };
  constexpr Line lines[] = {{"(XEN) Interrupt remapping enabled", true},
                            {"(XEN) Interrupt remapping disabled", false},
                            {"VT-d Interrupt Remapping enabled", true},
                            {"VT-d Interrupt Remapping not enabled", false}};
  for (const auto& line : lines)
    if (!iommu.remaps_interrupts && log.find(line.words) != log.npos)
      iommu.remaps_interrupts = line.enabled;
  if (iommu.on == false) read_why_off(log, iommu);
}

}  // namespace pci_passthrough
