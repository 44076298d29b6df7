#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// Cuts the first word off a line, and the blanks around it; "" at the end.
std::string_view take_word(std::string_view& line);

/// ASCII letters in lower case.
std::string lower(std::string_view text);

/// What stands behind the last '/'.
std::string_view base_name(std::string_view path);

}  // namespace pci_passthrough
