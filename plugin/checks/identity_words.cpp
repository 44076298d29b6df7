#include "plugin/checks/identity_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {

std::string entry_of(const VmAssignment& assignment) {
  return fmt::format("entry of the VM '{}'", assignment.vm->name);
}

std::string made_for(const Meant& meant) {
  const auto& [rule, assignments] = meant.by;
  std::vector<std::string> who;
  if (rule) who.emplace_back("rule");
  if (assignments.size() == 1) who.push_back(entry_of(*assignments.front()));
  if (assignments.size() > 1) who.push_back(fmt::format("entries of {} VMs", assignments.size()));
  const bool one = assignments.size() + (rule ? 1 : 0) == 1;
  return fmt::format("The {} for {} {} made for '{}'", joined(who, " and the "),
                     meant.identity.address.text(), one ? "was" : "were", meant.identity.name);
}

std::string now_for(const Analysis& host, const Meant& meant) {
  const bool is_other = meant.located.whereabouts == Whereabouts::moved ||
                        meant.located.whereabouts == Whereabouts::gone;
  const Function* function = is_other ? host.find(meant.identity.address) : nullptr;
  if (!function) return "";
  const auto now = identity_of(host.snapshot(), *function);
  if (!now) return ", and is now for another device";
  if (now->name != meant.identity.name) return fmt::format(", and is now for '{}'", now->name);
  const auto difference = difference_of(meant.identity, *now);
  return fmt::format(" ({}), and is now for another one ({})", difference.was, difference.is);
}

bool repair_follows(const Meant& meant) {
  return std::ranges::all_of(meant.by.assignments, [](const auto* assignment) {
    return assignment->place == Place::here &&
           std::ranges::all_of(assignment->entry.devices,
                               [](const auto& one) { return one.read && one.address; });
  });
}

Remedy follow_it(const Analysis& host, const Meant& meant) {
  const auto& to = meant.located.candidates.front();
  if (!meant.by.rule && std::ranges::count(host.rules().reached, to) == 0)
    return {
        fmt::format("Hide {} first, and reboot the host. Then have the VM's entry follow it: "
                    "pci-passthrough repair.",
                    to.text())};
  constexpr std::string_view look = "See what would change: pci-passthrough repair dry-run=true.";
  if (repair_follows(meant))
    return {fmt::format("{} Then have it follow the device: pci-passthrough repair.", look),
            "repair"};
  return {
      fmt::format("{} It follows the device with pci-passthrough repair, and names the VMs' "
                  "entries that it leaves to you.",
                  look)};
}

Remedy hide_it_or_not(const Meant& meant) {
  const auto address = meant.identity.address.text();
  if (!meant.by.assignments.empty())
    return {
        "Take the address away from the VM and unhide it. If the new device is meant, hide it "
        "and assign it again instead."};
  return {
      fmt::format("Give it back to dom0: pci-passthrough unhide devices={}. If the new device is "
                  "meant, hide it again instead.",
                  address),
      "unhide",
      {{"devices", address}}};
}

Remedy assign_it_or_not(const Meant& meant, const VmAssignment& assignment) {
  const auto address = meant.identity.address.text();
  return {fmt::format("Take it from the VM: pci-passthrough unassign vm={} devices={}. If the new "
                      "device is meant, assign it again instead.",
                      assignment.vm->uuid, address),
          "unassign",
          {{"vm", assignment.vm->uuid}, {"devices", address}}};
}

Remedy look_at(const Meant& meant) {
  auto candidates = meant.located.candidates;
  if (meant.located.may_be_here) candidates.push_back(meant.identity.address);
  std::vector<std::string> devices;
  for (const auto& address : candidates) devices.push_back(address.text());
  const auto list = joined(devices, ",");
  return {fmt::format("Find out which one is meant: pci-passthrough list devices={}. Hide it and "
                      "assign it anew, and unhide {} if that is another.",
                      list, meant.identity.address.text()),
          "list",
          {{"devices", list}}};
}

}  // namespace pci_passthrough::checks
