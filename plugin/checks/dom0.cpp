#include <algorithm>
#include <array>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char no_boot[] = "hidden, the host does not come up again";

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
    CriticalClass{0x0500, "a memory controller"},
    CriticalClass{0x0c05, "an SMBus controller"},
    CriticalClass{0x0800, "an interrupt controller"},
    CriticalClass{0x0880, "a system peripheral"},
    CriticalClass{0x0580, "a memory controller of the chipset (power management)", true},
    CriticalClass{0x0780, "a communication controller of the chipset (management engine)", true},
    CriticalClass{0x0c80, "a serial bus controller of the chipset (SPI, I2C)", true}};

}  // namespace

Reasons carries_system_volume(const Snapshot& snapshot, const Function& function) {
  return system_volumes_on(snapshot, function, false, no_boot);
}

Reasons carries_system_volume_by_usb(const Snapshot& snapshot, const Function& function) {
  return system_volumes_on(snapshot, function, true, no_boot);
}

Reasons carries_management(const Snapshot& snapshot, const Function& function) {
  return management_on(snapshot, function, "hidden, the host is off the network");
}

Reasons carries_other_network(const Snapshot& snapshot, const Function& function) {
  return other_networks_on(snapshot, function, "hidden, they are gone at the next boot");
}

Reasons carries_repository(const Snapshot& snapshot, const Function& function) {
  return repositories_on(snapshot, function, "hidden, the VMs on it do not start");
}

Reasons is_host_console(const Snapshot&, const Function& function) {
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

Reasons carries_keyboard(const Snapshot& snapshot, const Function& function) {
  std::vector<std::string> names;
  for (const auto& input : snapshot.inputs)
    if (reaches(input.path, function) && std::ranges::count(names, input.name) == 0)
      names.push_back(input.name);
  const bool listed = !snapshot.unreadable.contains("/sys/class/input");
  if (names.empty() && !listed && may_be(function, &ClassCode::is_usb))
    return {{"it cannot be told whether a keyboard or mouse hangs on " + what_it_is(function),
             "/sys/class/input", FindingState::unknown}};
  if (names.empty()) return {};
  return {{joined(names) + (names.size() == 1 ? " hangs on " : " hang on ") + what_it_is(function),
           "/sys/class/input"}};
}

Reasons is_of_critical_class(const Snapshot&, const Function& function) {
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

Reasons has_siblings_in_dom0(const Snapshot& snapshot, const Function& function) {
  const bool is_on_a_card = !function.path.empty() && !function.is_bridge();
  if (!is_on_a_card) return {};
  const auto reached = reached_by(snapshot, unattended_entries(snapshot.boot));
  std::vector<std::string> siblings;
  for (const auto& other : snapshot.functions)
    if (other.address.same_slot(function.address) && other.address != function.address &&
        !other.physical_function && !function.physical_function &&
        std::ranges::count(reached, other.address) == 0)
      siblings.push_back(what_it_is(other));
  if (siblings.empty()) return {};
  return {{joined(siblings) + (siblings.size() == 1 ? " stays" : " stay") +
               " with dom0, on the same card as " + what_it_is(function),
           "/sys/bus/pci/devices"}};
}

}  // namespace pci_passthrough::checks
