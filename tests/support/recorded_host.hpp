#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/recording.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {

inline constexpr ProbeScope all_facts =
    ProbeScope::functions | ProbeScope::names | ProbeScope::usage | ProbeScope::boot |
    ProbeScope::iommu | ProbeScope::backups | ProbeScope::bars | ProbeScope::all_bars;

inline std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::filesystem::path recordings() {
  return std::filesystem::path(PCI_PASSTHROUGH_SOURCE_DIR) / "tests/hosts";
}

/// Some of their names.
inline constexpr char nas[] = "xcp-ng-8.3", alt[] = "xcp-ng-8.3-kernel-alt",
                      bios[] = "xcp-ng-8.2-bios", old[] = "xenserver-6.2", nine[] = "xenserver-9";

inline const Caller shell{true, "root at a shell"}, remote{false, "xapi"};

/// The names of all recorded hosts: "xcp-ng-8.3"; of those in trouble, in the folder "sick/":
/// "sick/xcp-ng-8.3-desktop".
inline std::vector<std::string> recorded_hosts(const std::string& folder = "") {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(recordings() / folder))
    if (entry.path().extension() == ".host") names.push_back(folder + entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

/// What the plugin reads of a host whose sections are these.
inline Snapshot probed(std::string_view recording) {
  const ScratchRoot root(recording);
  Host host(root.path());
  return probe(host, all_facts);
}

/// The same of a host of tests/hosts; read once a test program.
inline const Snapshot& recorded(const std::string& name) {
  static std::map<std::string, Snapshot> read;
  const auto known = read.find(name);
  if (known != read.end()) return known->second;
  return read.emplace(name, probed(text_of_file(recordings() / (name + ".host")))).first->second;
}

/// "06:00.0" or "0000:06:00.0".
inline PciAddress at(std::string_view text) { return PciAddress::parse(text).value(); }

inline std::vector<PciAddress> all_at(const std::vector<std::string>& texts) {
  std::vector<PciAddress> addresses;
  for (const auto& text : texts) addresses.push_back(at(text));
  return addresses;
}

inline Function& function_of(Snapshot& snapshot, std::string_view address) {
  return *std::ranges::find(snapshot.functions, at(address), &Function::address);
}

inline const BootEntry& entry_of(const Snapshot& snapshot, std::string_view label) {
  return snapshot.boot.file.entries.at(snapshot.boot.file.find(label).value());
}

/// The boot file's text with all hide lists of this entry taken away, and `arguments` at the end of
/// its kernel's.
inline std::string text_with_arguments(const Snapshot& snapshot, std::string_view label,
                                       std::string_view arguments) {
  const BootEntry& entry = entry_of(snapshot, label);
  auto text = snapshot.boot.file.text;
  if (!arguments.empty()) text.insert(entry.arguments_end, " " + std::string(arguments));
  auto hide = find_hide_arguments(entry.arguments, PcibackKind::pvops);
  auto old = hide.read;
  old.insert(old.end(), hide.ignored.begin(), hide.ignored.end());
  std::ranges::sort(old, std::greater{}, &Argument::begin);
  for (const auto& one : old) text.erase(one.begin - 1, one.end - one.begin + 1);
  return text;
}

inline Snapshot with_boot_text(Snapshot snapshot, const std::string& text) {
  snapshot.boot.file = with_text(snapshot.boot.file, text);
  return snapshot;
}

inline Snapshot with_arguments(const Snapshot& snapshot, std::string_view label,
                               std::string_view arguments) {
  return with_boot_text(snapshot, text_with_arguments(snapshot, label, arguments));
}

/// This list, and nothing else, in `xe`, which boots.
inline Snapshot with_functions_unread(Snapshot host) {
  host.functions.clear();
  host.unreadable["/sys/bus/pci/devices"] = "Input/output error";
  return host;
}

inline Snapshot hiding(const Snapshot& snapshot, const std::string& list) {
  const auto& entry = entry_of(snapshot, "xe");
  const auto kind = pciback_kind(entry, snapshot.boot.kernel_release);
  return with_arguments(snapshot, "xe", std::string(hide_parameter(kind)) + "=" + list);
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto begin = text.find(from);
  if (begin == std::string::npos) throw std::runtime_error("no " + std::string(from));
  return text.replace(begin, from.size(), to);
}

}  // namespace pci_passthrough
