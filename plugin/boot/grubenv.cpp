#include <algorithm>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {
namespace {

/// The next line of an environment block, its backslashes taken off.
std::string take_line(std::string_view& block) {
  std::string line;
  std::size_t at = 0;
  for (; at < block.size() && block[at] != '\n'; ++at) {
    if (block[at] == '\\' && at + 1 < block.size()) ++at;
    line += block[at];
  }
  block.remove_prefix(std::min(at + 1, block.size()));
  return line;
}

}  // namespace

std::optional<std::string> override_entry(std::string_view grubenv) {
  constexpr std::string_view signature = "# GRUB Environment Block\n";
  constexpr std::string_view name = "override_entry=";
  if (!grubenv.starts_with(signature)) return {};
  grubenv.remove_prefix(signature.size());

  std::optional<std::string> value;
  while (!grubenv.empty()) {
    const auto line = take_line(grubenv);
    if (line.starts_with(name)) value = line.substr(name.size());
  }
  return value && !value->empty() ? value : std::nullopt;
}

}  // namespace pci_passthrough
