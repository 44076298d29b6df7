#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/paths.hpp"
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

struct Kind {
  std::string_view kind, words;
};
constexpr std::array kinds = {
    Kind{"ipmi", "the IPMI interface"}, Kind{"tpm", "the TPM"}, Kind{"watchdog", "the watchdog"},
    Kind{"fc_remote_ports", "the Fibre Channel port"}, Kind{"infiniband", "the InfiniBand device"}};

}  // namespace

Reasons console_on(const Function& function, std::string_view end) {
  const auto display = [](const ClassCode& code) { return code.is_display(); };
  const auto it = what_it_is(function);
  if (function.boot_vga == true)
    return {{fmt::format("{} is the display that the host boots on. {}", it, end),
             sysfs(function, "boot_vga")}};
  const auto bmc = std::ranges::find(bmc_displays, function.vendor_id, &DisplayVendor::id);
  if (bmc != bmc_displays.end() && function.class_code && display(*function.class_code))
    return {{fmt::format("{} is a display of {}, which a BMC shows on its remote screen. {}", it,
                         bmc->name, end),
             sysfs(function, "vendor")}};
  const bool is_vga = !function.class_code || function.class_code->id() == 0x0300;
  if (is_vga && !function.boot_vga)
    return {{fmt::format("Unknown whether the host boots on the display {}: cannot read {}.", it,
                         sysfs(function, "boot_vga")),
             sysfs(function, "boot_vga"), FindingState::unknown}};
  return {};
}

Reasons inputs_on(const Analysis& host, const Function& function, std::string_view end) {
  std::vector<std::string> names;
  for (const auto& input : host.snapshot().inputs)
    if (reaches(input.path, function) && std::ranges::count(names, input.name) == 0)
      names.push_back(input.name);
  if (!names.empty())
    return {{fmt::format("{} carries the host's input device '{}'. {}", what_it_is(function),
                         joined(names, "', '"), end),
             paths::inputs}};
  const auto unread = host.snapshot().unreadable.find(paths::inputs);
  if (unread == host.snapshot().unreadable.end() || !may_be(function, &ClassCode::is_usb))
    return {};
  return {{fmt::format("Unknown whether {} carries a keyboard or mouse: cannot read {} ({}).",
                       what_it_is(function), paths::inputs, unread->second),
           paths::inputs, FindingState::unknown}};
}

Reasons driver_devices_on(const Analysis& host, const Function& function, std::string_view end) {
  std::vector<std::string> lost;
  std::string evidence;
  for (const auto& [kind, words] : kinds)
    for (const auto& device : host.snapshot().driver_devices) {
      if (device.kind != kind || std::ranges::count(device.path, function.address) == 0) continue;
      if (lost.empty()) evidence = fmt::format("/sys/class/{}/{}", device.kind, device.name);
      lost.push_back(fmt::format("{} {}", words, device.name));
    }
  if (!lost.empty())
    return {{fmt::format("{} carries {}. {}", what_it_is(function), joined(lost), end), evidence}};
  for (const auto& [kind, words] : kinds) {
    const auto path = fmt::format("/sys/class/{}", kind);
    const auto unread = host.snapshot().unreadable.find(path);
    if (unread == host.snapshot().unreadable.end()) continue;
    return {{fmt::format("Unknown whether {} carries {}: cannot read {} ({}).",
                         what_it_is(function), words, path, unread->second),
             path, FindingState::unknown}};
  }
  return {};
}
namespace {

Reasons console_vga_device(const Analysis& host, const Function& function) {
  return leaving_to_dom0(console_on(function, "Once it is hidden, the host's screen stays dark."),
                         host, function, "Or accept that the host's screen stays dark.");
}
constexpr auto console_vga_device_row = row<console_vga_device>({
    .code = "console-vga-device",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "A display about to be hidden shows the host's console.",
    .fires =
        "The kernel says that the host booted on the display (boot_vga), or the display is "
        "of a maker whose chips BMCs show on their remote screen (ASPEED, Matrox). Unknown where "
        "a VGA device, or one whose class cannot be read, has no readable boot_vga.",
    .rests_on =
        "/sys/bus/pci/devices/ADDRESS/boot_vga, which Linux sets for the display that the firmware "
        "used (vgaarb.c), and the vendor ids 1a03 and 102b. A hidden display has no driver in dom0 "
        "(Linux pci_stub.c).",
    .remedy = "Leave the display to dom0, or accept that the host's screen stays dark.",
});

Reasons usb_input_controller(const Analysis& host, const Function& function) {
  return inputs_on(host, function, "Once it is hidden, the host can no longer use it.");
}
constexpr auto usb_input_controller_row = row<usb_input_controller>({
    .code = "usb-input-controller",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A device about to be hidden carries the host's keyboard or mouse.",
    .fires = "An input device of dom0 hangs on the device, the virtual keyboard of a BMC "
             "included. Unknown where /sys/class/input cannot be read and the device may be a USB "
             "controller.",
    .rests_on =
        "An input's path in /sys/class/input names the PCI functions on the way. A BMC's remote "
        "console types through a USB keyboard of its own.",
    .remedy = "Make sure that you reach the host without it, over the network or a serial console, "
              "before the host reboots.",
});

Reasons dom0_driver_busy(const Analysis& host, const Function& function) {
  return driver_devices_on(host, function, "Once it is hidden, dom0 loses it.");
}
constexpr auto dom0_driver_busy_row = row<dom0_driver_busy>({
    .code = "dom0-driver-busy",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A device about to be hidden serves dom0 as an IPMI interface, TPM, watchdog, Fibre "
             "Channel port or InfiniBand device.",
    .fires = "A device of /sys/class/ipmi, tpm, watchdog, fc_remote_ports or infiniband hangs on "
             "the function. Unknown where one of these cannot be read.",
    .rests_on =
        "A driver's devices in /sys/class name the PCI function that they hang on. A hidden "
        "device has no driver in dom0 (Linux pci_stub.c).",
    .remedy = "Stop what uses it on the host first, or leave the device to dom0.",
});

}  // namespace

std::span<const Check> dom0_console() {
  static constexpr Check rows[] = {console_vga_device_row, usb_input_controller_row,
                                   dom0_driver_busy_row};
  return rows;
}

}  // namespace pci_passthrough::checks
