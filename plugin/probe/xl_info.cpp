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
}

}  // namespace pci_passthrough
