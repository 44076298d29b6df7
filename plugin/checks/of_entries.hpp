#pragma once

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

/// Asks `ask` of each entry that boots a hypervisor and of its hide rules; "" is no reason.
template <typename Ask>
Reasons of_entries(const Analysis& host, const std::vector<std::size_t>& entries, Ask ask) {
  const Boot& boot = host.boot();
  Reasons reasons;
  for (const auto i : entries) {
    const BootEntry& entry = boot.file.entries[i];
    auto message = ask(entry, host.rules().entries[i]);
    if (message.empty()) continue;
    if (!reasons.empty() && reasons.back().message == message)
      reasons.back().evidence += ", " + where(boot, entry);
    else
      reasons.push_back({std::move(message), where(boot, entry)});
  }
  return reasons;
}

template <typename Range>
std::string more_than_once(const Range& names) {
  return joined(names) + (names.size() == 1 ? " stands" : " stand") + " more than once";
}

template <typename Ask>
Reasons of_all_entries(const Analysis& host, Ask ask) {
  return of_entries(host, host.rules().editable, ask);
}

}  // namespace pci_passthrough::checks
