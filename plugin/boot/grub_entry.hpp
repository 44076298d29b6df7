#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/grub_script.hpp"

namespace pci_passthrough {

/// What a `menuentry` boots.
struct GrubEntry {
  BootEntry entry;
  std::optional<BootError> error;
};
GrubEntry read_grub_entry(const GrubCommand& menuentry);

/// xapi's name for an entry: "xe", "xe-serial", "fallback"; "" where its title has none.
std::string_view label_of_title(std::string_view title);

}  // namespace pci_passthrough
