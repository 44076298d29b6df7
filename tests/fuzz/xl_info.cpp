#include "plugin/probe/xl_info.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  Iommu iommu;
  read_xl_info(input, iommu);
  require(!iommu.on || input.find("virt_caps") != std::string_view::npos,
          "virt_caps tells what is on");
  require(input.find(iommu.xen_command_line) != std::string_view::npos &&
              iommu.xen_command_line.find('\n') == std::string::npos,
          "the command line is a line of it");
  Iommu again;
  read_xl_info("virt_caps : hvm_directio\n" + std::string(input), again);
  require(again.on == true && again.xen_command_line == iommu.xen_command_line,
          "the first line of a name counts");
  Iommu by_log;
  read_xen_log(input, by_log);
  require(!by_log.remaps_interrupts || input.find("apping") != std::string_view::npos,
          "the log tells what is remapped");
}

}  // namespace pci_passthrough
