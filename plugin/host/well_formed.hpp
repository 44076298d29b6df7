#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// What is wrong with a document, and at which byte.
struct Flaw {
  std::string why;
  std::size_t position = 0;
};

/// What XML forbids and pugixml lets pass: bytes that are no UTF-8, control characters, references
/// to anything but a character or one of XML's five entities, "]]>" in text, a second XML
/// declaration; and a document type, which no call and no reply has.
std::optional<Flaw> flaw_in(std::string_view document);

}  // namespace pci_passthrough
