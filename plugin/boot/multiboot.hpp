#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// One of the files that a loader hands to the machine, and the text behind it.
struct MultibootPart {
  std::string_view file, arguments;
};

/// What mboot.c32 is given: files with their arguments, "---" between them.
std::vector<MultibootPart> split_mboot_parts(std::string_view append);

/// Which of these files is dom0's kernel: the one after the hypervisor, which stands second where
/// tboot comes first. files.size() where there is none.
std::size_t dom0_kernel_index(const std::vector<std::string>& files);

}  // namespace pci_passthrough
