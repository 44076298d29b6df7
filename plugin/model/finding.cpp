#include "plugin/model/finding.hpp"

namespace pci_passthrough {

std::string_view name_of(Severity severity) {
  constexpr std::string_view names[] = {"info", "warn", "error", "block"};
  return names[static_cast<int>(severity)];
}

std::string_view name_of(FindingState state) {
  return state == FindingState::found ? "found" : "unknown";
}

}  // namespace pci_passthrough
