#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/model/listing.hpp"

namespace pci_passthrough {

/// dom0_access, but for where the driver says otherwise: dom0's has what a rule hides, or pciback
/// what no rule names.
enum class DeviceState { hidden, hides_at_boot, back_at_boot, not_held, of_dom0, unknown };
DeviceState state_of(const ListedDevice& device);

// The cells of `list`'s table, each from one device of its reply.
std::string dom0_word(const ListedDevice& device);    ///< "NEEDED", "hidden", "hides at boot"
std::string access_word(const ListedDevice& device);  ///< without "NEEDED"; "dom0's" where enabled
std::string kind_word(const ListedDevice& device);    ///< "SATA", "NIC"; else the class id
std::string driver_word(const ListedDevice& device);  ///< "-" none, "?" unknown
std::string name_words(const ListedDevice& device);   ///< "Intel 82574L Gigabit Network..."

/// "31 functions, 2 hidden, 0 waiting for a reboot, 12 that dom0 needs"; or that it is unknown.
std::string counts_of(const Listing& listing);

/// What each bridge leads to, of what is listed.
using BelowBridges = std::map<PciAddress, std::vector<PciAddress>>;
BelowBridges below_bridges(const Listing& listing);
/// "/, swap", "eth0 in bond0", "8 disks: sdc, sdd", "VM nas"; of a bridge what it leads to: "to
/// 06:00.0".
std::string use_words(const ListedDevice& device, const BelowBridges& below);

/// "06:00.0" on segment 0.
std::string short_text(const PciAddress& address);
/// "/run/sr-mount/c41f7e0a-..." and "VG_XenStorage-c41f7e0a-..." are SR c41f7e0a to those who know
/// it.
std::string volume_word(const std::string& name);

/// Now, whatever the next reboot brings.
bool is_kept_from_dom0(const ListedDevice& device);
/// A rule was added or taken away, and waits.
bool waits_for_a_reboot(const ListedDevice& device);
/// Something critical uses it.
bool dom0_needs(const ListedDevice& device);

}  // namespace pci_passthrough
