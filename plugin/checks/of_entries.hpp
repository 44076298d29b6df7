#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/checks/catalogue.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {

inline std::string where(const Boot& boot, const BootEntry& entry) {
  return boot.path + ":" + std::to_string(entry.line) + " '" + entry.title + "'";
}

/// The remedy of what stands in entries; `all`: in one that only entries=all reaches, too.
using RemedyOfEntries = Remedy (*)(bool all);

/// Asks `ask` of each entry that boots a hypervisor and of its hide rules; "" is no reason.
template <typename Ask>
Reasons of_entries(const Analysis& host, const std::vector<std::size_t>& entries, Ask ask,
                   RemedyOfEntries remedy = nullptr) {
  const Boot& boot = host.boot();
  Reasons reasons;
  for (const auto i : entries) {
    const BootEntry& entry = boot.file.entries[i];
    auto message = ask(entry, host.rules().entries[i]);
    if (message.empty()) continue;
    const bool all = std::ranges::count(host.rules().everyday, i) == 0;
    if (reasons.empty() || reasons.back().message != message)
      reasons.push_back({std::move(message), where(boot, entry)});
    else
      reasons.back().evidence += ", " + where(boot, entry);
    if (remedy && (all || !reasons.back().remedy)) reasons.back().remedy = remedy(all);
  }
  return reasons;
}

template <typename Range>
std::string more_than_once(const Range& names) {
  return joined(names) + (names.size() == 1 ? " stands" : " stand") + " more than once";
}

template <typename Ask>
Reasons of_all_entries(const Analysis& host, Ask ask, RemedyOfEntries remedy = nullptr) {
  return of_entries(host, host.rules().editable, ask, remedy);
}

/// repair, which leaves the safe and fallback entries alone unless it is told otherwise.
inline Remedy repaired(bool all) {
  if (all)
    return {"Rewrite it: pci-passthrough repair entries=all.", "repair", {{"entries", "all"}}};
  return {"Rewrite it: pci-passthrough repair.", "repair"};
}

}  // namespace pci_passthrough::checks
