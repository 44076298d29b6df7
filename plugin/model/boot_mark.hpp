#pragma once

#include <string>
#include <string_view>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Where GRUB keeps its environment block: beside its boot file.
std::string grubenv_beside(std::string_view boot_file);

/// How the host boots once the mark is set or taken away.
void set_mark(Boot& boot, const SetMark& mark);

}  // namespace pci_passthrough
