#include "plugin/boot/multiboot.hpp"

#include <algorithm>

#include "plugin/boot/words.hpp"

namespace pci_passthrough {

std::vector<MultibootPart> split_mboot_parts(std::string_view append) {
  std::vector<MultibootPart> parts(1);
  while (!append.empty()) {
    const auto word = take_word(append);
    auto& [file, arguments] = parts.back();
    if (word == "---") {
      parts.emplace_back();
    } else if (file.empty()) {
      file = word;
    } else {
      const char* begin = arguments.empty() ? word.data() : arguments.data();
      arguments = {begin, static_cast<std::size_t>(word.data() + word.size() - begin)};
    }
  }
  return parts;
}

std::size_t dom0_kernel_index(const std::vector<std::string>& files) {
  const bool trusted =
      files.size() > 1 && (base_name(files[0]).find("tboot") != std::string_view::npos ||
                           base_name(files[1]).starts_with("xen"));
  return std::min<std::size_t>(trusted ? 2 : 1, files.size());
}

}  // namespace pci_passthrough
