#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

namespace pci_passthrough::reports {

/// The cells of `list`'s table, each from one device of its reply.
std::string dom0_word(const boost::json::object& device);  ///< "NEEDED", "hidden", "hides at boot"
std::string access_word(
    const boost::json::object& device);  ///< the same without "NEEDED"; "dom0's" where enabled
std::string kind_word(const boost::json::object& device);    ///< "SATA", "NIC"; else the class id
std::string driver_word(const boost::json::object& device);  ///< "-" none, "?" unknown
std::string name_words(const boost::json::object& device);   ///< "Intel 82574L Gigabit Network..."
/// "/, swap", "eth0 in bond0", "8 disks: sdc, sdd", "VM nas"; of a bridge what it leads to: "to
/// 06:00.0".
std::string use_words(const boost::json::object& device, const boost::json::array& devices);

/// Now, whatever the next reboot brings.
bool is_kept_from_dom0(const boost::json::object& device);

/// Something critical uses it.
bool dom0_needs(const boost::json::object& device);

}  // namespace pci_passthrough::reports
