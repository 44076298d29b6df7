#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// Something that xapi has plugged.
struct Plugged {
  std::string ref;   ///< a PIF's or PBD's
  std::string name;  ///< for people: "eth0", "Local storage"

  bool operator==(const Plugged&) const = default;
};

/// What must be true before a trial confirms itself. Kept in paths::auto_trial from the moment at
/// which it is armed.
struct AutoTrial {
  std::string id;  ///< of the trial (boot/trial.hpp)
  std::vector<PciAddress> devices;
  std::string interface;  ///< the management interface, "xenbr0"; "" the host has none
  std::string address;    ///< this host's, as the pool knows it; "" unknown
  std::vector<Plugged> pifs, pbds;
  std::vector<std::string> left_out;  ///< plugged too, but on what is hidden: "eth2"
  std::string ended{};                ///< why it went back; "" it did not

  bool operator==(const AutoTrial&) const = default;
};

/// What tells whether all that is true: read only where a trial is to confirm itself.
struct AutoTrialWatch {
  std::optional<std::uint64_t> uptime;  ///< seconds since the start of this boot
  /// When xapi had finished its start, in seconds since 1970: it writes a file then, which is gone
  /// while it starts. Absent: it has not.
  std::optional<std::int64_t> xapi_started;
  /// The IP addresses of the management interface: "10.0.0.5", "fd00::5". Absent: unknown.
  std::optional<std::vector<std::string>> addresses;
  std::string why_no_addresses;  ///< the system's words
  /// Why nobody would wait after a boot: "/usr/lib/systemd/system/... is not there"; "" the unit
  /// stands and is enabled.
  std::string no_unit;
};

struct AutoTrialFacts {
  std::optional<AutoTrial> kept;
  std::string unread;                   ///< why `kept` is unknown; "" where nothing is kept
  std::optional<std::int64_t> boot_at;  ///< when this boot began, in seconds since 1970
  std::optional<AutoTrialWatch> watch;
};

/// How long a trial has, from the start of its boot.
struct PlannedTime {
  unsigned seconds = 0;
  std::optional<unsigned> measured;  ///< what this boot took; absent: unknown
};
/// Three times what this boot took from its start to xapi, at least 300 s. A toolstack that was
/// restarted since tells nothing: then, and where it is unknown, 600 s.
PlannedTime planned_time(const AutoTrialFacts& facts);

/// "16:05 UTC"
std::string clock_time(std::int64_t seconds_since_1970);

}  // namespace pci_passthrough
