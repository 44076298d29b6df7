#include <algorithm>

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

Addresses without_devices(Addresses rules) {
  std::erase_if(rules, [](const auto& rule) { return std::ranges::count(devices, rule) != 0; });
  return rules;
}

/// Each entry's rules are what `change` makes of those before; all else is still there.
void require_changed(const Analysis& before, const Analysis& after,
                     Addresses (*change)(Addresses)) {
  const auto& entries = before.boot().file.entries;
  require(!after.boot().file.trouble, "an edited file is understood");
  require(after.boot().file.entries.size() == entries.size(), "every entry is kept");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& edited = after.boot().file.entries[i];
    require(edited.title == entries[i].title && edited.files == entries[i].files &&
                edited.xen_arguments == entries[i].xen_arguments,
            "an entry boots the same");
    auto rules = entries[i].is_xen ? rules_of(before, i) : std::nullopt;
    if (rules && !entries[i].has_variables)
      require(rules_of(after, i) == change(std::move(*rules)), "the rules are those asked for");
  }
}

bool has_no_list(const Analysis& host) {
  return std::ranges::all_of(host.rules().entries,
                             [](const HideRules& rules) { return rules.stands.empty(); });
}

Analysis with_text_of(const Analysis& host, std::string text) {
  return host.with({.boot_file = with_text(host.boot().file, std::move(text))});
}

}  // namespace

void try_input(std::string_view input) {
  const auto choice = take_choice(input);
  Snapshot snapshot;
  snapshot.boot.kernel_release = (choice & 1) != 0 ? "2.6.32" : "4.19.0";
  snapshot.boot.file = ((choice & 2) != 0 ? parse_extlinux : parse_grub)(std::string(input));
  if (snapshot.boot.file.trouble) return;
  const Analysis first = std::move(snapshot);
  const auto& entries = first.rules().editable;

  const auto hidden = with_text_of(first, text_hiding(first, entries, devices));
  require_changed(first, hidden, with_devices);
  const auto back = with_text_of(hidden, text_unhiding(hidden, entries, devices));
  require_changed(hidden, back, without_devices);
  require(!has_no_list(first) || back.boot().file.text == input, "unhiding gives the first file");
  const auto again = with_text_of(hidden, text_hiding(hidden, entries, devices));
  require(again.boot().file.text == hidden.boot().file.text, "hiding again changes nothing");

  const auto repaired = with_text_of(first, text_repaired(first, entries, {}));
  require_changed(first, repaired, [](Addresses rules) { return rules; });
  require(text_repaired(repaired, entries, {}) == repaired.boot().file.text,
          "a repaired file needs no repair");
}

}  // namespace pci_passthrough
