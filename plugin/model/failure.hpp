#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pci_passthrough {

/// What stops the work; the one exception of the project. Becomes Status=Failure with
/// [code, sentence, details...] for xapi, one line on standard error for a person.
struct Failure : std::runtime_error {
  Failure(std::string code, std::string sentence, std::vector<std::string> details = {})
      : std::runtime_error(sentence),
        code(std::move(code)),
        sentence(std::move(sentence)),
        details(std::move(details)) {}

  std::string code;  ///< one of the codes below
  std::string sentence;
  std::vector<std::string> details;
};

namespace code {
inline constexpr char unknown_function[] =
    "UNKNOWN_XENAPI_PLUGIN_FUNCTION";  ///< XenAPIPlugin.py:48
inline constexpr char invalid_argument[] = "PCI_PASSTHROUGH_INVALID_ARGUMENT";
inline constexpr char unknown_device[] = "PCI_PASSTHROUGH_UNKNOWN_DEVICE";
inline constexpr char refused[] = "PCI_PASSTHROUGH_REFUSED";
inline constexpr char boot_config_unreadable[] = "PCI_PASSTHROUGH_BOOT_CONFIG_UNREADABLE";
inline constexpr char busy[] = "PCI_PASSTHROUGH_BUSY";
inline constexpr char not_permitted[] = "PCI_PASSTHROUGH_NOT_PERMITTED";
inline constexpr char xapi_unavailable[] = "PCI_PASSTHROUGH_XAPI_UNAVAILABLE";
inline constexpr char internal_error[] = "PCI_PASSTHROUGH_INTERNAL_ERROR";
}  // namespace code

inline Failure misuse(std::string sentence) {
  return {code::invalid_argument, std::move(sentence)};
}

}  // namespace pci_passthrough
