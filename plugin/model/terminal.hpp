#pragma once

#include <cstddef>

namespace pci_passthrough {

/// Whom a text is for: a terminal of this width, or nobody knows whom.
struct Terminal {
  std::size_t columns = 100;
  bool colour = false;
};

}  // namespace pci_passthrough
