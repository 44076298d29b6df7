#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// The rules of one entry as addresses: all lists that stand there, merged, wildcards written out
/// for the functions that are there. Nothing where a list has a syntax error.
std::optional<std::vector<PciAddress>> rules_of(const Analysis& host, std::size_t entry);

/// The boot file's text with these devices hidden, or no longer hidden, in these entries. An entry
/// whose list cannot be read, or whose rules would mean the same, stays as it is.
std::string text_hiding(const Analysis& host, const std::vector<std::size_t>& entries,
                        const std::vector<PciAddress>& devices);
/// With exactly these hidden, whatever else stood there; a list with a syntax error goes, too.
std::string text_hiding_exactly(const Analysis& host, const std::vector<std::size_t>& entries,
                                const std::vector<PciAddress>& devices);
std::string text_unhiding(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::vector<PciAddress>& devices);
/// The text with each list of these entries as its one canonical form, a moved device's rule at its
/// new address, and no argument twice.
std::string text_repaired(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::map<PciAddress, PciAddress>& moves);

}  // namespace pci_passthrough
