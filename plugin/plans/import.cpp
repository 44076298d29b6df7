#include "plugin/plans/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/model/xen_arguments.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/identities.hpp"
#include "plugin/plans/rescue.hpp"
#include "plugin/plans/rules.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {
namespace {

/// Where each of the export's devices is on this host, and why some are nowhere.
struct Placement {
  std::map<PciAddress, PciAddress> now;
  std::map<PciAddress, std::string> why_not;
};

Placement placed(const Analysis& host, const Exported& exported) {
  const auto there = host.with({.identities = exported.identities});
  Placement placement;
  for (std::size_t i = 0; i < exported.identities.size(); ++i) {
    const auto& located = there.located()[i];
    const auto& address = exported.identities[i].address;
    if (located.whereabouts == Whereabouts::here)
      placement.now[address] = address;
    else if (located.whereabouts == Whereabouts::moved)
      placement.now[address] = located.candidates.front();
    else
      placement.why_not[address] =
          located.whereabouts == Whereabouts::gone ? "no device of this host is it" : located.why;
  }
  return placement;
}

std::string why_not(const Placement& placement, const PciAddress& address) {
  const auto found = placement.why_not.find(address);
  return found == placement.why_not.end() ? "the file does not say which device it was"
                                          : found->second;
}

std::vector<PciAddress> rules_now(const Exported& exported, const Placement& placement,
                                  std::vector<std::string>& notices) {
  std::vector<PciAddress> devices;
  for (const auto& rule : exported.rules) {
    const auto found = placement.now.find(rule);
    if (found == placement.now.end()) {
      notices.push_back(fmt::format("No rule for {}: {}.", rule.text(), why_not(placement, rule)));
      continue;
    }
    add_once(devices, found->second);
    if (found->second != rule)
      notices.push_back(fmt::format("{} is at {} now.", rule.text(), found->second.text()));
  }
  return devices;
}

/// The entry with each device where it is now, or why it cannot be set.
struct EntryNow {
  std::string text, why_not;
};
EntryNow entry_now(const std::string& text, const Placement& placement) {
  const auto entry = parse_vm_entry(text);
  const auto devices = entry.plugged();
  std::vector<PciAddress> now;
  for (const auto& device : devices) {
    const auto found = placement.now.find(device);
    if (found == placement.now.end())
      return {"", fmt::format("{}: {}", device.text(), why_not(placement, device))};
    now.push_back(found->second);
  }
  if (now == devices) return {text, ""};
  if (entry.devices.size() != devices.size()) return {"", "xapi could not read all of it"};
  return {write_vm_entry(now), ""};
}

std::string why_not_set(const Pool& pool, const VmRecord& vm, const Exported::Entry& exported,
                        const EntryNow& entry) {
  if (!entry.why_not.empty()) return entry.why_not;
  const auto place = place_of(pool, vm);
  if (place == Place::elsewhere || place == Place::preferred_elsewhere)
    return "it runs on or prefers another host";
  if (vm.pci && vm.pci != exported.pci)
    return fmt::format("it has another one now, '{}'", printable(*vm.pci));
  return "";
}

void add_entry(const Pool& pool, const Exported::Entry& exported, const Placement& placement,
               BootChange& change, std::vector<std::string>& notices) {
  const auto not_set = [&](std::string_view why) {
    notices.push_back(fmt::format("The entry '{}' of the VM '{}' is not set: {}.",
                                  printable(exported.pci), printable(exported.vm_name), why));
  };
  const auto found =
      std::ranges::find(pool.vms, exported.vm, [](const auto& one) { return one.second.uuid; });
  if (found == pool.vms.end()) return not_set("there is no such VM");
  const auto& [ref, vm] = *found;
  const auto entry = entry_now(exported.pci, placement);
  if (entry.why_not.empty() && vm.pci == entry.text) return;
  if (const auto why = why_not_set(pool, vm, exported, entry); !why.empty()) return not_set(why);
  change.vm_fields.push_back({ref, vm.uuid, vm.name, vm.pci, entry.text});
  if (auto notice = notice_of_running(vm)) notices.push_back(std::move(*notice));
}

void add_entries(const Analysis& host, const Exported& exported, const Placement& placement,
                 BootChange& change, std::vector<std::string>& notices) {
  if (!exported.entries)
    notices.emplace_back(
        "The file tells of no VM's entry: xapi did not answer when it was written.");
  if (!exported.entries || exported.entries->empty()) return;
  if (!vms_are_known(host.snapshot()))
    throw Failure(code::xapi_unavailable,
                  fmt::format("Unknown which PCI devices the VMs have now: {}.",
                              why_vms_are_unknown(host.snapshot())));
  for (const auto& entry : *exported.entries)
    add_entry(*host.snapshot().pool, entry, placement, change, notices);
}

/// An argument of Xen's as this host needs it, a phantom's at the device's address of today; ""
/// where the device is nowhere.
std::string xen_argument_now(const std::string& argument, const Placement& placement) {
  if (!argument.starts_with("pci-phantom=")) return argument;
  for (const auto& [was, is] : placement.now)
    if (phantom_argument(was) == argument) return phantom_argument(is);
  return "";
}

/// What an entry already says of the guests' interrupts stays.
bool stands_already(const BootEntry& entry, const std::string& argument) {
  constexpr std::string_view irqs = "extra_guest_irqs=";
  return argument.starts_with(irqs) &&
         std::ranges::any_of(entry.xen_arguments,
                             [&](const auto& one) { return one.starts_with(irqs); });
}

std::string with_xen_arguments(const Analysis& host, std::string text,
                               const std::vector<std::size_t>& entries, const Exported& exported,
                               const Placement& placement, std::vector<std::string>& notices) {
  const BootFile& file = host.boot().file;
  std::vector<XenEdit> edits;
  for (const auto& argument : exported.xen_arguments) {
    const auto now =
        serves_passthrough(argument) ? xen_argument_now(argument, placement) : std::string();
    if (now.empty())
      notices.push_back(fmt::format(
          "Xen's argument {} is not set: no device of this host needs it.", printable(argument)));
    for (const auto i : entries)
      if (!now.empty() && !file.entries[i].has_variables && !stands_already(file.entries[i], now))
        edits.push_back({i, now});
  }
  if (file.error || edits.empty()) return text;
  return edit_xen_arguments(with_text(file, std::move(text)), edits);
}

}  // namespace

Decision import_state(const Analysis& host, const Exported& exported, Entries entries,
                      const Consent& consent) {
  std::vector<std::string> notices;
  if (exported.host != host.snapshot().host.uuid)
    notices.push_back(fmt::format("The file is of another host, '{}' ({}).",
                                  printable(exported.host_name), printable(exported.host)));
  for (const auto& sentence : exported.left_out)
    notices.push_back("Not in the file: " + printable(sentence));
  const auto placement = placed(host, exported);
  auto devices = rules_now(exported, placement, notices);
  for (const auto& device : devices) check_nameable(device);
  const auto& reach = edited(host, entries);
  auto text = with_xen_arguments(host, text_hiding(host, reach, devices), reach, exported,
                                 placement, notices);
  BootChange change{with_rescue_in_step(host, std::move(text)), std::move(devices)};
  add_entries(host, exported, placement, change, notices);
  for (const auto& [was, is] : placement.now)
    if (was != is) change.arrived.push_back(is);
  const auto identities = with_others(host.snapshot().identities, exported.identities);
  auto decision = decide(host.with({.identities = identities}), std::move(change), consent);
  if (!decision.plan.remember && may_remember(host.snapshot()) &&
      identities != host.snapshot().identities)
    decision.plan.remember = Remember{identities, {}};
  decision.notices = std::move(notices);
  return decision;
}

}  // namespace pci_passthrough
