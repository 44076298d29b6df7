#include "plugin/plans/hide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

bool some_rule_names(const Analysis& host, const std::vector<std::size_t>& entries,
                     const PciAddress& address) {
  return std::ranges::any_of(entries, [&](std::size_t i) {
    const auto& rules = host.rules().entries[i];
    const auto names = [&](const HideList& list) { return list.names(address); };
    return std::ranges::any_of(rules.read, names) || std::ranges::any_of(rules.ignored, names);
  });
}

void check_unhidable(const Analysis& host, const std::vector<std::size_t>& edited,
                     const std::vector<PciAddress>& devices, const PciAddress& address) {
  const Function* function = host.find(address);
  if (!function && !some_rule_names(host, host.rules().editable, address))
    throw no_such_device(address, ", and no rule names it");
  if (!function) return;
  for (const auto& bridge : function->path)
    if (some_rule_names(host, edited, bridge) && std::ranges::count(devices, bridge) == 0)
      throw misuse(fmt::format("{} is hidden by the rule for the bridge {} above it; unhide that",
                               address.text(), bridge.text()));
}

/// Is it one of these, or behind a bridge among them?
bool is_below(const Decision& decision, const PciAddress& address,
              const std::vector<PciAddress>& devices) {
  const auto is_one = [&](const PciAddress& one) { return std::ranges::count(devices, one) != 0; };
  const auto* function = decision.before.find(address);
  return is_one(address) || (function && std::ranges::any_of(function->path, is_one));
}

std::string remark_of(const std::vector<PciAddress>& devices, std::string_view what) {
  std::vector<std::string> texts;
  for (const auto& device : devices) texts.push_back(device.text());
  return fmt::format("{} {} {}.", joined(texts), devices.size() == 1 ? "is" : "are", what);
}

/// What becomes of devices that nobody named, in the entry that boots next.
void add_remarks(const std::vector<PciAddress>& devices, Decision& decision) {
  const auto was = decision.before.boot().next_entry(), is = decision.after.boot().next_entry();
  if (!was || !is) return;
  const auto& before = decision.before.rules().entries[*was].hidden;
  const auto& after = decision.after.rules().entries[*is].hidden;
  std::vector<PciAddress> hidden, given;
  std::ranges::set_difference(after, before, std::back_inserter(hidden));
  std::ranges::set_difference(before, after, std::back_inserter(given));
  for (auto* changed : {&hidden, &given})
    std::erase_if(*changed, [&](const auto& one) { return is_below(decision, one, devices); });
  if (!hidden.empty())
    decision.remarks.push_back(
        remark_of(hidden, "hidden, too: a rule that took no effect so far begins to"));
  if (!given.empty()) decision.remarks.push_back(remark_of(given, "dom0's again, too"));
}

}  // namespace

const std::vector<std::size_t>& edited(const Analysis& host, Entries entries) {
  return entries == Entries::all ? host.rules().editable : host.rules().everyday;
}

Decision hide_devices(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent) {
  for (const auto& device : devices) {
    if (!host.find(device)) throw no_such_device(device, "");
    check_nameable(device);
  }
  auto decision =
      decide(host, {text_hiding(host, edited(host, entries), devices), devices}, consent);
  add_remarks(devices, decision);
  return decision;
}

Decision unhide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                        Entries entries, const Consent& consent) {
  const auto& reach = edited(host, entries);
  if (!host.boot().file.trouble)
    for (const auto& device : devices) check_unhidable(host, reach, devices, device);
  auto decision = decide(host, {text_unhiding(host, reach, devices), devices}, consent);
  add_remarks(devices, decision);
  return decision;
}

}  // namespace pci_passthrough
