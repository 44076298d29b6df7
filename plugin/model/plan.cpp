#include "plugin/model/plan.hpp"

#include <fmt/format.h>

#include "plugin/model/sha256.hpp"

namespace pci_passthrough {

std::string path_of(const SetVmField& entry) {
  return fmt::format("VM {} {}", entry.vm_uuid, name_of(entry.field));
}

std::string_view name_of(BackupKind kind) {
  constexpr std::string_view names[] = {"boot file", "VM entry", "lost text", "VM setting"};
  return names[static_cast<std::size_t>(kind)];
}

std::string fingerprint(const std::optional<std::string>& text) {
  return text ? sha256(*text) : "none";
}

}  // namespace pci_passthrough
