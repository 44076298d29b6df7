#include "plugin/checks/way_out.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::string and_then(std::string_view sentence, std::string_view more) {
  return fmt::format("{}{}{}", sentence, more.empty() ? "" : " ", more);
}

/// The bridges above it and itself, as far as a rule names them.
std::vector<PciAddress> named_by_rules(const Analysis& host, const Function& function) {
  auto named = function.path;
  named.push_back(function.address);
  std::erase_if(named, [&](const PciAddress& address) {
    return std::ranges::none_of(host.rules().editable, [&](std::size_t i) {
      const auto& rules = host.rules().entries[i];
      const auto names = [&](const HideList& list) { return list.names(address); };
      return std::ranges::any_of(rules.read, names) || std::ranges::any_of(rules.ignored, names);
    });
  });
  return named;
}

/// An entry of which a part cannot be kept is only written anew as a whole.
bool can_be_kept(const VmEntry& entry) {
  return std::ranges::none_of(entry.devices, [](const VmDevice& device) {
    return !device.address || device.flaw == EntryFlaw::garbage_tail ||
           device.flaw == EntryFlaw::out_of_range;
  });
}

}  // namespace

bool boot_can_change(const Analysis& host) {
  const auto& entries = host.boot().file.entries;
  const auto stands_still = [&](std::size_t i) { return entries[i].has_variables; };
  const auto refuses = [&](const Check& check) {
    const auto* of_host = std::get_if<HostCheck>(&check.run);
    return check.refusal == Refusal::final && of_host && !(*of_host)(host).empty();
  };
  return host.boot_can_change([&] {
    return std::ranges::none_of(host.rules().unattended, stands_still) &&
           std::ranges::none_of(catalogue(), refuses);
  });
}

Remedy leave_to_dom0(const Analysis& host, const Function& function, std::string_view or_else) {
  const auto address = function.address.text();
  const auto rules = named_by_rules(host, function);
  const auto wanted_by = host.vms().by_device.find(function.address);
  if (wanted_by != host.vms().by_device.end())
    return {and_then(fmt::format("Leave {} to dom0: take it from {} (unassign), then take the rule "
                                 "away (unhide).",
                                 address, the_vm(*wanted_by->second.front())),
                     or_else)};
  if (rules.empty() || !boot_can_change(host))
    return {and_then(fmt::format("Leave {} to dom0.", address), or_else)};
  const auto devices = texts(rules, ",");
  return {
      and_then(fmt::format("Give {} back to dom0: unhide devices={}.", address, devices), or_else),
      "unhide",
      {{"devices", devices}},
      and_then(fmt::format("Leave {} to dom0.", address), or_else)};
}

Remedy take_from_vm(const VmAssignment& assignment, const PciAddress& address,
                    std::string_view or_else) {
  const auto vm = the_vm(assignment);
  if (!can_be_kept(assignment.entry))
    return {and_then(fmt::format("Write the entry of {} anew without {} (assign, replace=true).",
                                 vm, address.text()),
                     or_else)};
  if (assignment.place == Place::preferred_elsewhere)
    return {and_then(
        fmt::format("Take {} from {} on the host that it prefers (unassign).", address.text(), vm),
        or_else)};
  return {and_then(fmt::format("Take {0} from {1}: unassign vm={2} devices={0}.", address.text(),
                               vm, assignment.vm->uuid),
                   or_else),
          "unassign",
          {{"vm", assignment.vm->uuid}, {"devices", address.text()}},
          and_then(fmt::format("Choose another device for {}.", vm), or_else)};
}

Reasons leaving_to_dom0(Reasons reasons, const Analysis& host, const Function& function,
                        std::string_view or_else) {
  for (auto& reason : reasons)
    reason.remedy = leave_to_dom0(
        host, function, reason.or_else.empty() ? or_else : std::string_view(reason.or_else));
  return reasons;
}

Reasons with_remedy(Reasons reasons, const Remedy& remedy) {
  for (auto& reason : reasons) reason.remedy = remedy;
  return reasons;
}

}  // namespace pci_passthrough::checks
