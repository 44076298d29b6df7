#pragma once

#include "plugin/picture/tree.hpp"

/// What stands round the lanes.
namespace pci_passthrough::picture {

/// The host, what waits for a reboot, and what cannot be told of the whole host. Gives where the
/// lanes begin.
int put_head(Picture& picture, const Listing& listing);

/// What the colours mean, as far as the width goes, line below line. Gives where it ends.
int put_legend(Picture& picture, int top);

/// The rows' rails, with the chipset's row last.
std::vector<Rail> rails_with_chipset(const Listing& listing, const std::vector<Row>& rows,
                                     const std::vector<Part>& chipset);

}  // namespace pci_passthrough::picture
