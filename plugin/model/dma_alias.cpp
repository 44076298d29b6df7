#include "plugin/model/dma_alias.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

/// Does a function at `own` bear the name of the one at `other`, on the same bus?
using Bears = bool (*)(const PciAddress& own, const PciAddress& other);

template <unsigned function>
bool of_its_slot(const PciAddress& own, const PciAddress& other) {
  return other.device == own.device && other.function == function;
}
bool of_slot_1(const PciAddress&, const PciAddress& other) {
  return other.device == 1 && other.function == 0;
}
bool of_an_x200(const PciAddress&, const PciAddress& other) {
  constexpr std::array places = {std::pair{0x10, 0}, std::pair{0x11, 0}, std::pair{0x12, 3}};
  return std::ranges::count(places, std::pair<int, int>{other.device, other.function}) != 0;
}
bool of_a_vca(const PciAddress&, const PciAddress& other) { return other.function < 5; }
bool of_anyone(const PciAddress&, const PciAddress&) { return true; }

struct Model {
  std::uint16_t vendor, device;
  Bears bears;
  std::uint16_t subsystem_vendor = 0, subsystem_device = 0;  ///< 0: whichever
};
constexpr Model models[] = {
    {0x1180, 0xe476, of_its_slot<0>},  // Ricoh
    {0x1180, 0xe832, of_its_slot<0>},
    {0x6766, 0x3d40, of_its_slot<0>},  // Glenfly
    {0x6766, 0x3d41, of_its_slot<0>},
    {0x1b4b, 0x9120, of_its_slot<1>},  // Marvell
    {0x1b4b, 0x9123, of_its_slot<1>},
    {0x1b4b, 0x9125, of_its_slot<1>},
    {0x1b4b, 0x9128, of_its_slot<1>},
    {0x1b4b, 0x9130, of_its_slot<1>},
    {0x1b4b, 0x9170, of_its_slot<1>},
    {0x1b4b, 0x9172, of_its_slot<1>},
    {0x1b4b, 0x917a, of_its_slot<1>},
    {0x1b4b, 0x9182, of_its_slot<1>},
    {0x1b4b, 0x9183, of_its_slot<1>},
    {0x1b4b, 0x91a0, of_its_slot<1>},
    {0x1b4b, 0x9215, of_its_slot<1>},
    {0x1b4b, 0x9220, of_its_slot<1>},
    {0x1b4b, 0x9230, of_its_slot<1>},
    {0x1b4b, 0x9235, of_its_slot<1>},
    {0x1103, 0x0642, of_its_slot<1>},  // HighPoint
    {0x1103, 0x0645, of_its_slot<1>},
    {0x197b, 0x2392, of_its_slot<1>},             // JMicron JMB388
    {0x1c28, 0x0122, of_its_slot<1>},             // Plextor M6e
    {0x9005, 0x0285, of_slot_1, 0x9005, 0x02bb},  // Adaptec 3405 and 3805
    {0x9005, 0x0285, of_slot_1, 0x9005, 0x02bc},
    {0x8086, 0x2260, of_an_x200},  // Xeon Phi x200
    {0x8086, 0x2264, of_an_x200},
    {0x8086, 0x2954, of_a_vca},  // Visual Compute Accelerator
    {0x8086, 0x2955, of_a_vca},
    {0x8086, 0x2956, of_a_vca},
    {0x8086, 0x2958, of_a_vca},
    {0x8086, 0x2959, of_a_vca},
    {0x8086, 0x295a, of_a_vca},
    {0x10b5, 0x87b0, of_anyone},  // PLX switches' non-transparent bridges
    {0x10b5, 0x87b1, of_anyone},
};

bool is_one(const Function& function, const Model& model) {
  return function.vendor_id == model.vendor && function.device_id == model.device &&
         (model.subsystem_vendor == 0 || (function.subsystem_vendor_id == model.subsystem_vendor &&
                                          function.subsystem_device_id == model.subsystem_device));
}

std::optional<bool> bears_name_of(const Function& function, const PciAddress& other) {
  if (!function.vendor_id || !function.device_id) return std::nullopt;
  return std::ranges::any_of(models, [&](const Model& model) {
    return is_one(function, model) && model.bears(function.address, other);
  });
}

}  // namespace

bool bears_its_own_name(const Function& function) {
  return function.vendor_id && function.device_id &&
         std::ranges::none_of(models, [&](const Model& model) { return is_one(function, model); });
}

std::optional<bool> bears_name_of_function_1(const Function& function) {
  if (function.address.function == 1) return false;
  if (!function.vendor_id || !function.device_id) return std::nullopt;
  return std::ranges::any_of(models, [&](const Model& model) {
    return model.bears == of_its_slot<1> && is_one(function, model);
  });
}

std::optional<bool> are_dma_aliases(const Function& one, const Function& other) {
  if (one.address.segment != other.address.segment || one.address.bus != other.address.bus)
    return false;
  const auto forth = bears_name_of(one, other.address), back = bears_name_of(other, one.address);
  if (forth == true || back == true) return true;
  return forth && back ? std::optional(false) : std::nullopt;
}

}  // namespace pci_passthrough
