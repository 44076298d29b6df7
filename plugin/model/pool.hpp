#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/model/host_reply.hpp"

namespace pci_passthrough {

/// xapi's records, as far as we ask for them (plugin/model/README.md, "xapi's records"). A `ref` is
/// opaque, the key of its map; "" is OpaqueRef:NULL or a field that this xapi does not have, an
/// absent value unknown.
struct HostRecord {
  std::string uuid, name, xapi_build;  ///< xapi_build "25.33.1", of software_version
  std::optional<bool> enabled, live;
  std::optional<bool> iommu;         ///< chipset_info:iommu
  std::string address{};             ///< by which the pool reaches it: "10.0.0.5"; "" unknown
  std::optional<HostReply> reply{};  ///< of its plugin; absent: it was not asked
};

/// Takes what the plugin of a host of the pool answered; `ref` is the host's.
using TakeReply = std::function<void(const std::string& ref, HostReply)>;
/// Hands all of them over, one by one, in the order of the hosts' names.
using EachReply = std::function<void(const TakeReply&)>;

struct VmRecord {
  std::string uuid, name, power_state;  ///< "Running", "Halted", "Paused", "Suspended"
  bool is_template = false, is_snapshot = false, is_control_domain = false;
  std::string resident_on;          ///< a host's ref
  std::string affinity;             ///< the same: a preference, no pin
  std::optional<std::string> pci;   ///< other_config:pci as it stands; absent: there is no key
  bool auto_poweron = false;        ///< other_config:auto_poweron
  std::string ha_restart_priority;  ///< "restart", "best-effort", ""
  std::string domain_type;          ///< "hvm", "pv", "pvh", "pv_in_pvh"; "" unknown
  std::optional<std::uint64_t> memory_dynamic_min, memory_dynamic_max;
  std::vector<std::string> attached_pcis;                      ///< refs of PCI records
  std::optional<std::vector<std::string>> current_operations;  ///< "call_plugin", "start"
  std::vector<std::string> blocked_operations;
  std::optional<std::uint64_t> mmio_hole_size{};  ///< platform:mmio_hole_size, bytes
  /// Refs: where its disks lie, of the SRs behind a function of this host alone (model/sr_vms.hpp).
  std::vector<std::string> srs{};
};

struct PciRecord {
  std::string address, host;                         ///< "0000:06:00.0"; a host's ref
  std::string vendor_name, device_name, class_name;  ///< "" unknown
};

struct PifRecord {
  std::string device, host;  ///< "eth0"; a host's ref
  std::optional<bool> management = false, physical = false, attached = false,
                      disallow_unplug = false;
  std::optional<std::string> ip_configuration_mode = "";  ///< "None", "DHCP", "Static"
  /// Refs of the PIFs that it stands on: a bond's slaves, a VLAN's tagged, a tunnel's transport, an
  /// SR-IOV network's physical PIF.
  std::vector<std::string> below;
  /// "None", "DHCP", "Static", "Autoconf"; "" where this xapi has no such field
  std::optional<std::string> ipv6_configuration_mode = "";
  bool below_is_told = true;      ///< false: a field that names what it stands on cannot be read
  bool shares_functions = false;  ///< xapi hands out its virtual functions (network_sriov)
};

struct PbdRecord {
  std::string host, sr;                  ///< refs
  std::optional<bool> attached = false;  ///< currently_attached
  /// Its words: "device" (/dev/disk/by-id/... or a comma list of such), "SCSIid" (of HBA and
  /// iSCSI), "server" and "target" (a comma list), "location" ("10.0.0.5:/isos").
  std::map<std::string, std::string> device_config;
  bool config_is_told = true;  ///< false: device_config, or a word of it, cannot be read
};

struct SrRecord {
  std::string uuid, name, type;  ///< "lvm", "ext", "nfs", "lvmoiscsi"; type "" unknown
  bool shared = false;
  bool is_tools = false;  ///< the platform's own library of tools
  /// Of a type whose VDIs are LUNs (hba): VDI.sm_config:SCSIid of each; "" where a VDI has none.
  std::vector<std::string> lun_ids{};
};

/// The pool as xapi tells it.
struct Pool {
  std::string uuid, name, coordinator;  ///< coordinator: a host's ref
  std::string this_host;                ///< by INSTALLATION_UUID; "" where xapi knows no such host
  std::optional<bool> ha_enabled;
  std::optional<bool> auto_poweron;  ///< other_config:auto_poweron; without it no VM's counts
  std::map<std::string, HostRecord> hosts;
  std::map<std::string, VmRecord> vms;
  std::map<std::string, PciRecord> pcis;
  std::map<std::string, PifRecord> pifs;
  std::map<std::string, PbdRecord> pbds;
  std::map<std::string, SrRecord> srs;
  std::map<std::string, std::string>
      unreadable;  ///< a class of records, and why: "VM", "timed out"
};

}  // namespace pci_passthrough
