#pragma once

#include <string_view>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// The name of the function that a template was made for, as GCC and Clang print it.
template <auto run>
consteval std::string_view function_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_prefix(name.find("run = ") + std::string_view("run = ").size());
  name = name.substr(0, name.find_first_of(";]"));
  return name.substr(name.rfind(':') + 1);
}

constexpr bool bears_code(std::string_view name, std::string_view code) {
  if (name.size() != code.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (name[i] != (code[i] == '-' ? '_' : code[i])) return false;
  return true;
}

/// The row of a check. Does not compile where the function does not bear the code:
/// boot_controller_hidden, "boot-controller-hidden".
template <auto run>
consteval Check row(const Check& check) {
  if (!bears_code(function_name<run>(), check.code)) throw "a check's function bears its code";
  return {check.code,  check.severity, check.refusal, check.concern,  check.means,
          check.fires, check.rests_on, check.remedy,  check.old_code, run};
}

}  // namespace pci_passthrough::checks
