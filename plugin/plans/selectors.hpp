#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// What stands for devices: "06:00.0"; "10de:24b0", every function of that vendor and device;
/// "10de:24b0/1028:14a0", with its subsystem; "group:3b:00.0", its isolation group; "slot:3b:00",
/// all functions of that slot. "?" before it: it may fit nothing.
struct DeviceSelector {
  enum class Kind { address, model, group, slot };

  std::string text;  ///< as it was given
  Kind kind = Kind::address;
  bool may_be_absent = false;
  PciAddress address{};                  ///< of an address, a group's member; of a slot function 0
  std::uint16_t vendor = 0, device = 0;  ///< of a model
  std::optional<std::pair<std::uint16_t, std::uint16_t>> subsystem{};

  static std::optional<DeviceSelector> parse(std::string_view text);
  bool is_plain_address() const { return kind == Kind::address && !may_be_absent; }
};

/// What a selector became on this host.
struct Selected {
  std::string text;
  std::vector<PciAddress> devices;
};

/// What all selectors of a call became.
struct Selection {
  std::vector<Selected> parts;      ///< none where all of them are plain addresses
  std::vector<PciAddress> devices;  ///< each once, in the order of the selectors
};

/// Each selector's devices, in the order of their addresses; no bridge but where its own address
/// is given. An address stands for itself, present or not, unless it may be absent. Throws Failure
/// unknown_device for a selector that fits nothing and must not be absent, and where what
/// it fits cannot be told.
Selection select_devices(const Analysis& host, const std::vector<DeviceSelector>& selectors);

}  // namespace pci_passthrough
