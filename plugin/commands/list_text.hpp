#pragma once

#include <string>

#include "plugin/commands/reports.hpp"
#include "plugin/model/listing.hpp"
#include "plugin/model/terminal.hpp"

namespace pci_passthrough::reports {

/// `list` for a terminal: the table as wide as it is; one device or more, all that is known of
/// each; or the tree.
std::string list_text(const Analysis& host, const object& reply, const Arguments& arguments,
                      const Terminal& terminal);

/// The same of a listing; `head` has what else the reply begins with: selectors, a trial.
std::string listing_text(const Analysis& host, const Listing& listing, const object& head,
                         const Arguments& arguments, const Terminal& terminal);
std::string listing_picture(const Listing& listing, const Arguments& arguments);

/// The table alone, and what its words mean.
std::string devices_of(const Listing& listing, const Terminal& terminal);
std::string legend_for(const Terminal& terminal);
/// What could not be read; "" where all was.
std::string unread_text(const Listing& listing, const Terminal& terminal);
std::string tree_text(const Listing& listing, const Terminal& terminal);
/// All that is known of a device, its findings with what to do about them.
std::string device_text(const Analysis& host, const ListedDevice& device, const Terminal& terminal);

}  // namespace pci_passthrough::reports
