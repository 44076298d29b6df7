#include "plugin/boot/platform.hpp"

#include <algorithm>

#include "plugin/boot/platform_reader.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

bool names(std::string_view argument, std::string_view key) {
  return argument == key || (argument.starts_with(key) && argument.substr(key.size(), 1) == "=");
}

}  // namespace

std::optional<PlatformTools> platform_tools(std::string_view product_version) {
  const auto is = [&](std::string_view release) { return product_version.starts_with(release); };
  if (product_version.empty() || !is_digit(product_version.front())) return {};
  if (is("8.3") || is("8.4")) return PlatformTools::python3;
  if (is("6.") || is("7.") || is("8.0") || is("8.1") || is("8.2")) return PlatformTools::python2;
  return product_version.front() >= '8' ? std::optional(PlatformTools::xen_boot) : std::nullopt;
}

bool is_platform_label(std::string_view label) { return label == "xe" || label == "xe-serial"; }

bool PlatformView::has(PlatformProblemKind kind) const {
  return std::ranges::find(problems, kind, &PlatformProblem::kind) != problems.end();
}

PlatformView platform_view(const BootFile& file, PlatformTools tools) {
  PlatformView view;
  view.tools = tools;
  view.loader = file.loader;
  const bool grub = file.loader == BootLoader::grub;
  (grub ? read_grub_as_platform : read_extlinux_as_platform)(view, file.text);
  if (view.fails) {
    view.problems = {view.problems.back()};
    view.entries.clear();
    return view;
  }
  for (std::size_t i = 0; i < view.entries.size(); ++i)
    if (view.entries[i].label == view.default_label) view.default_entry = i;
  find_platform_problems(view, file);
  const bool changes = std::ranges::any_of(view.problems, [](const auto& one) {
    return harm_of(one.kind) == PlatformHarm::write_changes;
  });
  if (!changes)
    if (const auto line = line_that_boots_otherwise(view, file))
      view.problems.push_back({PlatformProblemKind::boots_otherwise, *line});
  std::ranges::stable_sort(view.problems, {}, &PlatformProblem::line);
  return view;
}

std::optional<std::vector<std::string>> platform_arguments(const PlatformView& view,
                                                           std::string_view key) {
  if (view.fails || !view.default_entry) return {};
  const auto& entry = view.entries[*view.default_entry];
  if (!entry.kernel_arguments) return {};
  return platform_arguments(view, entry, key);
}

std::vector<std::string> platform_arguments(const PlatformView& view, const PlatformEntry& entry,
                                            std::string_view key) {
  if (!entry.kernel_arguments) return {};
  auto found = PythonText(view.tools).arguments(*entry.kernel_arguments);
  std::erase_if(found, [&](const std::string& one) { return !names(one, key); });
  return found;
}

std::optional<std::string> kept_by_installer(const PlatformView& view) {
  const auto found = platform_arguments(view, "xen-pciback.hide");
  if (!found) return {};
  const auto first = std::ranges::find_if(
      *found, [](const std::string& one) { return one.find('=') != one.npos; });
  return first == found->end() ? std::nullopt : std::optional(*first);
}

}  // namespace pci_passthrough
