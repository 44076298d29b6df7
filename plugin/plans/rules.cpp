#include "plugin/plans/rules.hpp"

#include <algorithm>

#include "plugin/boot/mend.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;
using Rules = std::vector<HideRule>;

Addresses functions_of(const Analysis& host) {
  Addresses all;
  for (const auto& function : host.snapshot().functions) all.push_back(function.address);
  return all;
}

std::optional<PciAddress> only_address(const HideRule& rule) {
  if (rule.is_wildcard()) return {};
  return PciAddress{rule.segment, rule.bus, *rule.device, *rule.function};
}

/// All lists of an entry, the one that counts first; nothing where one of them has an error.
std::optional<Rules> all_rules(const HideRules& entry) {
  std::vector<const HideList*> lists;
  for (const auto& list : entry.read) lists.insert(lists.begin(), &list);
  for (const auto& list : entry.ignored) lists.push_back(&list);
  Rules rules;
  for (const auto* list : lists) {
    if (list->error) return std::nullopt;
    rules.insert(rules.end(), list->rules.begin(), list->rules.end());
  }
  return rules;
}

void add_rule(Rules& rules, const PciAddress& address) {
  auto rule = HideRule::of(address);
  if (std::ranges::none_of(rules, [&](const auto& one) { return one.same_devices(rule); }))
    rules.push_back(std::move(rule));
}

/// One list without these devices; nothing where it names none of them. A wildcard is written out
/// for the functions that are there; one that fits none of them goes with any device that it names.
std::optional<Rules> list_without(const Analysis& host, const HideList& list,
                                  const Addresses& devices, const Addresses& present) {
  const auto is_named = [&](const HideRule& rule) {
    return std::ranges::any_of(devices, [&](const auto& device) { return rule.names(device); });
  };
  if (list.error || std::ranges::none_of(list.rules, is_named)) return std::nullopt;
  auto rules = write_out(list.rules, present);
  std::erase_if(rules, [&](const HideRule& rule) {
    return std::ranges::any_of(devices, [&](const auto& device) {
      return rule.names(device) && (!rule.is_wildcard() || !host.find(device));
    });
  });
  return rules;
}

/// The lists of one entry, each edited where it stands: what the kernel ignores goes on being
/// ignored. Where the list that counts is left empty, those before it go as well, since the last of
/// them would count.
void plan_unhiding(const Analysis& host, std::size_t entry, const Addresses& devices,
                   const Addresses& present, std::vector<ListEdit>& edits) {
  const auto& rules = host.rules().entries[entry];
  const auto edit = [&](const Argument& argument, const HideList& list) {
    auto left = list_without(host, list, devices, present);
    if (left) edits.push_back({entry, argument, write_hide_list(*left)});
    return left && left->empty();
  };
  for (std::size_t i = 0; i < rules.ignored.size(); ++i)
    edit(rules.stands.ignored[i], rules.ignored[i]);
  bool is_emptied = false;
  for (auto i = rules.read.size(); i-- > 0;)
    if (is_emptied)
      edits.push_back({entry, rules.stands.read[i], ""});
    else
      is_emptied = edit(rules.stands.read[i], rules.read[i]) && i + 1 == rules.read.size();
}

/// The lists of these entries in one form, a moved device's rule at its new address.
std::string text_of_one_list(const Analysis& host, const std::vector<std::size_t>& entries,
                             const std::map<PciAddress, PciAddress>& moves) {
  const BootFile& file = host.boot().file;
  const auto present = functions_of(host);
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const auto& hide = host.rules().entries[i].stands;
    auto rules = all_rules(host.rules().entries[i]);
    if (hide.empty() || !rules || file.entries[i].has_variables) continue;
    Rules followed;
    for (auto& rule : write_out(*rules, present)) {
      const auto address = only_address(rule);
      if (!address)
        followed.push_back(std::move(rule));
      else
        add_rule(followed, moves.contains(*address) ? moves.at(*address) : *address);
    }
    const auto list = write_hide_list(followed);
    const bool stands = hide.read.size() == 1 && hide.ignored.empty() && hide.value() == list;
    if (!stands) edits.push_back({i, hide.kind, list});
  }
  return edit_hide_lists(file, edits);
}

}  // namespace

std::optional<std::vector<PciAddress>> rules_of(const Analysis& host, std::size_t entry) {
  const auto rules = all_rules(host.rules().entries[entry]);
  if (!rules) return std::nullopt;
  Addresses addresses;
  for (const auto& rule : write_out(*rules, functions_of(host)))
    if (const auto address = only_address(rule)) add_once(addresses, *address);
  return addresses;
}

NamelessRules nameless_rules(const Analysis& host, std::size_t entry) {
  const auto& entry_rules = host.rules().entries[entry];
  const auto present = functions_of(host);
  NamelessRules result;
  const auto add = [&](const HideList& list, const Argument& argument) {
    if (list.error) result.rejected.emplace_back(argument_value(argument));
    for (const auto& rule : write_out(list.rules, present))
      if (rule.is_wildcard()) result.wildcards.push_back(rule.written());
  };
  for (std::size_t i = 0; i < entry_rules.read.size(); ++i)
    add(entry_rules.read[i], entry_rules.stands.read[i]);
  for (std::size_t i = 0; i < entry_rules.ignored.size(); ++i)
    add(entry_rules.ignored[i], entry_rules.stands.ignored[i]);
  return result;
}

std::string text_hiding(const Analysis& host, const std::vector<std::size_t>& entries,
                        const std::vector<PciAddress>& devices) {
  const BootFile& file = host.boot().file;
  const auto present = functions_of(host);
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    const auto& stands = host.rules().entries[i];
    const auto rules = all_rules(stands);
    if (!rules || file.entries[i].has_variables) continue;
    auto all = write_out(*rules, present);
    for (const auto& device : devices) add_rule(all, device);
    const auto list = write_hide_list(all);
    const bool is_cut = file.entries[i].command_line.size() > max_command_line;
    if (is_cut || list != write_hide_list(write_out(stands.in_effect.rules, present)))
      edits.push_back({i, stands.stands.kind, list});
  }
  return file.error ? file.text : edit_hide_lists(file, edits);
}

std::string text_hiding_exactly(const Analysis& host, const std::vector<std::size_t>& entries,
                                const std::vector<PciAddress>& devices) {
  const BootFile& file = host.boot().file;
  const auto present = functions_of(host);
  std::vector<HideEdit> edits;
  for (const auto i : entries) {
    if (file.entries[i].has_variables) continue;
    const auto& stands = host.rules().entries[i];
    const auto rules = all_rules(stands);
    const auto all = write_out(rules.value_or(Rules()), present);
    auto kept = all;
    std::erase_if(kept, [&](const HideRule& rule) {
      const auto address = only_address(rule);
      return !address || std::ranges::count(devices, *address) == 0;
    });
    for (const auto& device : devices) add_rule(kept, device);
    const auto list = write_hide_list(kept);
    const auto effective = write_hide_list(write_out(stands.in_effect.rules, present));
    if (!rules || list != write_hide_list(all) || list != effective)
      edits.push_back({i, stands.stands.kind, list});
  }
  return edit_hide_lists(file, edits);
}

std::string text_unhiding(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::vector<PciAddress>& devices) {
  const BootFile& file = host.boot().file;
  const auto present = functions_of(host);
  std::vector<ListEdit> edits;
  for (const auto i : entries)
    if (!file.entries[i].has_variables) plan_unhiding(host, i, devices, present, edits);
  return edit_lists(file, edits);
}

std::string text_repaired(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::map<PciAddress, PciAddress>& moves) {
  const BootFile& file = host.boot().file;
  if (file.error) return file.text;
  auto text = mended_text(file, host.boot().kernel_release, entries, functions_of(host));
  const auto mended =
      text == file.text ? host : host.with({.boot_file = with_text(file, std::move(text))});
  text = text_of_one_list(mended, entries, moves);
  return without_repeated_arguments(with_text(file, std::move(text)), entries);
}

}  // namespace pci_passthrough
