#pragma once

#include <string_view>

#include "plugin/boot/hide_phrase.hpp"

namespace pci_passthrough {

/// What a word of [A-Za-z0-9_.-] is as the name of a hide list; nothing where it is none.
struct HideName {
  HidePhrase::Name name = HidePhrase::Name::none;
  bool needs_address = true;  ///< only with an address behind it does it mean a hide list
};
HideName hide_name(std::string_view word);

/// Is this the first half of a split name: "xen-pciback", "pciback."?
bool is_driver_name(std::string_view word);

}  // namespace pci_passthrough
