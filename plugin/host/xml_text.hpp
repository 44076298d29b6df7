#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

inline constexpr std::string_view xml_blanks = " \t\r\n";

/// The character that a reference, without its "&" and ";", stands for: one of XML's five entities,
/// or "#65", "#x41". Nothing where it stands for none.
std::optional<char32_t> meaning_of(std::string_view reference);

/// What a text in XML means. A "&" that begins no reference to a character or to one of XML's five
/// entities is itself.
std::string text_of_xml(std::string_view xml);

}  // namespace pci_passthrough
