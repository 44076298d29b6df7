#pragma once

#include "tests/checks/case.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {

/// What a check says of the VM 'nas' on the recorded XCP-ng 8.3.
inline Case of_vm(std::string code, Snapshot (*changed)(Snapshot), FindingState state,
                  std::string device, std::vector<std::string> words) {
  return {std::move(code),   "xcp-ng-8.3",     changed, state,
          std::move(device), std::move(words), false,   "uuid-nas"};
}

/// The same, as grave as that and with this in its remedy.
inline Case advising(Case one, Severity severity, std::string remedy) {
  one.severity = severity;
  one.remedy = std::move(remedy);
  return one;
}

inline Case silent_of_vm(std::string code, Snapshot (*changed)(Snapshot)) {
  return silent(std::move(code), "xcp-ng-8.3", changed);
}

/// The VM 'nas' has this entry.
inline Snapshot wants(Snapshot host, const char* pci, void (*change)(VmRecord&) = nullptr) {
  return with_vm(std::move(host), "nas", pci, change);
}

inline constexpr char sr_uuid[] = "5d1b3c8a-0000-4000-8000-000000000001";
/// This host has a PBD of the SR 'scratch', on one device.
inline Snapshot with_sr(Snapshot host, const char* device, bool attached = true) {
  if (!host.pool) host = with_pool(std::move(host));
  host.pool->srs["sr"] = {sr_uuid, "scratch", "lvm", false};
  host.pool->pbds["pbd"] = {"host-1", "sr", attached, {{"device", device}}};
  return host;
}

inline Snapshot clone_wants(Snapshot host, const char* pci, void (*change)(VmRecord&) = nullptr) {
  return with_vm(std::move(host), "clone", pci, change);
}
inline void restarts(VmRecord& vm) { vm.ha_restart_priority = "restart"; }

inline constexpr char fc_host[] = "xcp-ng-8.2-bios";
/// A PBD with one word; its SR is another one than those that the volumes of the host tell of.
inline Snapshot with_pbd(Snapshot host, const char* key, const char* value) {
  static const std::map<std::string, std::string> types = {
      {"SCSIid", "lvmohba"}, {"server", "nfs"}, {"target", "lvmoiscsi"}, {"location", "iso"}};
  host = with_sr(std::move(host), "");
  host.pool->srs["sr"].type = types.at(key);
  host.pool->srs["sr"].shared = true;
  host.pool->pbds["pbd"].device_config = {{key, value}};
  return host;
}

inline Snapshot timed_out(Snapshot host, const char* records) {
  host = with_pool(std::move(host));
  host.pool->unreadable[records] = "xapi timed out";
  return host;
}

}  // namespace pci_passthrough
