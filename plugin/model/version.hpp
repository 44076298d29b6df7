#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace pci_passthrough {

/// The first two numbers of "25.33.1"; nothing where there are none, and then it may be any
/// version.
std::optional<std::pair<int, int>> version_in(std::string_view text);

}  // namespace pci_passthrough
