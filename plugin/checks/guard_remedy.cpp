#include "plugin/checks/guard_remedy.hpp"

#include <fmt/format.h>

namespace pci_passthrough::checks {

Remedy guard_remedy(const VmAssignment& assignment, std::string_view what,
                    std::string_view by_hand) {
  const auto& uuid = assignment.vm->uuid;
  const bool can = assignment.place == Place::here || assignment.place == Place::anywhere;
  if (!can) return {fmt::format("{}: {}.", what, by_hand)};
  return {fmt::format("{}, with all that guards the VM: assign vm={} guards=true.", what, uuid),
          "assign",
          {{"vm", uuid}, {"guards", "true"}}};
}

}  // namespace pci_passthrough::checks
