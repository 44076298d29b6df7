#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// Words that a person meant as a hide list, as far as they look like one: positions in a plain
/// text.
struct HidePhrase {
  enum class Name {
    none,         ///< "(01:00.1)" alone
    right,        ///< letter by letter "xen-pciback.hide" or "pciback.hide", '-' or '_'
    alike,        ///< "xen-pcibak.hide", "xen_pciback-hide", "XEN-PCIBACK.HIDE"
    hide,         ///< "hide" alone
    other_system  ///< "rd.qubes.hide_pci", "vfio-pci.ids"
  };
  struct Range {
    std::size_t begin = 0, end = 0;
  };

  Name name = Name::none;
  bool is_split = false;  ///< blanks stand in the name, or before its '='
  bool has_equals = true;
  std::size_t name_begin = 0;
  Range all;                  ///< quotes around it included
  Range value;                ///< what stands behind the '='
  std::vector<Range> groups;  ///< "(01:00.0)", "01:00.0" in it
};

/// In order, none in another. Every one has a group with an address, or a name that is right or
/// alike.
std::vector<HidePhrase> find_hide_phrases(std::string_view plain);

}  // namespace pci_passthrough
