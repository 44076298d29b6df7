#pragma once

#include "tests/support/asking.hpp"

namespace pci_passthrough {

/// A boot file as somebody left it: tests/cases/boot/NAME.
inline std::filesystem::path boot_case(const std::string& name) {
  return std::filesystem::path(PCI_PASSTHROUGH_SOURCE_DIR) / "tests/cases/boot" / name;
}

inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) lines.push_back(line);
  return lines;
}

/// The recorded host `base` with the files of `root` over it, and without those that `remove`
/// names.
inline Analysis host_of_case(const std::string& name) {
  namespace fs = std::filesystem;
  const auto folder = boot_case(name);
  const ScratchRoot root(
      text_of_file(recordings() / (lines_of(folder / "base").front() + ".host")));
  fs::copy(folder / "root", root.path(),
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  for (const auto& path : lines_of(folder / "remove")) fs::remove_all(root.path() + path);
  Host host(root.path());
  return probe(host, all_facts);
}

/// What the kernel of this entry hides by; what xapi's own tools see of it, each rule as written.
using RuleSet = std::set<std::string>;

inline RuleSet written(const std::vector<HideRule>& rules) {
  RuleSet all;
  for (const auto& rule : rules) all.insert(rule.written());
  return all;
}

inline RuleSet kernels(const Analysis& host, std::size_t entry) {
  return written(host.rules().entries[entry].in_effect.rules);
}

/// Nothing where they fail on the file, do not see the entry, or hand xapi what it cannot read.
inline std::optional<RuleSet> platforms(const Analysis& host, std::size_t entry) {
  const auto& readers = host.other_readers();
  const auto* seen = readers.seen(host.boot().file.entries[entry]);
  if (!seen || readers.platform->fails) return {};
  const auto kind = host.rules().entries[entry].stands.kind;
  const auto found = platform_arguments(*readers.platform, *seen, hide_parameter(kind));
  if (found.size() > 1) return {};
  if (found.empty()) return RuleSet();
  const auto list = parse_hide_list(found[0].substr(found[0].find('=') + 1), kind);
  if (list.error || (!list.rules.empty() && !list.is_canonical())) return {};
  return written(list.rules);
}

/// Words of this entry that repair could still mend.
inline std::size_t mendable_strays(const Analysis& host, std::size_t entry) {
  return std::ranges::count_if(host.other_readers().strays, [&](const StrayRule& stray) {
    return stray.mendable && stray.entry == entry;
  });
}

}  // namespace pci_passthrough
