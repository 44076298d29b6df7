#pragma once

#include <span>
#include <string>

namespace pci_passthrough {

/// An option of the command line that every command knows: "--root", "DIR", "Work on ...".
struct GlobalOption {
  std::string name, value, summary;
};

/// The manual page in roff: the table of commands, and these options.
std::string man_page(std::span<const GlobalOption> options);

}  // namespace pci_passthrough
