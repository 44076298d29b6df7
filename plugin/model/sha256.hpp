#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// 64 hex digits.
std::string sha256(std::string_view content);

}  // namespace pci_passthrough
