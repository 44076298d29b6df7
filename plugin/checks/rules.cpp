#include <algorithm>
#include <set>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::set<PciAddress> hidden_in(const Snapshot& snapshot, const BootEntry& entry) {
  const auto list = list_of(snapshot.boot, entry);
  std::set<PciAddress> hidden;
  for (const auto& function : snapshot.functions)
    if (hides(list, function)) hidden.insert(function.address);
  return hidden;
}

std::string texts(const std::set<PciAddress>& addresses) {
  return checks::texts(std::vector(addresses.begin(), addresses.end()));
}

}  // namespace

Reasons rule_names_bridge(const Snapshot& snapshot) {
  Reasons reasons;
  for (const auto& address : reached_by(snapshot, edited_entries(snapshot.boot, true))) {
    const Function& bridge = *snapshot.find(address);
    const auto evidence = "/sys/bus/pci/devices/" + address.text() + "/config";
    if (!bridge.header_type && !bridge.class_code) {
      reasons.push_back({"it cannot be told whether " + address.text() + " is a bridge", evidence,
                         FindingState::unknown, address});
      continue;
    }
    if (!bridge.is_bridge()) continue;
    std::set<PciAddress> behind;
    for (const auto& function : snapshot.functions)
      if (std::ranges::count(function.path, address) != 0) behind.insert(function.address);
    reasons.push_back(
        {address.text() + " is a bridge; " +
             (behind.empty() ? "nothing is behind it" : "hidden with it: " + texts(behind)),
         evidence, FindingState::found, address});
  }
  return reasons;
}

Reasons rule_is_no_rule(const Snapshot& snapshot) {
  return of_all_entries(
      snapshot.boot, [](const BootEntry&, const HideArguments& hide) -> std::string {
        for (const auto* lists : {&hide.read, &hide.ignored})
          for (const auto& one : *lists)
            if (const auto error = parse_hide_list(argument_value(one), hide.kind).error)
              return in_quotes(argument_value(one)) + ", at character " +
                     std::to_string(error->position + 1) + ": " + error->sentence +
                     "; the kernel hides nothing by this list";
        return "";
      });
}

Reasons rule_is_not_canonical(const Snapshot& snapshot) {
  return of_all_entries(
      snapshot.boot, [](const BootEntry&, const HideArguments& hide) -> std::string {
        const auto list = hide.list();
        if (hide.read.empty() || list.error || list.rules.empty() || list.is_canonical()) return "";
        return in_quotes(*hide.value()) +
               " is read by the kernel, but makes xapi's PCI calls and Xen Orchestra's listing "
               "fail";
      });
}

Reasons rule_stands_twice(const Snapshot& snapshot) {
  return of_all_entries(snapshot.boot,
                        [](const BootEntry&, const HideArguments& hide) -> std::string {
                          std::set<std::string> seen, twice;
                          for (const auto& rule : hide.list().rules)
                            if (!seen.insert(rule.text).second) twice.insert(rule.text);
                          return twice.empty() ? "" : more_than_once(twice);
                        });
}

Reasons only_legacy_name(const Snapshot& snapshot) {
  return of_all_entries(snapshot.boot,
                        [](const BootEntry&, const HideArguments& hide) -> std::string {
                          if (hide.ignored.empty() || !hide.read.empty()) return "";
                          return in_quotes(hide.ignored.front().value) +
                                 " has no effect: this entry's kernel reads " +
                                 std::string(hide_parameter(hide.kind));
                        });
}

Reasons both_names(const Snapshot& snapshot) {
  return of_all_entries(snapshot.boot,
                        [](const BootEntry&, const HideArguments& hide) -> std::string {
                          if (hide.ignored.empty() || hide.read.empty()) return "";
                          return in_quotes(hide.ignored.front().value) + " has no effect beside " +
                                 in_quotes(hide.read.back().value);
                        });
}

Reasons name_stands_twice(const Snapshot& snapshot) {
  return of_all_entries(
      snapshot.boot, [](const BootEntry&, const HideArguments& hide) -> std::string {
        if (hide.read.size() < 2) return "";
        return "the list stands " + std::to_string(hide.read.size()) +
               " times; the kernel takes the last, " + in_quotes(hide.read.back().value);
      });
}

Reasons default_lacks_rules(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  const auto everyday = boot.file.find("xe");
  if (!everyday || boot.file.trouble) return {};
  const auto wanted = hidden_in(snapshot, boot.file.entries[*everyday]);
  return of_entries(
      boot, unattended_entries(boot),
      [&](const BootEntry& entry, const HideArguments&) -> std::string {
        const auto hidden = hidden_in(snapshot, entry);
        std::set<PciAddress> lacking;
        std::ranges::set_difference(wanted, hidden, std::inserter(lacking, lacking.end()));
        if (lacking.empty()) return "";
        return in_quotes(entry.title) + ", which boots by itself, does not hide " + texts(lacking) +
               "; " + in_quotes(boot.file.entries[*everyday].title) + " does";
      });
}

Reasons way_back_lacks_rules(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  const auto next = boot.next_entry();
  if (!next) return {};
  const auto wanted = hidden_in(snapshot, boot.file.entries[*next]);
  const auto edited = edited_entries(boot, false);
  std::vector<std::string> titles;
  std::set<PciAddress> lacking;
  for (const auto i : edited_entries(boot, true)) {
    const auto& entry = boot.file.entries[i];
    const auto hidden = hidden_in(snapshot, entry);
    if (std::ranges::count(edited, i) != 0 || std::ranges::includes(hidden, wanted)) continue;
    titles.push_back(in_quotes(entry.title));
    std::ranges::set_difference(wanted, hidden, std::inserter(lacking, lacking.end()));
  }
  if (titles.empty()) return {};
  return {{"booting " + joined(titles) + " gives " + texts(lacking) + " to dom0", boot.path}};
}

}  // namespace pci_passthrough::checks
