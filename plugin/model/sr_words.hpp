#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/pool.hpp"

namespace pci_passthrough {

/// The directory that a PBD's location or file-uri names: "/isos" of "/isos" and "file:///isos"; ""
/// where it names a server: "10.0.0.5:/isos", "//10.0.0.5/isos".
std::string directory_of_location(std::string_view location);

/// The servers that a word of a PBD names, each without port, path and share, an IPv6 address
/// without brackets: "10.0.0.5:/isos", "[fd00::5]:/isos", "//nas/isos", "nfs://nas/isos",
/// "10.0.0.5,10.0.0.6:6789", of multiSession "10.0.0.5,3260,iqn...|", of backupservers "nas2:nas3".
std::vector<std::string> servers_in_word(std::string_view key, std::string_view value);

/// An SR of a type whose VDIs are LUNs: hba, rawhba.
bool keeps_luns(const SrRecord& sr);

}  // namespace pci_passthrough
