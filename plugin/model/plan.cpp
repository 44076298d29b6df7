#include "plugin/model/plan.hpp"

#include <fmt/format.h>

#include "plugin/model/sha256.hpp"

namespace pci_passthrough {

std::string path_of(const SetVmEntry& entry) {
  return fmt::format("VM {} other_config:pci", entry.vm_uuid);
}

std::string_view name_of(BackupKind kind) {
  constexpr std::string_view names[] = {"boot file", "VM entry", "lost text"};
  return names[static_cast<std::size_t>(kind)];
}

std::string fingerprint(const std::optional<std::string>& text) {
  return text ? sha256(*text) : "none";
}

}  // namespace pci_passthrough
