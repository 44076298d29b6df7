#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// What is wrong with a piece of other_config:pci.
enum class EntryFlaw {
  none,
  blank_before,    ///< " 0/0000:07:00.0"
  no_number,       ///< "0000:07:00.0"
  short_address,   ///< "0/07:00.0"
  no_comma,        ///< what follows a blank or ';': "0/0000:06:00.0;0/0000:07:00.0"
  garbage_tail,    ///< "0/0000:06:00.01": read as 0000:06:00.0
  out_of_range,    ///< "0/0000:06:20.0": read as a device that cannot be
  not_understood,  ///< "0/0000:06:00.*"
};

/// A piece of other_config:pci that names one device.
struct VmDevice {
  std::string text;  ///< as it stands, with the blank before it
  EntryFlaw flaw = EntryFlaw::none;
  bool read = false;                  ///< xapi reads it; else it drops it in silence
  std::int64_t number = 0;            ///< before the '/', where xapi reads it: its place
  std::optional<PciAddress> address;  ///< what it names, or would by any reading; else absent

  /// xapi drops it, and yet it is certain what is meant.
  bool is_mendable() const { return !read && address; }
};

/// VM.other_config:pci. xapi splits it at commas and reads each part with OCaml's scanf as
/// "%d/%04x:%02x:%02x.%01x", drops in silence what fails, and ignores what follows (pciops.ml; the
/// same expression was run in OCaml 4.13).
struct VmEntry {
  std::vector<VmDevice> devices;  ///< as they stand

  bool names(const PciAddress& address) const;  ///< among what xapi reads
  /// What xapi plugs, in its order: by number; reversed within one number (pciops.ml:45-65); a
  /// function named twice once (xenopsd knows it by its address).
  std::vector<PciAddress> plugged() const;
};
VmEntry parse_vm_entry(std::string_view text);

/// Does each part that xapi reads for certain name its device as Xen Orchestra does? It splits at
/// ',' and '/' and compares letter by letter: it finds neither "0/0:6:0.0" nor "0/0000:0A:00.0" nor
/// "0/0000:06:00.0 ". Source: xen-orchestra xo-server xapi-object-to-xo.mjs, attachedPcis.
bool is_in_one_form(std::string_view text);

/// "0/0000:06:00.0,1/0000:07:00.0": plugged in the order given.
std::string write_vm_entry(std::span<const PciAddress> addresses);

}  // namespace pci_passthrough
