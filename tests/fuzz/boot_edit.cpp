#include <algorithm>
#include <set>

#include "plugin/boot/rescue.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/plans/rules.hpp"
#include "tests/fuzz/boot_file.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

const Addresses devices = {{0, 6, 0, 0}, {1, 0xff, 0x1f, 7}};

Addresses with_devices(Addresses rules) {
  for (const auto& device : devices)
    if (std::ranges::count(rules, device) == 0) rules.push_back(device);
  return rules;
}

/// Every entry is kept, and boots the same but for its rules.
void require_kept(const Analysis& before, const Analysis& after) {
  const auto& entries = before.boot().file.entries;
  require(!after.boot().file.error, "an edited file is understood");
  require(after.boot().file.entries.size() == entries.size(), "every entry is kept");
  for (std::size_t i = 0; i < entries.size(); ++i)
    require(after.boot().file.entries[i].title == entries[i].title &&
                after.boot().file.entries[i].files == entries[i].files,
            "an entry boots the same");
}

bool is_editable(const Analysis& host, std::size_t i) {
  const auto& entry = host.boot().file.entries[i];
  return entry.is_xen && !entry.error && !entry.has_variables &&
         !is_rescue(host.boot().file.loader, entry);
}

/// The rules of each entry, all lists taken together, are what they were and the devices.
void require_hidden(const Analysis& before, const Analysis& after) {
  require_kept(before, after);
  for (std::size_t i = 0; i < before.boot().file.entries.size(); ++i)
    if (auto rules = rules_of(before, i); rules && is_editable(before, i))
      require(rules_of(after, i) == with_devices(std::move(*rules)),
              "the rules are those asked for");
}

/// What the kernel goes by, one list or none, without the devices.
std::set<std::string> others_in_effect(const Analysis& host, std::size_t i) {
  std::set<std::string> others;
  for (const auto& rule : host.rules().entries[i].in_effect.rules)
    if (std::ranges::none_of(devices, [&](const auto& device) { return rule.names(device); }))
      others.insert(rule.written());
  return others;
}

/// No list names the devices any more, and no other rule begins or ceases to take effect; but for a
/// line that Xen cut, and cuts no longer.
void require_unhidden(const Analysis& before, const Analysis& after) {
  require_kept(before, after);
  for (std::size_t i = 0; i < before.boot().file.entries.size(); ++i) {
    const auto& was = before.boot().file.entries[i];
    if (!is_editable(before, i)) continue;
    for (const auto* lists : {&after.rules().entries[i].read, &after.rules().entries[i].ignored})
      for (const auto& list : *lists)
        for (const auto& device : devices) require(!list.names(device), "no list names it");
    if (was.command_line.size() <= max_command_line && rules_of(before, i))
      require(others_in_effect(after, i) == others_in_effect(before, i), "no other is touched");
  }
}

bool has_no_list(const Analysis& host) {
  return std::ranges::all_of(host.rules().entries,
                             [](const HideRules& rules) { return rules.stands.empty(); });
}

Analysis with_text_of(const Analysis& host, std::string text) {
  return host.with({.boot_file = with_text(host.boot().file, std::move(text))});
}

/// A rescue entry goes behind all others, hides nothing whatever is hidden, and goes without a
/// trace.
void require_rescued(const Analysis& host) {
  const auto& file = host.boot().file;
  const auto text = rescue_entry(file) ? std::nullopt : with_rescue(file);
  if (!text) return;
  const auto rescued = with_text_of(host, *text);
  const auto& after = rescued.boot().file;
  require(without_rescue(after) == file.text, "it goes without a trace");
  require(rescue_entry(after) == file.entries.size(), "it is the last one");
  require(with_rescue(after) == *text && rescue_is_in_step(after), "twice is once");
  const auto hidden = text_hiding(rescued, rescued.rules().editable, devices);
  require(rescue_is_in_step(with_text(after, hidden)), "no rule goes there");
}

}  // namespace

void try_input(std::string_view input) {
  const auto choice = take_choice(input);
  Snapshot snapshot;
  snapshot.boot.kernel_release = (choice & 1) != 0 ? "2.6.32" : "4.19.0";
  snapshot.boot.file = ((choice & 2) != 0 ? parse_extlinux : parse_grub)(std::string(input));
  if (snapshot.boot.file.error) return;
  const Analysis first = std::move(snapshot);
  const auto& entries = first.rules().editable;
  require_rescued(first);

  const auto hidden = with_text_of(first, text_hiding(first, entries, devices));
  require_hidden(first, hidden);
  const auto back = with_text_of(hidden, text_unhiding(hidden, entries, devices));
  require_unhidden(hidden, back);
  require(!has_no_list(first) || back.boot().file.text == input, "unhiding gives the first file");
  const auto again = with_text_of(hidden, text_hiding(hidden, entries, devices));
  require(again.boot().file.text == hidden.boot().file.text, "hiding again changes nothing");
  require_unhidden(first, with_text_of(first, text_unhiding(first, entries, devices)));

  const auto repaired = with_text_of(first, text_repaired(first, entries, {}));
  require_kept(first, repaired);
  for (const auto i : entries)
    if (const auto rules = rules_of(first, i); rules && is_editable(first, i)) {
      const auto now = rules_of(repaired, i);
      require(
          now && std::ranges::all_of(
                     *rules, [&](const auto& one) { return std::ranges::count(*now, one) != 0; }),
          "a repair loses no rule");
    }
  require(text_repaired(repaired, entries, {}) == repaired.boot().file.text,
          "a repaired file needs no repair");
}

}  // namespace pci_passthrough
