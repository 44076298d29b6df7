#include "plugin/checks/too_long.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "plugin/checks/of_entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Addresses = std::vector<PciAddress>;
using AddressSet = std::set<PciAddress>;

/// What all lists of an entry name, as one list; nothing where one of them cannot be read, or has a
/// wildcard.
std::optional<Addresses> named_by(const HideRules& rules) {
  Addresses named;
  AddressSet seen;
  for (const auto* lists : {&rules.read, &rules.ignored})
    for (const auto& list : *lists) {
      if (list.error) return std::nullopt;
      for (const auto& rule : list.rules) {
        if (!rule.device || !rule.function) return std::nullopt;
        const PciAddress address{rule.segment, rule.bus, *rule.device, *rule.function};
        if (seen.insert(address).second) named.push_back(address);
      }
    }
  return named;
}

bool fits(const Analysis& host, std::size_t entry, const Addresses& addresses) {
  const auto& stands = host.rules().entries[entry].stands;
  return command_line_size_with(host.boot().file, {entry, stands.kind,
                                                   write_hide_list(addresses)}) <= max_command_line;
}

/// The greater, the less it is missed.
int dispensable(const Analysis& host, const PciAddress& address) {
  if (!host.find(address)) return 2;
  return std::ranges::count(host.vms().wanted_here, address) == 0 ? 1 : 0;
}

/// Adds to `dropped` what this entry cannot hold. False where it is too long without any rule.
bool drop(const Analysis& host, std::size_t entry, Addresses named, AddressSet& dropped) {
  std::erase_if(named, [&](const auto& address) { return dropped.contains(address); });
  std::ranges::stable_sort(named, {}, [&](const auto& one) { return dispensable(host, one); });
  const auto room = rules_with_room(host, entry);
  while (named.size() > room || !fits(host, entry, named)) {
    if (named.empty()) return false;
    dropped.insert(named.back());
    named.pop_back();
  }
  return true;
}

Remedy unhiding(const AddressSet& devices, bool all) {
  std::vector<std::string> texts;
  for (const auto& address : devices) texts.push_back(address.text());
  const auto list = joined(texts, ",");
  Remedy remedy{
      fmt::format("Hide {} device{} less, for instance: pci-passthrough unhide "
                  "devices={}{}.",
                  devices.size(), devices.size() == 1 ? "" : "s", list, all ? " entries=all" : ""),
      "unhide",
      {{"devices", list}}};
  if (all) remedy.arguments.emplace_back("entries", "all");
  return remedy;
}

}  // namespace

std::size_t rules_with_room(const Analysis& host, std::size_t entry) {
  constexpr std::size_t rule_size = 14;  // "(0000:06:00.0)"
  const auto kind = host.rules().entries[entry].stands.kind;
  const auto bare =
      command_line_size_with(host.boot().file, {entry, kind, ""}) + hide_parameter(kind).size() + 2;
  return max_command_line < bare ? 0 : (max_command_line - bare) / rule_size;
}

Remedy shortening(const Analysis& host) {
  const Remedy by_hand{
      fmt::format("Take rules or other arguments out of {} by hand.", host.boot().path)};
  AddressSet dropped;
  bool all = false;
  for (const auto i : host.rules().editable) {
    if (host.boot().file.entries[i].command_line.size() <= max_command_line) continue;
    all = all || std::ranges::count(host.rules().everyday, i) == 0;
    const auto named = named_by(host.rules().entries[i]);
    if (!named || !drop(host, i, *named, dropped)) return by_hand;
  }
  return dropped.empty() ? repaired(all) : unhiding(dropped, all);
}

}  // namespace pci_passthrough::checks
