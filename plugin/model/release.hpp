#pragma once

#include <optional>
#include <string_view>
#include <utility>

namespace pci_passthrough {

/// PRODUCT_VERSION of XenServer and XCP-ng, major and minor: "8.3.0" is {8, 3}. Nothing where it
/// does not begin so.
using Release = std::pair<int, int>;
std::optional<Release> release_of(std::string_view product_version);

}  // namespace pci_passthrough
