#pragma once

#include <cstddef>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does a number that this file, or grubenv, boots by count this entry in?
bool is_counted(const Boot& boot, std::size_t entry);

/// Why no entry of ours can be made from this file, and what to do.
std::string why_no_own_entry(const Boot& boot);

/// Throws Failure refused.
[[noreturn]] void refuse_entry(std::string reason);

}  // namespace pci_passthrough
