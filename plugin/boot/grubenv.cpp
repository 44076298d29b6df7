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

std::optional<std::string> environment_value(std::string_view grubenv, std::string_view name) {
  constexpr std::string_view signature = "# GRUB Environment Block\n";
  const auto start = std::string(name) + '=';
  if (!grubenv.starts_with(signature)) return {};
  grubenv.remove_prefix(signature.size());

  std::optional<std::string> value;
  while (!grubenv.empty()) {
    const auto line = take_line(grubenv);
    if (line.starts_with(start)) value = line.substr(start.size());
  }
  return value && !value->empty() ? value : std::nullopt;
}

std::optional<std::string> override_entry(std::string_view grubenv) {
  return environment_value(grubenv, "override_entry");
}

}  // namespace pci_passthrough
