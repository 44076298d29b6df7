#include "plugin/commands/reports.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/picture/picture.hpp"

namespace pci_passthrough::reports {

std::string list_picture(const object& reply, const Arguments& arguments) {
  const picture::Options options{arguments.narrow, !arguments.unstyled};
  return picture::picture_of(read_listing(reply).value(), options);
}

}  // namespace pci_passthrough::reports
