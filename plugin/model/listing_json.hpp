#pragma once

#include <boost/json/object.hpp>

#include "plugin/model/json_writer.hpp"
#include "plugin/model/listing.hpp"

namespace pci_passthrough {

/// One of `devices`, and `host`. What is unknown is left out.
void write_listed(JsonWriter& json, const ListedDevice& device);
void write_listed(JsonWriter& json, const ListedHost& host);

/// The reply of `list`, whoever wrote it: members that we do not know are passed over, one of the
/// wrong type is unknown. Nothing where `devices` is no array of objects that each have an address
/// and a well-formed `used_by` (and `vms`, where it has any). A pool's row, which has no `host`, is
/// its own.
std::optional<Listing> read_listing(const boost::json::object& reply);

/// As much of a device as an object tells, an address included.
ListedDevice read_device(const boost::json::object& object);

}  // namespace pci_passthrough
