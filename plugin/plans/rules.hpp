#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// The rules of one entry as addresses: all lists that stand there, merged, wildcards written out
/// for the functions that are there (one that fits none of them names no address). Nothing where a
/// list has a syntax error.
std::optional<std::vector<PciAddress>> rules_of(const Analysis& host, std::size_t entry);

/// What of an entry's lists names no address: wildcards that fit no function, and lists that the
/// kernel rejects, whole.
struct NamelessRules {
  std::vector<std::string> wildcards;  ///< "(0000:99:*.*)"
  std::vector<std::string> rejected;   ///< "(0000:06:00)"
};
NamelessRules nameless_rules(const Analysis& host, std::size_t entry);

/// The boot file's text with these devices hidden in these entries: all lists of an entry become
/// the one that counts. An entry whose list cannot be read, or whose rules would mean the same,
/// stays as it is.
std::string text_hiding(const Analysis& host, const std::vector<std::size_t>& entries,
                        const std::vector<PciAddress>& devices);
/// With exactly these hidden, whatever else stood there; a list with a syntax error goes, too.
std::string text_hiding_exactly(const Analysis& host, const std::vector<std::size_t>& entries,
                                const std::vector<PciAddress>& devices);
/// The text with these devices out of every list that names them, whether it takes effect or not.
/// What the kernel ignores does not begin to count.
std::string text_unhiding(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::vector<PciAddress>& devices);
/// The text with each list of these entries, and what is plainly meant as one (boot/mend.hpp), in
/// the one form that all read, a moved device's rule at its new address, and no argument twice.
std::string text_repaired(const Analysis& host, const std::vector<std::size_t>& entries,
                          const std::map<PciAddress, PciAddress>& moves);

}  // namespace pci_passthrough
