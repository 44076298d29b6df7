#include "plugin/plans/rules.hpp"

#include <algorithm>

#include "plugin/plans/devices.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

/// A wildcard means the functions that are there; where there are none, all that may come.
void write_out(const Analysis& host, const HideRule& rule, Addresses& addresses) {
  if (rule.device && rule.function)
    return add_once(addresses, {rule.segment, rule.bus, *rule.device, *rule.function});
  bool present = false;
  for (const auto& function : host.snapshot().functions) {
    if (!rule.names(function.address)) continue;
    present = true;
    add_once(addresses, function.address);
  }
  constexpr std::uint8_t devices = 32, functions = 8;
  for (std::uint8_t device = rule.device.value_or(0); !present && device < devices; ++device) {
    for (std::uint8_t function = 0; function < functions; ++function)
      add_once(addresses, {rule.segment, rule.bus, device, function});
    if (rule.device) break;
  }
}

/// "(a)(b)" as far as the kernel of this entry reads it today.
std::string effective(const Analysis& host, std::size_t entry) {
  Addresses addresses;
  for (const auto& rule : host.rules().entries[entry].in_effect.rules)
    write_out(host, rule, addresses);
  return write_hide_list(addresses);
}

template <typename Change>
std::string text_with(const Analysis& host, const std::vector<std::size_t>& entries,
                      Change change) {
  const BootFile& file = host.boot().file;
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const BootEntry& entry = file.entries[i];
    auto rules = rules_of(host, i);
    if (!rules || entry.has_variables) continue;
    change(*rules);
    const auto list = write_hide_list(*rules);
    const bool is_cut = entry.command_line_size > max_command_line;
    if (is_cut || list != effective(host, i))
      edits.push_back({i, host.rules().entries[i].stands.kind, list});
  }
  return file.trouble ? file.text : edit_hide_lists(file, edits);
}

}  // namespace

std::optional<std::vector<PciAddress>> rules_of(const Analysis& host, std::size_t entry) {
  const auto& rules = host.rules().entries[entry];
  std::vector<const HideList*> lists;
  for (const auto& list : rules.read) lists.insert(lists.begin(), &list);
  for (const auto& list : rules.ignored) lists.push_back(&list);
  Addresses addresses;
  for (const auto* list : lists) {
    if (list->error) return std::nullopt;
    for (const auto& rule : list->rules) write_out(host, rule, addresses);
  }
  return addresses;
}

std::string text_hiding(const Analysis& host, const std::vector<std::size_t>& entries,
                        const std::vector<PciAddress>& devices) {
  return text_with(host, entries, [&](Addresses& rules) {
    for (const auto& device : devices) add_once(rules, device);
  });
}

std::string text_hiding_exactly(const Analysis& host, const std::vector<std::size_t>& entries,
                                const std::vector<PciAddress>& devices) {
  const BootFile& file = host.boot().file;
  if (file.trouble) return file.text;
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    if (file.entries[i].has_variables) continue;
    const auto rules = rules_of(host, i);
    auto kept = rules.value_or(Addresses());
    std::erase_if(kept, [&](const auto& rule) { return std::ranges::count(devices, rule) == 0; });
    for (const auto& device : devices) add_once(kept, device);
    const auto list = write_hide_list(kept);
    if (rules != kept || list != effective(host, i))
      edits.push_back({i, host.rules().entries[i].stands.kind, list});
  }
  return edit_hide_lists(file, edits);
}

std::string text_unhiding(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::vector<PciAddress>& devices) {
  return text_with(host, entries, [&](Addresses& rules) {
    std::erase_if(rules, [&](const auto& rule) { return std::ranges::count(devices, rule) != 0; });
  });
}

std::string text_repaired(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::map<PciAddress, PciAddress>& moves) {
  const BootFile& file = host.boot().file;
  if (file.trouble) return file.text;
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const BootEntry& entry = file.entries[i];
    const auto& hide = host.rules().entries[i].stands;
    const auto rules = rules_of(host, i);
    if (hide.empty() || !rules || entry.has_variables) continue;
    Addresses addresses;
    for (const auto& rule : *rules)
      add_once(addresses, moves.contains(rule) ? moves.at(rule) : rule);
    const auto list = write_hide_list(addresses);
    const bool stands = hide.read.size() == 1 && hide.ignored.empty() && hide.value() == list;
    if (!stands) edits.push_back({i, hide.kind, list});
  }
  if (edits.empty()) return without_repeated_arguments(file, entries);
  return without_repeated_arguments(with_text(file, edit_hide_lists(file, edits)), entries);
}

}  // namespace pci_passthrough
