#pragma once

namespace pci_passthrough {

/// Fills descriptors 0 to 2 where the caller closed them, so that no file of ours can become
/// standard output. What is read from or written to such a one fails, as it would have.
void occupy_standard_descriptors();

}  // namespace pci_passthrough
