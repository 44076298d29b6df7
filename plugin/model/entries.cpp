#include "plugin/model/entries.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "plugin/boot/own_entry.hpp"
#include "plugin/model/dom0_access.hpp"

namespace pci_passthrough {

std::vector<std::size_t> unattended_entries(const Boot& boot) {
  std::set<std::size_t> entries;
  if (boot.file.error) return {};
  if (const auto next = boot.next_own_entry()) entries.insert(*next);
  if (const auto fallback = boot.file.default_entry) entries.insert(*fallback);
  return {entries.begin(), entries.end()};
}

std::vector<std::size_t> edited_entries(const Boot& boot, bool all) {
  constexpr std::array<std::string_view, 2> everyday = {"xe", "xe-serial"};
  const auto unattended = unattended_entries(boot);
  std::vector<std::size_t> entries;
  for (std::size_t i = 0; i < boot.file.entries.size(); ++i) {
    const BootEntry& entry = boot.file.entries[i];
    if (is_own(boot.file.loader, entry)) continue;
    const bool wanted = all || std::ranges::count(everyday, entry.label) != 0 ||
                        std::ranges::count(unattended, i) != 0;
    if (entry.is_xen && wanted && !entry.is_installer()) entries.push_back(i);
  }
  return entries;
}

}  // namespace pci_passthrough
