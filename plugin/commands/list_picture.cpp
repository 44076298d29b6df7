#include "plugin/commands/list_text.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/picture/picture.hpp"

namespace pci_passthrough::reports {

std::string listing_picture(const Listing& listing, const Arguments& arguments) {
  return picture::picture_of(listing, {arguments.narrow, !arguments.unstyled});
}

std::string list_picture(const object& reply, const Arguments& arguments) {
  return listing_picture(read_listing(reply).value(), arguments);
}

}  // namespace pci_passthrough::reports
