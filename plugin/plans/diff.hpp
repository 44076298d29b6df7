#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// What `diff -u` prints for two versions of a file; "" where they are the same.
std::string unified_diff(std::string_view path, std::string_view before, std::string_view after);

}  // namespace pci_passthrough
