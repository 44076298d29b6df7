#pragma once

#include <string_view>

namespace pci_passthrough {

/// xapi's four words (xapi_pci_helpers.ml:179-222), told from the parsed rules.
enum class Dom0Access { enabled, disable_on_reboot, disabled, enable_on_reboot, unknown };
std::string_view name_of(Dom0Access access);  ///< "" for unknown

}  // namespace pci_passthrough
