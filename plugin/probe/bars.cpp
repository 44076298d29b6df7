#include "plugin/probe/bars.hpp"

#include <set>

#include "plugin/model/dom0_access.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view a_line = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
constexpr std::size_t own = 7;
constexpr std::uint64_t memory = 0x200, memory_64 = 0x100000, bar_type = 0x6, bar_64 = 0x4;

/// The next number and the one white space behind it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto end = text.find_first_of(" \n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto number = read_number<std::uint64_t>(text.substr(0, end), 16);
  text.remove_prefix(end + 1);
  return number;
}

struct Resources {
  std::vector<Bar> bars;
  bool has_rom = false;
};

/// The last line of a function's own is its ROM. That of a display which the host boots on may be
/// the copy that the firmware left at c0000, which is not its own (pci-sysfs.c, video.c
/// pci_fixup_video).
std::optional<Resources> resources_in(std::string_view text) {
  constexpr std::uint64_t legacy_copy = 0xc0000;
  Resources resources;
  for (std::size_t i = 0; i < own; ++i) {
    const auto begin = take_number(text), end = take_number(text), flags = take_number(text);
    if (!begin || !end || !flags || *end < *begin) return std::nullopt;
    if ((*flags & memory) == 0) continue;
    if (i == own - 1) resources.has_rom = *begin != legacy_copy;
    const bool is_64bit = (*flags & memory_64) != 0 || (*flags & bar_type) == bar_64;
    resources.bars.push_back({*end - *begin + 1, is_64bit});
  }
  return resources;
}

/// What any entry hides or a VM wants.
std::set<PciAddress> taken(const Snapshot& snapshot) {
  std::set<PciAddress> all;
  for (const auto& entry : snapshot.boot.file.entries) {
    const auto list = list_of(snapshot.boot, entry);
    for (const auto& function : snapshot.functions)
      if (reaches(list, function)) all.insert(function.address);
  }
  for (const auto& assignment : vm_assignments(snapshot))
    for (const auto& address : assignment.entry.plugged()) all.insert(address);
  return all;
}

}  // namespace

void read_bars(const Directory& entry, Function& function) {
  if (function.is_bridge()) return;
  const auto text = entry.read_as_wanted(
      "resource", [](std::string_view) -> std::size_t { return own * a_line.size(); });
  auto resources = text ? resources_in(text.value) : std::nullopt;
  if (!resources) return;
  function.bars = std::move(resources->bars);
  function.has_rom = resources->has_rom;
}

void probe_bars(const Host& host, Snapshot& snapshot) {
  const auto wanted = taken(snapshot);
  for (auto& function : snapshot.functions)
    if (wanted.contains(function.address))
      read_bars({host, std::string(paths::pci_devices) + "/" + function.address.text()}, function);
}

}  // namespace pci_passthrough
