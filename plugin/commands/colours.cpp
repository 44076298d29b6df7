#include "plugin/commands/colours.hpp"

#include "plugin/model/device_words.hpp"

namespace pci_passthrough::reports {
namespace {

/// ECMA-48, SGR.
std::string_view colour_of(const ListedDevice& device) {
  if (dom0_needs(device)) return "31";
  switch (state_of(device)) {
    case DeviceState::hidden:
      return "32";
    case DeviceState::hides_at_boot:
    case DeviceState::back_at_boot:
    case DeviceState::not_held:
      return "33";
    default:
      return "";
  }
}

}  // namespace

std::string coloured(const std::string& word, const ListedDevice& device,
                     const Terminal& terminal) {
  const auto colour = colour_of(device);
  if (!terminal.colour || colour.empty() || word.empty()) return word;
  return "\x1b[" + std::string(colour) + "m" + word + "\x1b[0m";
}

}  // namespace pci_passthrough::reports
