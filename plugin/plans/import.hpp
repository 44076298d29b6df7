#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/plans/hide.hpp"

namespace pci_passthrough {

/// What `export` wrote of a host.
struct Exported {
  struct Entry {
    std::string vm, vm_name;  ///< uuid; for people
    std::string pci;          ///< other_config:pci
  };
  std::string host, host_name;  ///< uuid
  std::vector<PciAddress> rules;
  std::vector<Identity> identities;           ///< what the rules and the entries were made for
  std::optional<std::vector<Entry>> entries;  ///< absent: xapi did not tell
  std::vector<std::string> xen_arguments;     ///< "extra_guest_irqs=64"
  std::vector<std::string> left_out;          ///< rules that are not in `rules`: sentences
};

/// Through xapi; one argument of a program holds 128 KiB, and each quote takes six bytes in XML.
inline constexpr std::size_t most_exported = 64 << 10;

Exported exported_of(const Analysis& host);
/// As JSON; and read again. Throws Failure invalid_argument for what is none.
boost::json::object export_json(const Exported& exported);
Exported read_export(std::string_view text);

/// Hides what the export's rules name, and sets its VM entries and the arguments of Xen's that they
/// rest on, each device at the address where it
/// is now, judged like any change; other rules stay. Remarks say what could not be placed: a device
/// that is gone or cannot be told from another, a VM that is gone, runs elsewhere or has got
/// another entry since, an argument of Xen's.
Decision import_state(const Analysis& host, const Exported& exported, Entries entries,
                      const Consent& consent);

}  // namespace pci_passthrough
