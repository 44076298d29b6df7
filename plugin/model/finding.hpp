#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

enum class Severity { info, warn, error, block };  ///< the graver, the greater
enum class FindingState { found, unknown };

/// What to do about a finding: a sentence and, where one of our own functions does it, the call.
struct Remedy {
  std::string sentence;    ///< "" where nothing needs to be done
  std::string function{};  ///< "unhide"; "" where it is none of ours
  std::vector<std::pair<std::string, std::string>> arguments{};  ///< {"devices", "0000:06:00.0"}
  std::string planned{};  ///< the sentence where what it takes back is only asked for; "": the same

  bool operator==(const Remedy&) const = default;
};

/// One thing that a check has to say.
struct Finding {
  std::string code;  ///< "boot-controller-hidden"
  Severity severity = Severity::info;
  FindingState state = FindingState::found;
  std::optional<PciAddress> device;
  std::string message;   ///< one sentence
  std::string evidence;  ///< the path that was read
  Remedy remedy;
  std::string vm{};  ///< uuid; "" where it is about none

  bool operator==(const Finding&) const = default;
};

std::string_view name_of(Severity severity);
std::string_view name_of(FindingState state);

}  // namespace pci_passthrough
