#pragma once

#include <optional>
#include <string>

#include "plugin/host/host.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// What extlinux boots once: a label; "" nothing. Nothing where that cannot be read: its vector
/// stands at the end of ldlinux.sys, of older releases extlinux.sys.
std::optional<std::string> read_extlinux_once(const Host& host);

/// Sets the mark or takes it away. grubenv is replaced as a boot file is; one that is missing is
/// made first, empty. What went wrong; "" where nothing did.
std::string write_mark(const Host& host, const Lock& lock, const SetMark& mark);

/// Is the mark there as this would leave it? Unknown counts as not.
bool mark_is_as_wanted(const Host& host, const SetMark& mark);

}  // namespace pci_passthrough
