#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// What became of one device.
struct Taken {
  enum class State { held, failed, unknown, not_tried };

  PciAddress device;
  State state = State::not_tried;
  std::string error{};                  ///< why it is not held; a clause
  std::optional<std::string> driver{};  ///< as it is afterwards; "" none, absent unknown
};

/// Longer than any reset that pciback waits for (Linux pci.c PCI_RESET_WAIT, a minute).
inline constexpr std::chrono::milliseconds longest_take(75'000);

/// Takes a device from dom0's driver and gives it to pciback, as xenopsd does at a VM's start
/// (xenopsd device.ml bind): unbind, new_slot, bind; then the driver is read. It happens in a child
/// that has neither our lock nor our output, for the kernel may keep it for ever: after the
/// deadline the answer is unknown, and the child goes on, behind its marker (take_marker.hpp). What
/// fails is not taken back: the way back to the old driver is the one that hangs in the field.
Taken take_device(const Host& host, const TakeDevice& step,
                  std::chrono::milliseconds deadline = longest_take);

/// One after the other, to the first that is not held; the others are not tried. After apply(),
/// and after what that wrote was read back.
std::vector<Taken> take_devices(const Host& host, const std::vector<TakeDevice>& steps);

/// The driver's name by its link alone: `uevent` may wait for the lock that an unbind holds (Linux
/// drivers/base/core.c uevent_show, 6.10 and what it was backported to).
std::optional<std::string> driver_by_link(const Host& host, const PciAddress& device);

}  // namespace pci_passthrough
