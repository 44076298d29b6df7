#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

struct Function;
struct Snapshot;

/// What a function is, whatever bus number it was given: kept for each one that a rule names, since
/// an address means another device once a card is added (xcp-ng/xcp#412, qubes-issues#7892).
struct Identity {
  PciAddress address;  ///< where it was
  std::string kind;    ///< "1000:0097 1028:1f46 0107": ids, subsystem's ids, class
  std::string place;   ///< "1c.4/00.0": slot and function of each hop, no bus numbers
  std::string name;    ///< for people
  /// What no other device bears: "serial 00-25-90-ff-ff-12-34-56", "mac 00:25:90:12:34:56",
  /// "nvme eui.…", "disk naa.…". A driver must hold the function for the last three to be seen.
  std::set<std::string> marks;

  bool operator==(const Identity&) const = default;
};

/// Absent where the function's ids could not be read.
std::optional<Identity> identity_of(const Snapshot& snapshot, const Function& function);

/// Where the function is now that a rule was made for.
enum class Whereabouts {
  here,       ///< at its address
  moved,      ///< at another one
  ambiguous,  ///< at one of several: they are alike, and nothing tells which
  gone,       ///< nowhere
};
struct Located {
  Whereabouts whereabouts = Whereabouts::gone;
  std::vector<PciAddress> candidates;  ///< where else it is, or may be
};
/// The same for each of the snapshot's identities, in their order: by its marks; else by its place,
/// else as the only one of its kind. A function whose own identity fits is no candidate for
/// another.
std::vector<Located> locate(const Snapshot& snapshot);

/// Where they are kept.
inline constexpr char identities_file[] = "/var/lib/pci-passthrough/devices.json";

}  // namespace pci_passthrough
