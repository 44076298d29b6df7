#pragma once

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// The state directory (lock.hpp), made 0700 with its parents where it is missing. Throws Failure
/// internal_error where it, or a directory below it, is a link, is not ours, or may be written by
/// others.
Descriptor open_state_directory(const Host& host);

/// A directory of ours below another, made 0700 and flushed where it is missing; nothing, and
/// errno.
Descriptor open_own_directory(int parent, const std::string& name, mode_t mode = 0700);

}  // namespace pci_passthrough
