#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// The text of identities_file, and what it says; EBADMSG where it is damaged.
std::string identities_text(const std::vector<Identity>& identities);
Read<std::vector<Identity>> parse_identities(std::string_view text);

/// identities_file: what each rule and VM's entry was made for. EBADMSG where the file is damaged.
Read<std::vector<Identity>> read_identities(const Host& host);

/// Replaces it, whole and flushed, in the state directory that the lock has open. An errno, 0 is
/// good; else the old one stands.
int write_identities(int state_directory, const std::vector<Identity>& identities);

/// Takes away what a killed call left half written.
void remove_leftover_identities(const Host& host);

}  // namespace pci_passthrough
