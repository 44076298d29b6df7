#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

struct Function;
struct Snapshot;

/// What a function is, whatever bus number it was given: kept for each one that a rule or a VM's
/// entry names, since an address means another device once a card is added (xcp-ng/xcp#412,
/// qubes-issues#7892).
struct Identity {
  PciAddress address;         ///< where it was
  std::string kind;           ///< "1000:0097 1028:1f46 0107": ids, subsystem's ids, class
  std::string topology_path;  ///< "1c.4/00.0": slot and function of each hop, no bus numbers
  std::string name;           ///< for people
  /// What no other device of its kind bears: "serial 00259012ffff3456", "mac 00:25:90:12:34:56",
  /// "nvme eui.…", "disk naa.…". A driver must hold the function for the last three to be seen.
  std::set<std::string> stable_ids;
  /// "0000 2/5": the segment, and the which-th of how many root buses of it the place begins at; a
  /// root more or less, and no place is known again. "" unknown: 0.1.0 wrote none.
  std::string root{};
  /// Root and place of each other one of its kind and function number that was there beside it:
  /// the device is not to be taken for one of these. Absent: unknown, as with 0.1.0, or more than
  /// most_siblings.
  std::optional<std::vector<std::string>> same_model_siblings{};

  /// What another of its kind and function number bears, too: vendors ship one serial number on
  /// every card. It tells nothing. Absent: unknown, as with 0.1.0.
  std::optional<std::set<std::string>> shared_ids{};

  std::string seat() const { return root + " " + topology_path; }
  bool operator==(const Identity&) const = default;
};

/// Absent where the function's ids could not be read.
std::optional<Identity> identity_of(const Snapshot& snapshot, const Function& function);

inline constexpr std::size_t most_siblings = 24;

/// The same of each of these addresses where there is such a function.
using IdentitiesAt = std::map<PciAddress, Identity>;
IdentitiesAt identities_at(const Snapshot& snapshot, const std::set<PciAddress>& addresses);

/// The same of every function that may be of one of these kinds, without their siblings.
std::vector<Identity> identities_now(const Snapshot& snapshot, const std::set<std::string>& kinds);

/// Where the function is now that a rule or a VM's entry was made for.
enum class Whereabouts {
  here,       ///< at its address
  moved,      ///< at another one
  ambiguous,  ///< at one of several, or it is gone and what is left is like it: nothing tells
  gone,       ///< nowhere
};
struct Located {
  Whereabouts whereabouts = Whereabouts::gone;
  std::vector<PciAddress> candidates;  ///< where else it is, or may be
  std::string why{};  ///< "same serial number", "nothing tells it …"; of moved and ambiguous
  bool may_be_here = false;  ///< of ambiguous: at its address, too
};
/// The same for each of the snapshot's identities, in their order. Moved is what bears one of its
/// stable ids; what sits in its place, unless the number of its kind has changed; else the only one
/// of its kind, where it had no sibling. A function whose own identity fits is no candidate for
/// another. The functions of one card move together or not at all.
std::vector<Located> locate(const Snapshot& snapshot);

/// Two memories of one device, at two addresses: its old one is still named somewhere.
bool is_same_device(const Identity& a, const Identity& b);

/// What tells the device at the address from the one that was meant: "serial …0a", "serial …0b".
struct Difference {
  std::string was, is;
};
Difference difference_of(const Identity& was, const Identity& is);

/// Where they are kept.
inline constexpr char identities_file[] = "/var/lib/pci-passthrough/devices.json";

}  // namespace pci_passthrough
