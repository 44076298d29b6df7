#pragma once

namespace pci_passthrough {

/// White space as Linux' isspace has it (lib/ctype.c): Latin-1's no-break space counts.
constexpr bool is_kernel_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || static_cast<unsigned char>(c) == 0xa0;
}

}  // namespace pci_passthrough
