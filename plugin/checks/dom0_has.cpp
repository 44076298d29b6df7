#include "plugin/checks/dom0_has.hpp"

#include <fmt/format.h>

#include "plugin/checks/function_words.hpp"

namespace pci_passthrough::checks {

DomZeroHas how_dom0_has(const Analysis& host, const Function& function) {
  using enum FindingState;
  const auto access = host.dom0_access(function);
  if (!function.driver)
    return {fmt::format("Unknown which driver has it: cannot read {}.", sysfs(function, "driver")),
            {},
            unknown,
            DomZeroHas::look};
  const auto& driver = *function.driver;
  const bool held = driver == "pciback";
  if (held && access == Dom0Access::enable_on_reboot)
    return {"The next reboot gives it back to dom0."};
  if (held || driver.empty()) return {""};
  if (function.physical_function)
    return {fmt::format("{} drives this virtual function in dom0, until the VM's start takes it.",
                        driver),
            Severity::warn, found, DomZeroHas::nothing};
  switch (access) {
    case Dom0Access::disable_on_reboot:
      return {fmt::format("{} drives it until the next reboot hides it. A start before that takes "
                          "it away from dom0.",
                          driver),
              Severity::error, found, DomZeroHas::reboot};
    case Dom0Access::unknown:
      return {
          fmt::format("{} drives it. Unknown whether a rule hides it: cannot read /proc/cmdline "
                      "or the boot file.",
                      driver),
          {},
          unknown,
          DomZeroHas::look};
    case Dom0Access::disabled:
      return {fmt::format("{} drives it in dom0, in spite of the rule that hides it.", driver),
              {},
              found,
              DomZeroHas::look};
    default:
      return {fmt::format("{} drives it in dom0, and no rule hides it.", driver)};
  }
}

}  // namespace pci_passthrough::checks
