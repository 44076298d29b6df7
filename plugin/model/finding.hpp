#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

enum class Severity { block, error, warn, info };
enum class FindingState { found, unknown };

/// One thing that a check has to say.
struct Finding {
  std::string code;  ///< "boot-controller-hidden"
  Severity severity = Severity::info;
  FindingState state = FindingState::found;
  std::optional<PciAddress> device;
  std::string message;   ///< one sentence
  std::string evidence;  ///< the path that was read
  std::string remedy;    ///< what to do
  std::string vm{};      ///< uuid; "" where it is about none

  bool operator==(const Finding&) const = default;
};

std::string_view name_of(Severity severity);
std::string_view name_of(FindingState state);

}  // namespace pci_passthrough
