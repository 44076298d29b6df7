#pragma once

#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// The boot file's text `text` with what these devices ask of Xen's own line, in these entries: of
/// devices that go to one VM, with room for the vectors of all; else for those of the greediest.
/// An entry that lacks nothing stays as it is, and so does one whose arguments are unknown.
std::string with_xen_arguments(const Analysis& host, std::string text,
                               const std::vector<std::size_t>& entries,
                               const std::vector<PciAddress>& devices, bool of_one_vm);

}  // namespace pci_passthrough
