#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// A function as the plugin of its host lists it.
struct ListedDevice {
  std::string ids;                ///< "10de:24b0"; "" unknown
  std::string name;               ///< "NVIDIA Corporation GA104GL [RTX A4000]", else its ids
  std::vector<std::string> uses;  ///< dom0's, without what it only sees: "mount /"
};

/// What the plugin of one host of the pool answered.
struct HostReply {
  std::vector<std::string> error;        ///< [CODE, sentence]; empty where it answered everything
  std::string plugin_version;            ///< "" where it did not come so far
  boost::json::array devices, findings;  ///< of its `list` and `verify`, as they came
  std::string verdict;                   ///< of its `verify`: "safe", "unsafe", "unknown"
  std::map<PciAddress, ListedDevice> listed;

  bool answered() const { return error.empty(); }
};

// Each takes the reply to one question over; false where it is none that the reports can show.
bool take_version(HostReply& reply, const boost::json::object& answer);
bool take_list(HostReply& reply, const boost::json::object& answer);
bool take_verify(HostReply& reply, const boost::json::object& answer);

}  // namespace pci_passthrough
