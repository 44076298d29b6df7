#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

struct DisplayVendor {
  std::uint16_t id;
  std::string_view name;
};
/// The display that a board's management controller shows on its remote screen.
constexpr std::array bmc_displays = {DisplayVendor{0x1a03, "ASPEED"},
                                     DisplayVendor{0x102b, "Matrox"}};

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

struct Kind {
  std::string_view kind, words;
};
constexpr std::array kinds = {
    Kind{"ipmi", "the IPMI interface"}, Kind{"tpm", "the TPM"}, Kind{"watchdog", "the watchdog"},
    Kind{"fc_remote_ports", "the Fibre Channel port"}, Kind{"infiniband", "the InfiniBand device"}};

}  // namespace

Reasons console_vga_device(const Analysis&, const Function& function) {
  const auto display = [](const ClassCode& code) { return code.is_display(); };
  if (function.boot_vga == true)
    return {{what_it_is(function) + " is the display that the host boots on",
             sysfs(function, "boot_vga")}};
  const auto bmc = std::ranges::find(bmc_displays, function.vendor_id, &DisplayVendor::id);
  if (bmc != bmc_displays.end() && function.class_code && display(*function.class_code))
    return {{what_it_is(function) +
                 " is a display of the kind that a BMC shows on its remote screen (" +
                 std::string(bmc->name) + ")",
             sysfs(function, "vendor")}};
  const bool is_vga = !function.class_code || function.class_code->id() == 0x0300;
  if (is_vga && !function.boot_vga)
    return {{"it cannot be told whether the host boots on " + what_it_is(function),
             sysfs(function, "boot_vga"), FindingState::unknown}};
  return {};
}
namespace {

constexpr auto console_vga_device_row = row<console_vga_device>({
    .code = "console-vga-device",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "it shows the host's console",
    .fires = "",
    .rests_on = "",
    .remedy = "Use another display for the VM, or accept that the host's screen goes dark.",
});

}  // namespace

Reasons usb_input_controller(const Analysis& host, const Function& function) {
  std::vector<std::string> names;
  for (const auto& input : host.snapshot().inputs)
    if (reaches(input.path, function) && std::ranges::count(names, input.name) == 0)
      names.push_back(input.name);
  const bool listed = !host.snapshot().unreadable.contains("/sys/class/input");
  if (names.empty() && !listed && may_be(function, &ClassCode::is_usb))
    return {{"it cannot be told whether a keyboard or mouse hangs on " + what_it_is(function),
             "/sys/class/input", FindingState::unknown}};
  if (names.empty()) return {};
  return {{joined(names) + (names.size() == 1 ? " hangs on " : " hang on ") + what_it_is(function),
           "/sys/class/input"}};
}
namespace {

constexpr auto usb_input_controller_row = row<usb_input_controller>({
    .code = "usb-input-controller",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a keyboard or mouse hangs on it",
    .fires = "",
    .rests_on = "",
    .remedy = "Make sure that you reach the host in another way before it boots.",
});

}  // namespace

Reasons dom0_driver_busy(const Analysis& host, const Function& function) {
  std::vector<std::string> lost;
  std::string evidence;
  for (const auto& [kind, words] : kinds)
    for (const auto& device : host.snapshot().driver_devices) {
      if (device.kind != kind || std::ranges::count(device.path, function.address) == 0) continue;
      if (lost.empty()) evidence = "/sys/class/" + device.kind + "/" + device.name;
      lost.push_back(std::string(words) + " " + device.name);
    }
  if (!lost.empty())
    return {{"dom0 has " + joined(lost) + " on " + what_it_is(function), evidence}};
  const auto untold = std::ranges::find_if(kinds, [&](const Kind& kind) {
    return host.snapshot().unreadable.contains("/sys/class/" + std::string(kind.kind));
  });
  if (untold == kinds.end()) return {};
  return {{"it cannot be told whether dom0 has " + std::string(untold->words) + " on " +
               what_it_is(function),
           "/sys/class/" + std::string(untold->kind), FindingState::unknown}};
}
namespace {

constexpr auto dom0_driver_busy_row = row<dom0_driver_busy>({
    .code = "dom0-driver-busy",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means =
        "dom0 loses what its driver has made of it: an IPMI interface, a watchdog, a Fibre Channel "
        "port",
    .fires = "",
    .rests_on = "",
    .remedy = "Make sure that nothing on the host needs it.",
});

}  // namespace

Reasons critical_class(const Analysis&, const Function& function) {
  if (!function.class_code)
    return {{"it cannot be told what kind of device " + function.address.text() + " is",
             sysfs(function, "class"), FindingState::unknown}};
  const auto critical = std::ranges::find_if(critical_classes, [&](const CriticalClass& one) {
    return one.id == function.class_code->id() && (!one.on_root_bus || function.path.empty());
  });
  if (critical == critical_classes.end()) return {};
  return {
      {function.address.text() + " is " + std::string(critical->name), sysfs(function, "class")}};
}
namespace {

constexpr auto critical_class_row = row<critical_class>({
    .code = "critical-class",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "a part of the chipset that no VM can use",
    .fires = "",
    .rests_on = "",
    .remedy = "Leave it to dom0.",
});

Reasons rule_hits_bridge(const Analysis& host) {
  Reasons reasons;
  for (const auto& address : host.reached_by(host.rules().editable)) {
    const Function& bridge = *host.find(address);
    const auto evidence = "/sys/bus/pci/devices/" + address.text() + "/config";
    if (!bridge.header_type && !bridge.class_code) {
      reasons.push_back({"it cannot be told whether " + address.text() + " is a bridge", evidence,
                         FindingState::unknown, address});
      continue;
    }
    if (!bridge.is_bridge()) continue;
    const auto behind = host.hardware().below.find(address);
    reasons.push_back(
        {address.text() + " is a bridge; " +
             (behind == host.hardware().below.end() ? "nothing is behind it"
                                                    : "hidden with it: " + texts(behind->second)),
         evidence, FindingState::found, address});
  }
  return reasons;
}
constexpr auto rule_hits_bridge_row = row<rule_hits_bridge>({
    .code = "rule-hits-bridge",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "hiding a bridge hides everything behind it",
    .fires = "",
    .rests_on = "",
    .remedy = "Name the functions behind it instead.",
});

/// A card's other functions that dom0 keeps. A bridge is nothing to give to a VM.
std::vector<const Function*> kept_of_card(const Analysis& host, const Function& function) {
  std::vector<const Function*> kept;
  for (const auto& other : host.snapshot().functions)
    if (other.address.same_slot(function.address) && other.address != function.address &&
        !other.physical_function && !is_any_bridge(other) &&
        std::ranges::count(host.rules().reached, other.address) == 0)
      kept.push_back(&other);
  return kept;
}

/// It shares a slot with a bridge, which nothing hides and no VM can have.
bool has_bridge_beside(const Analysis& host, const Function& function) {
  return std::ranges::any_of(host.snapshot().functions, [&](const Function& other) {
    return other.address.same_slot(function.address) && is_any_bridge(other);
  });
}

Reasons function_split(const Analysis& host, const Function& function) {
  if (function.path.empty() || is_any_bridge(function) || function.physical_function) return {};
  const auto kept = kept_of_card(host, function);
  if (kept.empty()) return {};
  std::vector<std::string> names;
  for (const auto* other : kept) names.push_back(what_it_is(*other));
  const auto& methods = host.reset_of(function).methods;
  const bool is_reset_alone = methods && !methods->empty();
  const bool may_go_along =
      !has_bridge_beside(host, function) &&
      std::ranges::all_of(kept, [&](const auto* other) { return may_be_hidden(host, *other); });
  Reason reason{
      .message = fmt::format("{} {} with dom0, on the same card as {}. {}", joined(names),
                             names.size() == 1 ? "stays" : "stay", what_it_is(function),
                             is_reset_alone ? "Each is reset alone, but they may share what the "
                                              "card has."
                                            : "A reset of the card would hit them, too."),
      .evidence = "/sys/bus/pci/devices"};
  if (is_reset_alone) {
    reason.severity = Severity::info;
    reason.remedy = Remedy{};
  } else if (!may_go_along) {
    reason.remedy = Remedy{"Leave it to dom0, too, or reboot the host before another VM gets it."};
  }
  return {std::move(reason)};
}
constexpr auto function_split_row = row<function_split>({
    .code = "function-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the other functions of the card stay with dom0",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide all functions of the card, and give them to one VM.",
});

}  // namespace

std::span<const Check> dom0_devices() {
  static constexpr Check rows[] = {console_vga_device_row, usb_input_controller_row,
                                   dom0_driver_busy_row,   critical_class_row,
                                   rule_hits_bridge_row,   function_split_row};
  return rows;
}

}  // namespace pci_passthrough::checks
