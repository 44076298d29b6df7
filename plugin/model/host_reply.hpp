#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "plugin/model/listing.hpp"

namespace pci_passthrough {

/// What the plugin of one host of the pool answered.
struct HostReply {
  std::vector<std::string> error;        ///< [CODE, sentence]; empty where it answered everything
  std::string plugin_version;            ///< "" where it did not come so far
  boost::json::array devices, findings;  ///< of its `list` and `verify`, as they came
  std::string verdict;                   ///< of its `verify`: "safe", "unsafe", "unknown"
  Listing listing;                       ///< of its `list`, read

  bool answered() const { return error.empty(); }
};

// Each takes the reply to one question over; false where it is none that the reports can show.
bool take_version(HostReply& reply, const boost::json::object& answer);
bool take_list(HostReply& reply, const boost::json::object& answer);
bool take_verify(HostReply& reply, const boost::json::object& answer);

}  // namespace pci_passthrough
