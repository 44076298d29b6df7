#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// Throws Failure invalid_argument: the call is none, why, and at which byte.
[[noreturn]] void refuse_call(const std::string& why, std::size_t position);

/// Refuses what XML forbids and pugixml lets pass: bytes that are no UTF-8, control characters,
/// references to anything but a character or one of XML's five entities, "]]>" in text, a second
/// XML declaration; and a document type, which no call has.
void require_well_formed(std::string_view document);

}  // namespace pci_passthrough
