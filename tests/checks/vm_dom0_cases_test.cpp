#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr auto found = FindingState::found, unknown = FindingState::unknown;
constexpr char nas[] = "xcp-ng-8.3", hp[] = "xcp-ng-8.2-bios",
               sr_uuid[] = "5d1b3c8a-0000-4000-8000-000000000001";

Snapshot wants(Snapshot host, const char* pci) { return with_vm(std::move(host), "nas", pci); }

Snapshot elsewhere(Snapshot host) {
  host = with_second_host(std::move(host));
  host.pool->vms.at("ref-nas").affinity = "host-2";
  return host;
}

Snapshot with_pif(Snapshot host, const char* ref, PifRecord pif) {
  if (!host.pool) host = with_pool(std::move(host));
  pif.host = "host-1";
  host.pool->pifs[ref] = std::move(pif);
  return host;
}

/// eth2 carries a VLAN with an address of its own.
Snapshot storage_on_vlan(Snapshot host, bool attached = true) {
  PifRecord nic, vlan;
  nic.device = vlan.device = "eth2";
  nic.physical = true;
  vlan.attached = attached;
  vlan.ip_configuration_mode = "Static";
  vlan.below = {"eth2"};
  return with_pif(with_pif(std::move(host), "eth2", nic), "vlan", vlan);
}

/// xapi says what the inventory does not: bond0 of eth0 and eth1 is the management interface.
Snapshot managed_by_pifs(Snapshot host) {
  host.management_interface.reset();
  for (const char* name : {"eth0", "eth1"}) {
    PifRecord nic;
    nic.device = name;
    nic.physical = true;
    host = with_pif(std::move(host), name, nic);
  }
  PifRecord bond;
  bond.device = "bond0";
  bond.management = true;
  bond.below = {"eth0", "eth1"};
  return with_pif(std::move(host), "bond0", bond);
}

Snapshot with_sr(Snapshot host, const char* device, bool attached = true) {
  if (!host.pool) host = with_pool(std::move(host));
  host.pool->srs["sr"] = {sr_uuid, "scratch", "lvm", false};
  host.pool->pbds["pbd"] = {"host-1", "sr", attached, {{"device", device}}};
  return host;
}

constexpr char by_id[] = "/dev/disk/by-id/scsi-3600605b0-part3";
/// What udev's links say of what the PBD names.
Snapshot with_names(Snapshot host, const char* word, std::vector<std::string> leads_to) {
  host.named_blocks[word] = std::move(leads_to);
  return host;
}

/// Where no active volume tells of an SR on the FC adapters, only its PBD does.
Snapshot without_volumes(Snapshot host) {
  std::erase_if(host.blocks, [](const auto& block) { return block.name == "dm-1"; });
  return host;
}

constexpr char fc_host[] = "xcp-ng-8.2-bios", scsi_id[] = "3600a0b80005ad1d7000009a44f8c2e31";
/// A PBD with one word; its SR is another one than those that the volumes of the host tell of.
Snapshot with_pbd(Snapshot host, const char* key, const char* value) {
  host = with_sr(std::move(host), "");
  host.pool->srs["sr"].shared = true;
  host.pool->pbds["pbd"].device_config = {{key, value}};
  return host;
}

/// Over xenbr0 to everywhere, over xapi2 (eth1.50) to 192.168.50.0/24.
Snapshot with_server(Snapshot host, const char* server, const char* key = "server") {
  return with_pbd(std::move(host), key, server);
}

Snapshot timed_out(Snapshot host, const char* records) {
  host = with_pool(std::move(host));
  host.pool->unreadable[records] = "xapi timed out";
  return host;
}

/// The console and everything that dom0's drivers have made.
std::vector<Case> host_cases() {
  return {
      of_vm("console-vga-assigned", [](Snapshot h) { return wants(h, "0/0000:03:00.0"); }, found,
            "0000:03:00.0", {"is the display", "starting the VM 'nas' takes it from dom0 at once"}),
      of_vm("console-vga-assigned",
            [](Snapshot h) {
              function_of(h, "3b:00.0").boot_vga.reset();
              function_of(h, "3b:00.0").driver = "nvidia";
              return wants(h, "0/0000:3b:00.0");
            },
            unknown, "0000:3b:00.0", {"cannot be told whether the host boots on"}),
      silent_of_vm("console-vga-assigned",
                   [](Snapshot h) {
                     function_of(h, "03:00.0").driver = "pciback";
                     return wants(h, "0/0000:03:00.0");
                   }),
      silent_of_vm("console-vga-assigned", [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
      silent_of_vm("console-vga-assigned",
                   [](Snapshot h) { return elsewhere(wants(h, "0/0000:03:00.0")); }),

      of_vm("usb-input-assigned", [](Snapshot h) { return wants(h, "0/0000:00:14.0"); }, found,
            "0000:00:14.0", {"HID 0557:2419 hangs on", "starting the VM 'nas'"}),
      of_vm("usb-input-assigned",
            [](Snapshot h) {
              h.inputs.clear();
              h.unreadable["/sys/class/input"] = "Permission denied";
              return wants(h, "0/0000:00:14.0");
            },
            unknown, "0000:00:14.0", {"cannot be told whether a keyboard"}),
      silent_of_vm("usb-input-assigned", [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),

      of_vm("critical-class-assigned", [](Snapshot h) { return wants(h, "0/0000:00:1f.4"); }, found,
            "0000:00:1f.4", {"is an SMBus controller, and the VM 'nas' wants it"}),
      of_vm("critical-class-assigned", [](Snapshot h) { return wants(h, "0/0000:5d:02.0"); }, found,
            "0000:5d:02.0", {"is a bridge, and the VM 'nas' wants it"}),
      of_vm("critical-class-assigned",
            [](Snapshot h) {
              function_of(h, "18:00.0").class_code.reset();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"what kind of device"}),
      silent_of_vm("critical-class-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),

      {"dom0-driver-busy",
       hp,
       [](Snapshot h) { return hiding(h, "(0000:01:00.0)"); },
       found,
       "0000:01:00.0",
       {"dom0 has the watchdog watchdog0 on"}},
      {"dom0-driver-busy",
       hp,
       [](Snapshot h) { return hiding(h, "(0000:04:00.0)"); },
       found,
       "0000:04:00.0",
       {"the Fibre Channel port rport-0:0-0"}},
      {"dom0-driver-busy",
       hp,
       [](Snapshot h) {
         h.unreadable["/sys/class/ipmi"] = "Permission denied";
         return hiding(h, "(0000:04:00.1)");
       },
       unknown,
       "0000:04:00.1",
       {"cannot be told whether dom0 has the IPMI interface"}},
      silent("dom0-driver-busy", hp, [](Snapshot h) { return hiding(h, "(0000:04:00.1)"); }),
      of_vm("dom0-driver-busy-assigned",
            [](Snapshot h) {
              h.driver_devices.push_back({"infiniband", "mlx5_0", {at("18:00.0")}});
              return wants(h, "0/0000:18:00.0");
            },
            found, "0000:18:00.0", {"the InfiniBand device mlx5_0", "starting the VM 'nas'"}),
      silent_of_vm("dom0-driver-busy-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
  };
}

/// The volume of 'db', and where it lies.
Snapshot with_disk_of_db(Snapshot host, const char* sr = "sr") {
  host = with_names(with_sr(std::move(host), "/dev/sdc"), "/dev/sdc", {"/dev/sdc"});
  host = with_vm(std::move(host), "db", std::nullopt);
  host.pool->vms.at("ref-db").srs = {sr};
  return host;
}

Snapshot db_elsewhere(Snapshot host) {
  host = with_second_host(std::move(host));
  host.pool->vms.at("ref-db").affinity = "host-2";
  return host;
}

Snapshot with_unread_disks(Snapshot host) {
  host.pool->unreadable["VDI"] = "xapi timed out";
  return host;
}

std::vector<Case> disk_cases() {
  return {
      {"sr-vdi-of-other-vms",
       nas,
       [](Snapshot h) { return hiding(with_disk_of_db(h), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"disks of 'db' lie behind 0000:18:00.0"}},
      {"sr-vdi-of-other-vms",
       nas,
       [](Snapshot h) { return hiding(with_unread_disks(with_disk_of_db(h)), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"cannot be told which VMs have disks behind 0000:18:00.0"}},
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) { return hiding(with_disk_of_db(h, "other"), "(0000:18:00.0)"); }),
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) { return hiding(db_elsewhere(with_disk_of_db(h)), "(0000:18:00.0)"); }),
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) {
               return hiding(with_unread_disks(with_disk_of_db(h)), "(0000:89:00.0)");
             }),
      of_vm("sr-vdi-of-other-vms-assigned",
            [](Snapshot h) { return with_disk_of_db(wants(h, "0/0000:18:00.0")); }, found,
            "0000:18:00.0", {"disks of 'db'", "starting the VM 'nas'"}),
      silent_of_vm("sr-vdi-of-other-vms-assigned",
                   [](Snapshot h) { return with_disk_of_db(wants(h, "0/0000:89:00.0")); }),
  };
}

std::vector<Case> assigned_cases() {
  return {
      of_vm("boot-controller-assigned", [](Snapshot h) { return wants(h, "0/0000:88:00.0"); },
            found, "0000:88:00.0",
            {"carries dom0's /", "starting the VM 'nas' takes it from dom0 at once"}),
      of_vm("boot-controller-assigned",
            [](Snapshot h) {
              h.mounts.clear();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"cannot be told", "starting the VM 'nas'"}),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0, 0/0000:88:00.0"); }),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) { return elsewhere(wants(h, "0/0000:88:00.0")); }),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) {
                     return with_vm(h, "nas", "0/0000:88:00.0",
                                    [](VmRecord& vm) { vm.is_template = true; });
                   }),

      of_vm("mgmt-nic-assigned", [](Snapshot h) { return wants(h, "0/0000:5e:00.1"); }, found,
            "0000:5e:00.1", {"management interface xapi0", "starting the VM 'nas'"}),
      silent_of_vm("mgmt-nic-assigned", [](Snapshot h) { return wants(h, "0/0000:01:00.0"); }),
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(managed_by_pifs(h), "(0000:5e:00.1)"); },
       found,
       "0000:5e:00.1",
       {"carries the management interface bond0: hidden"}},
      silent("mgmt-nic-hidden", nas,
             [](Snapshot h) { return hiding(managed_by_pifs(h), "(0000:01:00.0)"); }),

      {"storage-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(storage_on_vlan(h), "(0000:01:00.0)"); },
       found,
       "0000:01:00.0",
       {"carries eth2, over which"}},
      {"storage-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(timed_out(h, "PIF"), "(0000:01:00.0)(0000:18:00.0)"); },
       unknown,
       "0000:01:00.0",
       {"over 0000:01:00.0", "xapi timed out"}},
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(timed_out(h, "PIF"), "(0000:18:00.0)"); }),
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(storage_on_vlan(h), "(0000:89:00.0)"); }),
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(storage_on_vlan(h, false), "(0000:01:00.0)"); }),
      of_vm("storage-nic-assigned",
            [](Snapshot h) { return storage_on_vlan(wants(h, "0/0000:01:00.0")); }, found,
            "0000:01:00.0", {"eth2", "starting the VM 'nas'"}),
      silent_of_vm("storage-nic-assigned",
                   [](Snapshot h) { return storage_on_vlan(wants(h, "0/0000:89:00.0")); }),

      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) { return hiding(with_server(h, "192.168.50.9"), "(0000:03:00.1)"); },
       found,
       "0000:03:00.1",
       {"carries xapi2, over which this host reaches 192.168.50.9 of the SR", sr_uuid,
        "'scratch'"}},
      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) {
         return hiding(with_server(h, "192.0.2.1,192.168.50.9", "target"), "(0000:03:00.1)");
       },
       found,
       "0000:03:00.1",
       {"192.168.50.9 of the SR"}},
      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) {
         return hiding(with_server(h, "//10.10.10.7/isos", "location"), "(0000:03:00.0)");
       },
       found,
       "0000:03:00.0",
       {"carries xenbr0, over which this host reaches 10.10.10.7 of the SR"}},
      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) { return hiding(with_server(h, "nas.example"), "(0000:03:00.0)"); },
       unknown,
       "0000:03:00.0",
       {"nas.example is no IPv4 address"}},
      silent("storage-nic-hidden", fc_host,
             [](Snapshot h) { return hiding(with_server(h, "192.168.51.9"), "(0000:03:00.1)"); }),
      silent("storage-nic-hidden", fc_host,
             [](Snapshot h) {
               h = with_server(h, "192.168.50.9");
               h.pool->pbds["pbd"].attached = false;
               return hiding(h, "(0000:03:00.1)");
             }),
      silent("storage-nic-hidden", fc_host,
             [](Snapshot h) {
               return hiding(with_server(h, "/var/opt/isos", "location"), "(0000:03:00.1)");
             }),
      silent("storage-nic-hidden", nas,
             [](Snapshot h) {
               h.routes = {{"xapi0", 0, 0, 0}};
               return hiding(with_server(h, "nas.example"), "(0000:01:00.0)");
             }),
      of_vm("storage-nic-assigned",
            [](Snapshot h) {
              h.routes = {{"eth2", 0, 0, 0}};
              return with_server(wants(h, "0/0000:01:00.0"), "192.0.2.1");
            },
            found, "0000:01:00.0", {"192.0.2.1 of the SR", "starting the VM 'nas'"}),
      silent_of_vm("storage-nic-assigned",
                   [](Snapshot h) {
                     h.routes = {{"eth2", 0, 0, 0}};
                     return with_server(wants(h, "0/0000:01:00.0"), "127.0.0.1");
                   }),

      of_vm("sr-controller-assigned", [](Snapshot h) { return wants(h, "0/0000:5f:00.0"); }, found,
            "0000:5f:00.0", {"SR c41f7e0a", "starting the VM 'nas'"}),
      of_vm("sr-controller-assigned",
            [](Snapshot h) { return with_sr(wants(h, "0/0000:18:00.0"), "/dev/disk/by-id/wwn-1"); },
            unknown, "0000:18:00.0", {"which controller carries the disks of the SR", "'scratch'"}),
      silent_of_vm("sr-controller-assigned",
                   [](Snapshot h) {
                     return with_names(with_sr(wants(h, "0/0000:18:00.0"), by_id), by_id,
                                       {"/dev/sda"});
                   }),
      of_vm("sr-controller-assigned",
            [](Snapshot h) {
              return with_names(with_sr(wants(h, "0/0000:18:00.0"), by_id), by_id, {"/dev/sdc"});
            },
            found, "0000:18:00.0", {sr_uuid, "'scratch': starting the VM 'nas'"}),
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) {
         h = with_sr(with_names(h, "/dev/sda", {"/dev/sda"}), "/dev/sda,/dev/disk/by-path/p");
         return hiding(with_names(h, "/dev/disk/by-path/p", {"/dev/sdc"}), "(0000:18:00.0)");
       },
       found,
       "0000:18:00.0",
       {sr_uuid, "'scratch': hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) { return hiding(with_pbd(h, "SCSIid", scsi_id), "(0000:04:00.1)"); },
       found,
       "0000:04:00.1",
       {sr_uuid, "'scratch': hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) {
         h = with_names(with_pbd(h, "SCSIid", "360000"), "360000", {"/dev/sdb"});
         return hiding(h, "(0000:04:00.0)");
       },
       found,
       "0000:04:00.0",
       {sr_uuid, "'scratch': hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) {
         return hiding(with_pbd(without_volumes(h), "SCSIid", "360000"), "(0000:04:00.0)");
       },
       unknown,
       "0000:04:00.0",
       {"which controller carries the disks of the SR", "'scratch'"}},
      silent("sr-controller-hidden", fc_host,
             [](Snapshot h) {
               h = with_pbd(without_volumes(h), "SCSIid", "360000");
               return hiding(with_names(h, "360000", {"/dev/sda3"}), "(0000:04:00.0)");
             }),
      silent("sr-controller-hidden", fc_host,
             [](Snapshot h) {
               h = with_pbd(without_volumes(h), "SCSIid", "360000");
               h.pool->pbds["pbd"].device_config["target"] = "192.168.50.9";
               return hiding(h, "(0000:04:00.0)");
             }),
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(timed_out(h, "PBD"), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"of an SR: xapi timed out"}},
      silent("sr-controller-hidden", nas,
             [](Snapshot h) { return hiding(timed_out(h, "PBD"), "(0000:89:00.0)"); }),
      silent("sr-controller-hidden", nas,
             [](Snapshot h) {
               h = with_names(with_sr(h, "/dev/sdc", false), "/dev/sdc", {"/dev/sdc"});
               return hiding(h, "(0000:18:00.0)");
             }),

      of_vm("dom0-holds-disks-of-assigned", [](Snapshot h) { return wants(h, "0/0000:5f:00.0"); },
            found, "0000:5f:00.0", {"mount /run/sr-mount/c41f7e0a"}),
      silent_of_vm("dom0-holds-disks-of-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
  };
}

}  // namespace

std::vector<Case> vm_dom0_cases() {
  auto cases = assigned_cases();
  for (const auto& more : {host_cases(), disk_cases()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace pci_passthrough
