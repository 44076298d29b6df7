#include "plugin/plans/hide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/rescue.hpp"
#include "plugin/plans/rules.hpp"
#include "plugin/plans/xen_arguments.hpp"

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

void check_hidable(const Analysis& host, const std::vector<PciAddress>& devices) {
  for (const auto& device : devices) {
    if (!host.find(device)) throw no_such_device(host.snapshot(), device);
    check_nameable(device);
  }
}

void check_unhidable(const Analysis& host, const std::vector<std::size_t>& edited,
                     const std::vector<PciAddress>& devices, const PciAddress& address) {
  const Function* function = host.find(address);
  if (!function && !some_rule_names(host, host.rules().editable, address))
    throw no_such_device(host.snapshot(), address, ", and no rule names it");
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

std::string notice_of(const std::vector<PciAddress>& devices, std::string_view what) {
  return fmt::format("{} {} {}.", texts(devices), devices.size() == 1 ? "is" : "are", what);
}

/// What becomes of devices that nobody named, in the entry that boots next.
void add_notices(const std::vector<PciAddress>& devices, Decision& decision) {
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
    decision.notices.push_back(
        notice_of(hidden, "hidden, too: a rule that took no effect so far begins to"));
  if (!given.empty()) decision.notices.push_back(notice_of(given, "dom0's again, too"));
}

/// What a rule of these entries names beside these devices.
std::vector<PciAddress> named_besides(const Analysis& host, const std::vector<std::size_t>& entries,
                                      const std::vector<PciAddress>& devices) {
  std::vector<PciAddress> named;
  for (const auto i : entries)
    if (const auto rules = rules_of(host, i); rules && !host.boot().file.entries[i].has_variables)
      for (const auto& rule : *rules)
        if (std::ranges::count(devices, rule) == 0) add_once(named, rule);
  return named;
}

std::string remembered_as(const Analysis& host, const PciAddress& address) {
  const auto& known = host.snapshot().identities;
  const auto found = std::ranges::find(known, address, &Identity::address);
  return found == known.end() ? "" : fmt::format(" ({})", printable(found->name));
}

/// "0000:06:00.0 (NVIDIA GA104GL), 0000:07:00.0"; a wildcard may stand for hundreds.
std::string names_of(const Analysis& host, const std::vector<PciAddress>& devices) {
  constexpr std::size_t most = 16;
  std::vector<std::string> names;
  for (const auto& address : devices) {
    if (names.size() == most) {
      names.push_back(fmt::format("and {} more", devices.size() - most));
      break;
    }
    names.push_back(address.text() + remembered_as(host, address));
  }
  return joined(names);
}

void add_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const auto& one : more)
    if (auto text = printable(one); std::ranges::count(all, text) == 0)
      all.push_back(std::move(text));
}

/// What hiding exactly the wanted takes away, by name.
std::vector<std::string> notices_on(const Analysis& host, const std::vector<std::size_t>& entries,
                                    const std::vector<PciAddress>& taken) {
  std::vector<PciAddress> present, absent;
  for (const auto& address : taken) (host.find(address) ? present : absent).push_back(address);
  NamelessRules nameless;
  for (const auto i : entries) {
    if (host.boot().file.entries[i].has_variables) continue;
    const auto here = nameless_rules(host, i);
    add_new(nameless.wildcards, here.wildcards);
    add_new(nameless.rejected, here.rejected);
  }
  std::vector<std::string> notices;
  if (!present.empty())
    notices.push_back(fmt::format("No rule hides these any more: {}.", names_of(host, present)));
  if (!absent.empty())
    notices.push_back(
        fmt::format("Rules of devices that are not on this host go: {}.", names_of(host, absent)));
  if (!nameless.wildcards.empty())
    notices.push_back(fmt::format("Wildcards that fit no device of this host go: {}.",
                                  joined(nameless.wildcards)));
  for (const auto& list : nameless.rejected)
    notices.push_back(fmt::format("The list '{}', which the kernel rejects, goes.", list));
  return notices;
}

}  // namespace

const std::vector<std::size_t>& edited(const Analysis& host, Entries entries) {
  return entries == Entries::all ? host.rules().editable : host.rules().everyday;
}

Decision hide_devices(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent, XenArguments xen) {
  check_hidable(host, devices);
  auto text = text_hiding(host, edited(host, entries), devices);
  if (xen == XenArguments::set)
    text = with_xen_arguments(host, std::move(text), edited(host, entries), devices, false);
  auto decision = decide(host, {with_rescue_in_step(host, std::move(text)), devices}, consent);
  add_notices(devices, decision);
  return decision;
}

Decision hide_exactly(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent, XenArguments xen) {
  check_hidable(host, devices);
  const auto& reach = edited(host, entries);
  const auto taken = named_besides(host, reach, devices);
  auto concerned = devices;
  for (const auto& address : taken) add_once(concerned, address);
  auto text = text_hiding_exactly(host, reach, devices);
  if (xen == XenArguments::set)
    text = with_xen_arguments(host, std::move(text), reach, devices, false);
  auto decision = decide(host, {with_rescue_in_step(host, std::move(text)), concerned}, consent);
  decision.notices = notices_on(host, reach, taken);
  add_notices(concerned, decision);
  return decision;
}

Decision unhide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                        Entries entries, const Consent& consent) {
  const auto& reach = edited(host, entries);
  if (!host.boot().file.error)
    for (const auto& device : devices) check_unhidable(host, reach, devices, device);
  auto decision = decide(
      host, {with_rescue_in_step(host, text_unhiding(host, reach, devices)), devices}, consent);
  add_notices(devices, decision);
  return decision;
}

}  // namespace pci_passthrough
