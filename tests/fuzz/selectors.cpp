#include "plugin/plans/selectors.hpp"

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

/// Two cards of one model, of two and of one function, a bridge, and one whose ids are unknown.
Snapshot some_host() {
  Snapshot host;
  const auto add = [&](const char* address, int vendor, int device, std::uint32_t class_code) {
    Function function;
    function.address = PciAddress::parse(address).value();
    if (vendor != 0) function.vendor_id = static_cast<std::uint16_t>(vendor);
    if (vendor != 0) function.device_id = static_cast<std::uint16_t>(device);
    function.class_code = ClassCode{class_code};
    host.functions.push_back(std::move(function));
  };
  add("0000:00:01.0", 0x8086, 0x2030, 0x060400);
  add("0000:06:00.0", 0x10de, 0x24b0, 0x030000);
  add("0000:06:00.1", 0x10de, 0x228b, 0x040300);
  add("0000:07:00.0", 0x10de, 0x24b0, 0x030000);
  add("0000:08:00.0", 0, 0, 0x010700);
  return host;
}

}  // namespace

void try_input(std::string_view input) {
  const auto selector = DeviceSelector::parse(input);
  if (!selector) return;
  require(selector->text == input, "a selector is kept as it was given");
  static const Analysis host = some_host();
  try {
    const auto selection = select_devices(host, {*selector, *selector});
    for (const auto& device : selection.devices)
      require(std::ranges::count(selection.devices, device) == 1, "each device once");
    require(selection.parts.empty() == selector->is_plain_address(), "what it became is said");
    require(!selection.devices.empty() || selector->may_be_absent, "nothing only where allowed");
    if (selector->kind != DeviceSelector::Kind::address)
      require(std::ranges::count(selection.devices, *PciAddress::parse("0000:00:01.0")) == 0,
              "no bridge but by its own address");
  } catch (const Failure& failure) {
    require(failure.code == code::unknown_device, "a selector fails for what it does not fit");
  }
}

}  // namespace pci_passthrough
