#include <algorithm>

#include "plugin/boot/platform_reader.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view probe_value = "(0000:00:00.0)";

bool is_hide_list(const Argument& argument) {
  return argument.value.starts_with(hide_parameter(PcibackKind::pvops));
}

std::vector<std::string> but_for_list(const BootEntry& entry) {
  std::vector<std::string> values;
  for (const auto& argument : entry.arguments)
    if (!is_hide_list(argument)) values.push_back(argument.value);
  return values;
}

bool boots_alike(const BootEntry& now, const BootEntry& then, bool set) {
  const auto found = find_hide_arguments(then.arguments, PcibackKind::pvops);
  return now.title == then.title && now.is_xen == then.is_xen && now.files == then.files &&
         now.xen_arguments == then.xen_arguments && but_for_list(now) == but_for_list(then) &&
         now.init_arguments.size() == then.init_arguments.size() &&
         (!set || found.value() == probe_value);
}

}  // namespace

std::optional<std::size_t> line_that_boots_otherwise(const PlatformView& view,
                                                     const BootFile& file) {
  const auto written = platform_set(
      view, std::string(hide_parameter(PcibackKind::pvops)) + '=' + std::string(probe_value));
  if (!written || file.error) return {};
  const auto then = with_text(file, *written);
  if (then.error || then.entries.size() != file.entries.size() ||
      then.default_entry != file.default_entry)
    return 0;
  for (std::size_t i = 0; i < file.entries.size(); ++i) {
    const auto seen = std::ranges::find(view.entries, file.entries[i].line, &PlatformEntry::line);
    const bool set = seen != view.entries.end() && is_platform_label(seen->label);
    if (!boots_alike(file.entries[i], then.entries[i], set)) return file.entries[i].line;
  }
  return {};
}

}  // namespace pci_passthrough
