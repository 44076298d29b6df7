#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

struct CriticalClass {
  std::uint16_t id;
  std::string_view name;
  bool on_root_bus = false;  ///< behind a port it is a card that a VM can use
};
constexpr std::array critical_classes = {
    CriticalClass{0x0600, "a host bridge"},
    CriticalClass{0x0601, "an ISA bridge"},
    CriticalClass{0x0500, "a memory controller", true},
    CriticalClass{0x0c05, "an SMBus controller"},
    CriticalClass{0x0800, "an interrupt controller"},
    CriticalClass{0x0880, "a system peripheral", true},
    CriticalClass{0x0580, "a memory controller of the chipset (power management)", true},
    CriticalClass{0x0780, "a communication controller of the chipset (management engine)", true},
    CriticalClass{0x0c80, "a serial bus controller of the chipset (SPI, I2C)", true}};

}  // namespace

Reasons chipset_part(const Function& function, std::string_view end) {
  const auto evidence = sysfs(function, "class");
  if (!function.class_code)
    return {{fmt::format("Unknown what kind of device {} is: cannot read {}.",
                         function.address.text(), evidence),
             evidence, FindingState::unknown}};
  const auto critical = std::ranges::find_if(critical_classes, [&](const CriticalClass& one) {
    return one.id == function.class_code->id() && (!one.on_root_bus || function.path.empty());
  });
  if (critical == critical_classes.end()) return {};
  return {{fmt::format("{} is {}. {}", what_it_is(function), critical->name, end), evidence}};
}

bool dom0_needs(const Analysis& host, const Function& function) {
  constexpr char end[] = "";
  return is_any_bridge(function) || !chipset_part(function, end).empty() ||
         !console_on(function, end).empty() || !management_on(host, function, end).empty() ||
         !other_networks_on(host, function, end).empty() ||
         !repositories_on(host, function, end).empty() ||
         !awaited_mounts_on(host, function, end).empty() ||
         !system_volumes_on(host, function, false, end).empty() ||
         !system_volumes_on(host, function, true, end).empty();
}
namespace {

Reasons critical_class(const Analysis& host, const Function& function) {
  return leaving_to_dom0(
      chipset_part(function, "A part of the chipset is of no use to a VM, and dom0 may need it."),
      host, function);
}
constexpr auto critical_class_row = row<critical_class>({
    .code = "critical-class",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A device about to be hidden is a part of the chipset that no VM can use.",
    .fires =
        "The class code says host bridge, ISA bridge, SMBus controller or interrupt controller; on "
        "the root bus also memory controller, system peripheral, power management, management "
        "engine, SPI and I2C, which behind a port are cards. Unknown where the class cannot be "
        "read.",
    .rests_on = "/sys/bus/pci/devices/ADDRESS/class and the class codes of pci.ids: 0600, 0601, "
                "0c05, 0800; on the root bus 0500, 0880, 0580, 0780, 0c80. The code is judged, not "
                "its words: an "
                "NVMe disk is called a memory controller, too.",
    .remedy = "Leave the device to dom0.",
});

Reasons rule_hits_bridge(const Analysis& host) {
  Reasons reasons;
  for (const auto& address : host.reached_by(host.rules().editable)) {
    const Function& bridge = *host.find(address);
    const auto evidence = sysfs(bridge, "config");
    const auto add = [&](std::string message, FindingState state) {
      reasons.push_back({std::move(message), evidence, state, address});
      reasons.back().remedy =
          leave_to_dom0(host, bridge, "Hide the functions behind a bridge by their own addresses.");
    };
    if (!bridge.header_type && !bridge.class_code) {
      add(fmt::format("Unknown whether {} is a bridge: cannot read {}. A rule for a bridge hides "
                      "everything behind it.",
                      what_it_is(bridge), evidence),
          FindingState::unknown);
      continue;
    }
    if (!bridge.is_bridge()) continue;
    const auto behind = host.hardware().below.find(address);
    add(behind == host.hardware().below.end()
            ? fmt::format("{} is a bridge. Nothing is behind it that a VM could use.",
                          what_it_is(bridge))
            : fmt::format("{} is a bridge. A rule for it hides everything behind it: {}.",
                          what_it_is(bridge), texts(behind->second)),
        FindingState::found);
  }
  return reasons;
}
constexpr auto rule_hits_bridge_row = row<rule_hits_bridge>({
    .code = "rule-hits-bridge",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A rule names a bridge, and so hides everything behind it.",
    .fires = "A rule of an entry that boots names a function whose header or class says bridge. "
             "Unknown where neither can be read.",
    .rests_on = "pciback's match walks up the parents of each device "
                "(plugin/pci/README.md, \"A hide list as the kernel reads it\"). The bridge itself "
                "stays with its driver.",
    .remedy = "Leave the bridge to dom0, and hide the functions behind it by their own addresses.",
});

using Functions = std::vector<const Function*>;

/// A card's other functions that dom0 keeps. A bridge is nothing to give to a VM.
Functions kept_of_card(const Analysis& host, const Function& function) {
  Functions kept;
  for (const auto& other : host.snapshot().functions)
    if (other.address.same_slot(function.address) && other.address != function.address &&
        !other.physical_function && !is_any_bridge(other) &&
        std::ranges::count(host.rules().reached, other.address) == 0)
      kept.push_back(&other);
  return kept;
}

Remedy whole_card(const Analysis& host, const Function& function, const Functions& kept) {
  const auto why = "A reset of the card would hit what dom0 keeps of it.";
  for (const auto& other : host.snapshot().functions)
    if (other.address.same_slot(function.address) && is_any_bridge(other))
      return leave_to_dom0(host, function, why);
  auto devices = function.address.text();
  for (const auto* other : kept) {
    if (dom0_needs(host, *other)) return leave_to_dom0(host, function, why);
    devices += "," + other->address.text();
  }
  if (!boot_can_change(host))
    return {"Hide all functions of the card together, once the boot configuration can be changed."};
  return {fmt::format("Hide all functions of the card together: hide devices={}.", devices),
          "hide",
          {{"devices", devices}}};
}

Reasons function_split(const Analysis& host, const Function& function) {
  if (function.path.empty() || is_any_bridge(function) || function.physical_function) return {};
  const auto kept = kept_of_card(host, function);
  if (kept.empty()) return {};
  std::vector<std::string> names;
  for (const auto* other : kept) names.push_back(what_it_is(*other));
  const auto& methods = host.reset_of(function).methods;
  const bool is_reset_alone = methods && !methods->empty();
  Reason reason{
      .message = fmt::format("{} {} with dom0, on the same card as {}. {}", joined(names),
                             names.size() == 1 ? "stays" : "stay", what_it_is(function),
                             is_reset_alone ? "Each is reset alone, but they may share what the "
                                              "card has."
                                            : "A reset of the card would hit them, too."),
      .evidence = "/sys/bus/pci/devices"};
  if (is_reset_alone) reason.severity = Severity::info;
  reason.remedy = is_reset_alone ? Remedy{} : whole_card(host, function, kept);
  return {std::move(reason)};
}
constexpr auto function_split_row = row<function_split>({
    .code = "function-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "Some functions of a card are hidden, and the others stay with dom0.",
    .fires =
        "A hidden function of a card behind a port has functions in the same slot that no "
        "entry which boots hides; an info where it can be reset alone. Virtual functions, bridges "
        "and devices on the root bus do not count. Never unknown.",
    .rests_on =
        "The functions of a slot share its power and its bus reset "
        "(plugin/model/README.md, \"How a function is reset\"). xapi calls them dependencies of "
        "each other (PCI.dependencies).",
    .remedy = "Hide all functions of the card together, or leave all of them to dom0.",
});

}  // namespace

std::span<const Check> chipset() {
  static constexpr Check rows[] = {critical_class_row, rule_hits_bridge_row, function_split_row};
  return rows;
}

}  // namespace pci_passthrough::checks
