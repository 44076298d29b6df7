#pragma once

#include "plugin/model/terminal.hpp"

namespace pci_passthrough {

/// Of standard output: its width, and colour where NO_COLOR is not set. No terminal: 100 columns.
Terminal terminal_of_output();

}  // namespace pci_passthrough
