#pragma once

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// A pool of this host, `xen1`, alone, with HA off and auto_poweron on.
inline Snapshot with_pool(Snapshot host) {
  Pool pool;
  pool.this_host = "host-1";
  pool.ha_enabled = false;
  pool.auto_poweron = true;
  pool.hosts["host-1"].name = "xen1";
  pool.hosts["host-1"].uuid = "uuid-xen1";
  host.pool = pool;
  return host;
}

inline Snapshot with_second_host(Snapshot host) {
  host.pool->hosts["host-2"].name = "xen2";
  host.pool->hosts["host-2"].uuid = "uuid-xen2";
  return host;
}

/// What a host answers that has one device, of NVIDIA's: a GPU, the console where `uses` says so.
inline HostReply reply_with(std::string_view address, std::string device_id,
                            std::vector<std::string> uses = {}) {
  HostReply reply;
  reply.plugin_version = "0.1.0";
  reply.verdict = "safe";
  ListedDevice device;
  device.address = at(address);
  device.vendor_id = 0x10de;
  device.device_id = static_cast<std::uint16_t>(std::stoul(device_id, nullptr, 16));
  device.vendor = "NVIDIA";
  device.device = device_id;
  for (const auto& use : uses)
    device.used_by.push_back({use.substr(0, use.find(' ')), use.substr(use.find(' ') + 1), true});
  reply.listing.devices = {device};
  reply.devices = {{{"address", at(address).text()},
                    {"vendor_id", "10de"},
                    {"device_id", device_id},
                    {"used_by", boost::json::array()}}};
  return reply;
}

/// xen1 and xen2, asked.
inline Snapshot with_replies(Snapshot host, HostReply first, HostReply second) {
  if (!host.pool) host = with_pool(std::move(host));
  host = with_second_host(std::move(host));
  host.pool->hosts["host-1"].reply = std::move(first);
  host.pool->hosts["host-2"].reply = std::move(second);
  return host;
}

inline HostReply not_answered() {
  HostReply reply;
  reply.error = {"HOST_OFFLINE", "it is off, or xapi does not reach it"};
  return reply;
}

/// An HVM guest, off, that prefers this host, with as much memory as it will ever have.
inline Snapshot with_vm(Snapshot host, const std::string& name, std::optional<std::string> pci,
                        void (*change)(VmRecord&) = nullptr) {
  if (!host.pool) host = with_pool(std::move(host));
  VmRecord vm;
  vm.uuid = "uuid-" + name;
  vm.name = name;
  vm.power_state = "Halted";
  vm.affinity = "host-1";
  vm.pci = std::move(pci);
  vm.domain_type = "hvm";
  vm.memory_dynamic_min = vm.memory_dynamic_max = 4ull << 30;
  if (change) change(vm);
  host.pool->vms["ref-" + name] = vm;
  return host;
}

}  // namespace pci_passthrough
