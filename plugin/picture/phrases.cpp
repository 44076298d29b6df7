#include <algorithm>
#include <array>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/words.hpp"

namespace pci_passthrough::picture {
namespace {

struct Spoken {
  std::string_view kind;
  std::string (*say)(const std::string& name);
};

std::string it(const std::string& name) { return name; }
std::string first_of(const std::string& name) { return name.substr(0, name.find(' ')); }
std::string repository(const std::string& name) {
  const auto word = volume_word(name);
  return word.starts_with("SR ") ? "storage repository " + word.substr(3) : word;
}

/// How each kind of use is said; the others by their name alone.
constexpr Spoken spoken_of[] = {
    {"mount", repository},
    {"lvm", repository},
    {"swap", [](const std::string&) -> std::string { return "swap"; }},
    {"management", [](const std::string& name) { return "management over " + name; }},
    {"multipath", [](const std::string&) -> std::string { return "multipath"; }},
    {"console", [](const std::string&) -> std::string { return "the host's screen"; }},
    {"disk", it},
    {"network", it}};

std::string said(const ListedUse& use) {
  const auto* how = std::ranges::find(spoken_of, use.kind, &Spoken::kind);
  return how == std::end(spoken_of) ? use.name : how->say(use.name);
}

void add(std::vector<std::string>& all, std::string word) {
  if (std::ranges::find(all, word) == all.end()) all.push_back(std::move(word));
}

std::string disks(const std::vector<std::string>& names) {
  if (names.size() < 3) return joined(names);
  return counted(names.size(), "disk") + ": " + names.front() + " to " + names.back();
}

/// What dom0 dies without; the management interface by the NIC's own name.
std::string needs(const ListedDevice& device) {
  std::vector<std::string> words;
  for (const auto& use : device.used_by) {
    if (!use.critical) continue;
    auto word = said(use);
    const auto own = std::ranges::find(device.used_by, "network", &ListedUse::kind);
    if (use.kind == "management" && own != device.used_by.end())
      word = "management over " + first_of(own->name);
    add(words, std::move(word));
  }
  return joined(words);
}

std::string uses(const ListedDevice& device) {
  std::vector<std::string> words, names;
  for (const auto& use : device.used_by)
    use.kind == "disk" ? add(names, use.name) : add(words, said(use));
  if (!names.empty()) words.push_back(disks(names));
  return joined(words);
}

std::string phrase_of_hidden(const Part& part) {
  if (part.claim != Claim::none) return "held by pciback";
  return part.device->vms ? "free: no VM wants it" : "held by pciback";
}

}  // namespace

std::string phrase_of(const Part& part) {
  const auto& device = *part.device;
  if (!part.is_told) return "unknown who has it";
  if (part.needed) return plain_line("needed: " + needs(device));
  if (part.holder == Holder::hidden) return phrase_of_hidden(part);
  if (const auto used = uses(device); !used.empty()) return plain_line(used);
  return device.physical_function ? "free, made by " + short_text(*device.physical_function)
                                  : "free: dom0 does not use it";
}

TwoLines lines_of(Next next) {
  constexpr std::array lines = {
      TwoLines{},
      TwoLines{"hidden from the next reboot on", "a rule is written; dom0 still has it"},
      TwoLines{"back to dom0 at the next reboot", "no rule holds it any more"},
      TwoLines{"should be hidden, and is not", "a rule names it; pciback has it not"}};
  return lines[static_cast<std::size_t>(next)];
}

std::string power_word(const ListedVm& vm) {
  constexpr std::array states = {TwoLines{"Running", "running"}, TwoLines{"Halted", "off"},
                                 TwoLines{"Paused", "paused"}, TwoLines{"Suspended", "suspended"}};
  const auto* known = std::ranges::find(states, vm.power_state, &TwoLines::first);
  return known == states.end() ? "state unknown" : std::string(known->second);
}

std::string claim_words(Claim claim, const ListedVm& vm, std::size_t devices) {
  const auto them = devices == 1 ? "it" : devices == 2 ? "both" : "all " + std::to_string(devices);
  const bool runs = vm.power_state == "Running" || vm.power_state == "Paused";
  switch (claim) {
    case Claim::holds:
      return runs ? "has " + them : "gets " + them + " at its start";
    case Claim::pending:
      return runs ? "runs without; may have " + them + " after the reboot"
                  : "may start after the reboot";
    case Claim::takes:
      return runs ? "runs; dom0 has " + them : "would take " + them + " from dom0 at its start";
    case Claim::loses:
      return "loses " + them + " at the next reboot";
    case Claim::none:
      break;
  }
  return "";
}

}  // namespace pci_passthrough::picture
