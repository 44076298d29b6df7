#include "plugin/model/xen_release.hpp"

#include <algorithm>
#include <utility>

#include "plugin/model/version.hpp"

namespace pci_passthrough {

std::optional<bool> has_known_patches(const Snapshot& snapshot) {
  constexpr std::pair first{7, 1}, first_unknown{9, 0};
  const auto number = version_in(snapshot.host.version);
  if (number && *number >= first && *number < first_unknown) return true;
  return std::nullopt;
}

std::optional<bool> knows_phantom(const Snapshot& snapshot, const Function& function) {
  /// xen.pg quirk-pci-phantom-function-devices
  constexpr std::pair<std::uint16_t, std::uint16_t> models[] = {
      {0x1b4b, 0x9120}, {0x1b4b, 0x9123}, {0x1b4b, 0x9130}, {0x1b4b, 0x9172}, {0x1b4b, 0x917a},
      {0x1b4b, 0x91a0}, {0x1b4b, 0x9230}, {0x197b, 0x2393}, {0x1103, 0x0642}};
  const bool is_one = std::ranges::any_of(models, [&](const auto& model) {
    return function.vendor_id == model.first && function.device_id == model.second;
  });
  return is_one ? has_known_patches(snapshot) : std::optional(false);
}

std::optional<bool> leaves_reserved_memory_out(const Snapshot& snapshot, const Function& function) {
  constexpr std::uint16_t sound = 0x0403;
  const bool is_one =
      snapshot.host.maker == "HP" && snapshot.host.model.find("Gen8") != std::string::npos &&
      function.class_code && function.class_code->id() == sound && function.address.function != 0;
  return is_one ? has_known_patches(snapshot) : std::optional(false);
}

}  // namespace pci_passthrough
