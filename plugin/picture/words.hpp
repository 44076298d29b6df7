#pragma once

#include <string>
#include <string_view>

#include "plugin/picture/part.hpp"

/// What the picture says of a function, in whole: cut to fit where it is drawn.
namespace pci_passthrough::picture {

std::string sold_name(const ListedDevice& device);  ///< "NVIDIA RTX A4000"; else its ids
std::string tile_word(const ListedDevice& device);  ///< "NIC", "VF", "?"
/// One phrase of use: "needed: /, swap", "eth2", "free: no VM wants it".
std::string phrase_of(const Part& part);

struct TwoLines {
  std::string_view first, second;
};
TwoLines lines_of(Next next);  ///< "hidden from the next reboot on", "a rule is written; ..."

std::string power_word(const ListedVm& vm);  ///< "off", "running"
/// "would take both from dom0 at its start"
std::string claim_words(Claim claim, const ListedVm& vm, std::size_t devices);

/// All that a function's box says, and where it stands, in a sentence or three.
std::string label_of(const Part& part);
/// What the box has no room for.
std::string description_of(const Listing& listing, const Part& part);

}  // namespace pci_passthrough::picture
