#include "plugin/model/entries.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "plugin/model/dom0_access.hpp"

namespace pci_passthrough {

std::vector<std::size_t> unattended_entries(const Boot& boot) {
  std::set<std::size_t> entries;
  if (boot.file.trouble) return {};
  if (const auto next = boot.next_entry()) entries.insert(*next);
  if (const auto fallback = boot.file.default_entry) entries.insert(*fallback);
  return {entries.begin(), entries.end()};
}

std::vector<std::size_t> edited_entries(const Boot& boot, bool all) {
  constexpr std::array<std::string_view, 2> everyday = {"xe", "xe-serial"};
  const auto unattended = unattended_entries(boot);
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < boot.file.entries.size(); ++i) {
    const BootEntry& entry = boot.file.entries[i];
    const bool wanted = all || std::ranges::count(everyday, entry.label) != 0 ||
                        std::ranges::count(unattended, i) != 0;
    if (entry.is_xen && wanted) entries.push_back(i);
  }
  return entries;
}

std::vector<PciAddress> reached_by(const Snapshot& snapshot,
                                   const std::vector<std::size_t>& entries) {
  std::set<PciAddress> reached;
  for (const auto i : entries) {
    const auto list = list_of(snapshot.boot, snapshot.boot.file.entries[i]);
    for (const auto& function : snapshot.functions)
      if (list.names(function.address) || hides(list, function)) reached.insert(function.address);
  }
  return {reached.begin(), reached.end()};
}

}  // namespace pci_passthrough
