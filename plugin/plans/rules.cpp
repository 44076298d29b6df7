#include "plugin/plans/rules.hpp"

#include <algorithm>

#include "plugin/model/dom0_access.hpp"
#include "plugin/plans/decision.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

/// A wildcard means the functions that are there; where there are none, all that may come.
void write_out(const Snapshot& snapshot, const HideRule& rule, Addresses& addresses) {
  if (rule.device && rule.function)
    return add_once(addresses, {rule.segment, rule.bus, *rule.device, *rule.function});
  bool present = false;
  for (const auto& function : snapshot.functions) {
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
std::string effective(const Snapshot& snapshot, const BootEntry& entry) {
  Addresses addresses;
  for (const auto& rule : list_of(snapshot.boot, entry).rules) write_out(snapshot, rule, addresses);
  return write_hide_list(addresses);
}

template <typename Change>
std::string text_with(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                      Change change) {
  const BootFile& file = snapshot.boot.file;
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const BootEntry& entry = file.entries[i];
    auto rules = rules_of(snapshot, entry);
    if (!rules || entry.has_variables) continue;
    change(*rules);
    const auto list = write_hide_list(*rules);
    if (list != effective(snapshot, entry))
      edits.push_back({i, pciback_kind(entry, snapshot.boot.kernel_release), list});
  }
  return file.trouble ? file.text : edit_hide_lists(file, edits);
}

}  // namespace

std::optional<std::vector<PciAddress>> rules_of(const Snapshot& snapshot, const BootEntry& entry) {
  const auto hide = hide_arguments(snapshot.boot, entry);
  std::vector<Argument> lists(hide.read.rbegin(), hide.read.rend());
  lists.insert(lists.end(), hide.ignored.begin(), hide.ignored.end());
  Addresses addresses;
  for (const auto& one : lists) {
    const auto list = parse_hide_list(argument_value(one), hide.kind);
    if (list.error) return std::nullopt;
    for (const auto& rule : list.rules) write_out(snapshot, rule, addresses);
  }
  return addresses;
}

std::string text_hiding(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                        const std::vector<PciAddress>& devices) {
  return text_with(snapshot, entries, [&](Addresses& rules) {
    for (const auto& device : devices) add_once(rules, device);
  });
}

std::string text_hiding_only(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                             const std::vector<PciAddress>& devices) {
  return text_with(snapshot, entries, [&](Addresses& rules) {
    std::erase_if(rules, [&](const auto& rule) { return std::ranges::count(devices, rule) == 0; });
    for (const auto& device : devices) add_once(rules, device);
  });
}

std::string text_unhiding(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                          const std::vector<PciAddress>& devices) {
  return text_with(snapshot, entries, [&](Addresses& rules) {
    std::erase_if(rules, [&](const auto& rule) { return std::ranges::count(devices, rule) != 0; });
  });
}

std::string text_repaired(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                          const std::map<PciAddress, PciAddress>& moves) {
  const BootFile& file = snapshot.boot.file;
  if (file.trouble) return file.text;
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const BootEntry& entry = file.entries[i];
    const auto hide = hide_arguments(snapshot.boot, entry);
    const auto rules = rules_of(snapshot, entry);
    if (hide.empty() || !rules || entry.has_variables) continue;
    Addresses addresses;
    for (const auto& rule : *rules)
      add_once(addresses, moves.contains(rule) ? moves.at(rule) : rule);
    const auto list = write_hide_list(addresses);
    const bool stands = hide.read.size() == 1 && hide.ignored.empty() && hide.value() == list;
    if (!stands) edits.push_back({i, hide.kind, list});
  }
  const auto edited = with_boot_text(snapshot, edit_hide_lists(file, edits));
  return without_repeated_arguments(edited.boot.file, entries);
}

}  // namespace pci_passthrough
