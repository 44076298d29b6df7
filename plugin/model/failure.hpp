#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "plugin/model/text.hpp"

namespace pci_passthrough {

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

inline constexpr const char* all[] = {unknown_function, invalid_argument,       unknown_device,
                                      refused,          boot_config_unreadable, busy,
                                      not_permitted,    xapi_unavailable,       internal_error};
}  // namespace code

/// What stops the work; the one exception of the project. Becomes Status=Failure with
/// [code, sentence, details...] for xapi, one line on standard error for a person: whatever the
/// caller's arguments hold, sentence and details are made printable; but the sentence of
/// unknown_function is the name as it was called.
struct Failure : std::runtime_error {
  Failure(std::string code, const std::string& sentence, std::vector<std::string> details = {})
      : std::runtime_error(printable(sentence)),
        code(std::move(code)),
        sentence(this->code == code::unknown_function ? sentence : printable(sentence)),
        details(std::move(details)) {
    for (auto& detail : this->details) detail = printable(detail);
  }

  std::string code;  ///< one of the codes above
  std::string sentence;
  std::vector<std::string> details;
};

inline Failure refused_for(std::vector<std::string> reasons) {
  return {code::refused, "Refused; nothing was changed.", std::move(reasons)};
}
inline Failure misuse(const std::string& sentence) { return {code::invalid_argument, sentence}; }

}  // namespace pci_passthrough
