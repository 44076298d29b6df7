#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// Which pciback reads the list. classic: XenServer 6.2's 2.6.32, no wildcards, named "pciback";
/// pvops: 3.10 and later, named "xen-pciback" (plugin/pci/README.md, "Two pcibacks").
enum class PcibackKind { classic, pvops };

/// "pciback.hide" or "xen-pciback.hide".
std::string_view hide_parameter(PcibackKind kind);

/// One group of a hide list: "(0000:06:00.0)", "(06:00.0)", "(06:00.*)", "(06:*.*)".
struct HideRule {
  std::uint32_t segment = 0;
  std::uint8_t bus = 0;
  std::optional<std::uint8_t> device;    ///< absent: every device of the bus
  std::optional<std::uint8_t> function;  ///< absent: every function of the device
  std::string text;                      ///< as it stands in the list, blanks included

  static HideRule of(const PciAddress& address);

  bool names(const PciAddress& address) const;
  bool is_wildcard() const { return !device || !function; }
  bool same_devices(const HideRule& other) const;
  /// "(0000:06:00.0)"; where it is a wildcard "(0000:06:00.*)", "(0000:06:*.*)".
  std::string written() const;
  /// The one form that kernel, xapi, xen-cmdline and Xen Orchestra all take: "(0000:06:00.0)".
  bool is_canonical() const;
};

/// What pciback makes of a list. One error, and it hides nothing at all and does not load.
struct HideList {
  struct Error {
    std::size_t position = 0;  ///< byte of the list, from 0
    std::string sentence;      ///< what is wrong there and what would be right
  };
  std::vector<HideRule> rules;  ///< empty where there is an error
  std::optional<Error> error;

  bool names(const PciAddress& address) const;
  bool covers(std::span<const HideRule> others) const;  ///< each of them stands in it as it is
  bool is_canonical() const;  ///< only canonical rules with nothing between them
};

/// Reads a list as pcistub_init does (pci_stub.c).
HideList parse_hide_list(std::string_view text, PcibackKind kind);

/// "(0000:06:00.0)(0000:07:00.0)", in the order given.
std::string write_hide_list(std::span<const PciAddress> addresses);
/// The same of rules, wildcards as they are: "(0000:06:00.0)(0000:99:*.*)".
std::string write_hide_list(std::span<const HideRule> rules);

/// Each rule once, a wildcard as the functions among `present` that it names; one that names none
/// stays a wildcard.
std::vector<HideRule> write_out(std::span<const HideRule> rules,
                                std::span<const PciAddress> present);

}  // namespace pci_passthrough
