#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// What a text in XML means. A "&" that begins no reference to a character or to one of XML's five
/// entities is itself.
std::string text_of_xml(std::string_view xml);

}  // namespace pci_passthrough
