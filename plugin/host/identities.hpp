#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// The text of identities_file, and what it says; EBADMSG where it is damaged.
std::string identities_text(const std::vector<Identity>& identities);
Read<std::vector<Identity>> parse_identities(std::string_view text);

/// What is kept of identities_file.
struct KeptIdentities {
  std::vector<Identity> all;
  bool are_selected = false;  ///< those that were asked for; there are more
};
using IsAskedFor = std::function<bool(const PciAddress&)>;

/// identities_file: what each rule and VM's entry was made for, or of more than `most_identities`
/// those that are asked for. EBADMSG where the file is damaged; EFBIG where it is larger than
/// `max_identities_file`; E2BIG where more than that are asked for.
Read<KeptIdentities> read_identities(const Host& host, const IsAskedFor& is_asked_for = {});
inline constexpr std::size_t most_identities = 4096, max_identities_file = 64 << 20;
/// The reason in words.
std::string reason_of(const Read<KeptIdentities>& read);

/// Replaces it, whole and flushed, in the state directory that the lock has open. An errno, 0 is
/// good; else the old one stands.
int write_identities(int state_directory, const std::vector<Identity>& identities);

/// Takes away what a killed call left half written.
void remove_leftover_identities(const Host& host);

}  // namespace pci_passthrough
