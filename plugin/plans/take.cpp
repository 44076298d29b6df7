#include "plugin/plans/take.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

TakeDevice step_for(const LiveUse& use, const Function& function) {
  TakeDevice step{.device = function.address, .driver = function.driver.value_or("")};
  for (const auto& disk : use.disks)
    if (std::ranges::count(disk.path, function.address) != 0) step.disks.push_back(disk.name);
  return step;
}

/// The interfaces of the device that xapi has a PIF of.
std::vector<std::string> pifs_of(const Snapshot& host, const PciAddress& address) {
  std::vector<std::string> devices;
  for (const auto& [ref, pif] : host.pool->pifs) {
    const auto nic = std::ranges::find(host.interfaces, pif.device, &NetInterface::name);
    if (pif.host == host.pool->this_host && nic != host.interfaces.end() &&
        std::ranges::count(nic->path, address) != 0 && std::ranges::count(devices, pif.device) == 0)
      devices.push_back(pif.device);
  }
  return devices;
}

bool has_record(const Pool& pool, const PciAddress& address) {
  return std::ranges::any_of(pool.pcis, [&](const auto& one) {
    return one.second.host == pool.this_host && one.second.address == address.text();
  });
}

/// xapi reads its hardware when it starts, and at no other time (xapi dbsync_slave.ml).
void add_stale_records(const Snapshot& host, const std::vector<PciAddress>& taken,
                       std::vector<std::string>& notices) {
  if (!host.pool) return;
  std::vector<PciAddress> recorded;
  for (const auto& address : taken) {
    if (has_record(*host.pool, address)) recorded.push_back(address);
    for (const auto& device : pifs_of(host, address))
      notices.push_back(fmt::format(
          "xapi keeps a PIF of {}, which is gone with {}. Forget it: xe pif-forget uuid=$(xe "
          "pif-list device={} host-uuid={} --minimal).",
          device, address.text(), device, host.host.uuid));
  }
  if (!recorded.empty())
    notices.push_back(
        fmt::format("xapi's records of {} (PCI, and PGPU of a display) name dom0's driver until "
                    "its toolstack restarts: xe-toolstack-restart. Until the host reboots, xapi "
                    "and Xen Orchestra also say disable_on_reboot.",
                    texts(recorded)));
}

}  // namespace

void add_takes(Decision& decision) {
  const auto& host = decision.before;
  const auto devices = host.to_take();
  for (const auto& address : devices)
    decision.plan.takes.push_back(step_for(*host.snapshot().live_use, *host.find(address)));
  add_stale_records(host.snapshot(), devices, decision.notices);
  if (!devices.empty())
    decision.notices.push_back(fmt::format(
        "To give {} back to dom0, unhide and reboot: nothing gives a device back to a running "
        "dom0.",
        devices.size() == 1 ? "it" : "them"));
}

}  // namespace pci_passthrough
