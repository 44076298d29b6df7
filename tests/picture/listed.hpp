#pragma once

#include "plugin/model/listing_json.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"
#include "tests/support/world.hpp"

namespace pci_passthrough {

inline Listing listed(const Snapshot& host) { return read_listing(asked(host, "list")).value(); }

/// A NIC of Intel's, alone in its group, that dom0 has and does not use.
inline ListedDevice plain_device(const PciAddress& address) {
  ListedDevice device;
  device.address = address;
  device.path.emplace();
  device.vendor_id = 0x8086;
  device.device_id = 0x1572;
  device.class_id = 0x0200;
  device.vendor = "Intel Corporation";
  device.device = "Ethernet Controller X710 for 10GbE SFP+";
  device.driver = "i40e";
  device.dom0_access = Dom0Access::enabled;
  device.isolation_group = address;
  device.reset = {"flr"};
  device.vms.emplace();
  device.findings.emplace();
  return device;
}

inline Listing listing_with(std::vector<ListedDevice> devices) {
  return {{"uuid", "xen1", "XCP-ng", "8.3.0", "grub", "/boot/grub.cfg", true, true},
          std::move(devices),
          {}};
}

/// So many functions on as many buses as they take; what each is follows its number.
inline Listing generated(std::size_t count, bool alike) {
  std::vector<ListedDevice> devices;
  for (std::size_t i = 0; i < count; ++i) {
    auto device =
        plain_device({0, static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i / 8 % 32),
                      static_cast<std::uint8_t>(i % 8)});
    if (!alike) {
      constexpr std::uint16_t classes[] = {0x0200, 0x0108, 0x0c03, 0x0300, 0x0880, 0x0106, 0x0b40};
      device.class_id = classes[i % std::size(classes)];
      if (i % 3 == 0)
        device.path = std::vector{PciAddress{0, 0xff, static_cast<std::uint8_t>(i / 8 % 32), 0}};
      if (i % 5 == 0) device.driver = "pciback", device.dom0_access = Dom0Access::disabled;
      if (i % 7 == 0) device.used_by = {{"mount", "/data/" + std::to_string(i), i % 14 == 0}};
      if (i % 11 == 0)
        device.vms = {{"uuid-" + std::to_string(i), "vm" + std::to_string(i), "Halted"}};
      if (i % 13 == 0) device.dom0_access = Dom0Access::disable_on_reboot;
      if (i % 17 == 0) device.driver.reset();
      if (i % 4 != 0) device.isolation_group = devices[i - 1].isolation_group;
    }
    devices.push_back(std::move(device));
  }
  return listing_with(std::move(devices));
}

/// Every listing there is to draw, by a name for it.
inline std::vector<std::pair<std::string, Listing>> all_listings() {
  std::vector<std::pair<std::string, Listing>> all;
  auto names = recorded_hosts();
  std::ranges::copy(recorded_hosts("sick/"), std::back_inserter(names));
  for (const auto& name : names) {
    const ScratchRoot root(text_of_file(recordings() / (name + ".host")));
    Host host(root.path());
    all.emplace_back(name, listed(probe(host, all_facts)));
    all.emplace_back(name + " with xapi", listed(probe(host, all_facts | ProbeScope::pool)));
    auto with_vms = recorded(name);
    for (const auto& function : recorded(name).functions)
      with_vms = with_vm(with_vms, "vm of " + function.address.text(),
                         "0/" + function.address.text() + ",1/0000:01:00.0");
    all.emplace_back(name + " whose every function a VM wants", listed(with_vms));
  }
  for (const auto& [name, root] : world().roots()) all.emplace_back(name, listed(probed_at(root)));
  for (const std::size_t count : {0, 1, 5, 120, 300, 4096}) {
    all.emplace_back(std::to_string(count) + " functions alike", generated(count, true));
    all.emplace_back(std::to_string(count) + " functions", generated(count, false));
  }
  return all;
}

}  // namespace pci_passthrough
