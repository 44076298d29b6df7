#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

Snapshot prefers_elsewhere(Snapshot host) {
  host = with_second_host(std::move(host));
  host.pool->vms.at("ref-nas").affinity = "host-2";
  return host;
}

Snapshot elsewhere(Snapshot host) {
  host = prefers_elsewhere(std::move(host));
  host.pool->vms.at("ref-nas").power_state = "Running";
  host.pool->vms.at("ref-nas").resident_on = "host-2";
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

Snapshot without_nic(Snapshot host) {
  std::erase_if(host.interfaces, [](const auto& one) { return one.name == "eth2"; });
  return host;
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

/// Over xenbr0 to everywhere, over xapi2 (eth1.50) to 192.168.50.0/24.
Snapshot with_server(Snapshot host, const char* server, const char* key = "server") {
  return with_pbd(std::move(host), key, server);
}

/// The console and everything that dom0's drivers have made.
std::vector<Case> host_cases() {
  return {
      of_vm("console-vga-assigned", [](Snapshot h) { return wants(h, "0/0000:03:00.0"); }, found,
            "0000:03:00.0", {"is the display", "Starting the VM 'nas' takes it from dom0 at once"}),
      of_vm("console-vga-assigned",
            [](Snapshot h) {
              function_of(h, "3b:00.0").boot_vga.reset();
              function_of(h, "3b:00.0").driver = "nvidia";
              return wants(h, "0/0000:3b:00.0");
            },
            unknown, "0000:3b:00.0", {"Unknown whether the host boots on"}),
      silent_of_vm("console-vga-assigned",
                   [](Snapshot h) {
                     function_of(h, "03:00.0").driver = "pciback";
                     return wants(h, "0/0000:03:00.0");
                   }),
      silent_of_vm("console-vga-assigned", [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
      silent_of_vm("console-vga-assigned",
                   [](Snapshot h) { return elsewhere(wants(h, "0/0000:03:00.0")); }),

      of_vm("usb-input-assigned", [](Snapshot h) { return wants(h, "0/0000:00:14.0"); }, found,
            "0000:00:14.0", {"input device 'HID 0557:2419'", "Starting the VM 'nas'"}),
      of_vm("usb-input-assigned",
            [](Snapshot h) {
              h.inputs.clear();
              h.unreadable["/sys/class/input"] = "Permission denied";
              return wants(h, "0/0000:00:14.0");
            },
            unknown, "0000:00:14.0",
            {"a keyboard or mouse: cannot read /sys/class/input (Permission denied)."}),
      advising(
          of_vm("usb-input-assigned",
                [](Snapshot h) { return prefers_elsewhere(wants(h, "0/0000:00:14.0")); }, found,
                "0000:00:14.0", {"Starting the VM 'nas' here, though it prefers another host"}),
          Severity::info, "reach the host without it"),
      silent_of_vm("usb-input-assigned", [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),

      of_vm("critical-class-assigned", [](Snapshot h) { return wants(h, "0/0000:00:1f.4"); }, found,
            "0000:00:1f.4", {"is an SMBus controller. The VM 'nas' wants it"}),
      of_vm("critical-class-assigned", [](Snapshot h) { return wants(h, "0/0000:5d:02.0"); }, found,
            "0000:5d:02.0", {"is a bridge. The VM 'nas' wants it"}),
      of_vm("critical-class-assigned",
            [](Snapshot h) {
              function_of(h, "18:00.0").class_code.reset();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"what kind of device"}),
      silent_of_vm("critical-class-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),

      {"dom0-driver-busy",
       bios,
       [](Snapshot h) { return hiding(h, "(0000:01:00.0)"); },
       found,
       "0000:01:00.0",
       {"carries the watchdog watchdog0. Once"}},
      {"dom0-driver-busy",
       bios,
       [](Snapshot h) { return hiding(h, "(0000:04:00.0)"); },
       found,
       "0000:04:00.0",
       {"the Fibre Channel port rport-0:0-0"}},
      {"dom0-driver-busy",
       bios,
       [](Snapshot h) {
         h.unreadable["/sys/class/ipmi"] = "Permission denied";
         return hiding(h, "(0000:04:00.1)");
       },
       unknown,
       "0000:04:00.1",
       {"carries the IPMI interface: cannot read /sys/class/ipmi (Permission denied)."}},
      silent("dom0-driver-busy", bios, [](Snapshot h) { return hiding(h, "(0000:04:00.1)"); }),
      of_vm("dom0-driver-busy-assigned",
            [](Snapshot h) {
              h.driver_devices.push_back({"infiniband", "mlx5_0", {at("18:00.0")}});
              return wants(h, "0/0000:18:00.0");
            },
            found, "0000:18:00.0", {"the InfiniBand device mlx5_0", "Starting the VM 'nas'"}),
      silent_of_vm("dom0-driver-busy-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
  };
}

std::vector<Case> assigned_cases() {
  return {
      advising(of_vm("boot-controller-assigned",
                     [](Snapshot h) { return wants(h, "0/0000:88:00.0"); }, found, "0000:88:00.0",
                     {"carries dom0's /", "Starting the VM 'nas' takes it from dom0 at once"}),
               Severity::block, "unassign vm=uuid-nas devices=0000:88:00.0."),
      of_vm("boot-controller-assigned",
            [](Snapshot h) {
              h.mounts.clear();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"Unknown whether 0000:18:00.0", "Starting the VM 'nas'"}),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0, 0/0000:88:00.0"); }),
      advising(
          of_vm("boot-controller-assigned",
                [](Snapshot h) { return prefers_elsewhere(wants(h, "0/0000:88:00.0")); }, found,
                "0000:88:00.0",
                {"carries dom0's /",
                 "Starting the VM 'nas' here, though it prefers another host, takes it from dom0"}),
          Severity::error, "Take 0000:88:00.0 from the VM 'nas' on the host that it prefers"),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) { return elsewhere(wants(h, "0/0000:88:00.0")); }),
      silent_of_vm("boot-controller-assigned",
                   [](Snapshot h) {
                     return with_vm(h, "nas", "0/0000:88:00.0",
                                    [](VmRecord& vm) { vm.is_template = true; });
                   }),

      of_vm("mgmt-nic-assigned", [](Snapshot h) { return wants(h, "0/0000:5e:00.1"); }, found,
            "0000:5e:00.1", {"management interface xapi0", "Starting the VM 'nas'"}),
      silent_of_vm("mgmt-nic-assigned", [](Snapshot h) { return wants(h, "0/0000:01:00.0"); }),
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(managed_by_pifs(h), "(0000:5e:00.1)"); },
       found,
       "0000:5e:00.1",
       {"carries the management interface bond0. Once"}},
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
      {"storage-nic-hidden",
       nas,
       [](Snapshot h) {
         return hiding(without_nic(storage_on_vlan(h)), "(0000:01:00.0)(0000:18:00.0)");
       },
       unknown,
       "0000:01:00.0",
       {"Unknown whether 0000:01:00.0", "carries eth2, over which"}},
      {"storage-nic-hidden",
       nas,
       [](Snapshot h) {
         h = storage_on_vlan(h);
         h.pool->pifs.at("vlan").below.clear();
         return hiding(h, "(0000:01:00.0)");
       },
       unknown,
       "0000:01:00.0",
       {"Unknown whether 0000:01:00.0", "carries eth2"}},
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(without_nic(storage_on_vlan(h)), "(0000:18:00.0)"); }),
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) {
         h = managed_by_pifs(h);
         std::erase_if(h.interfaces, [](const auto& one) { return one.name == "eth1"; });
         return hiding(h, "(0000:01:00.0)");
       },
       unknown,
       "0000:01:00.0",
       {"Unknown whether 0000:01:00.0", "carries the management interface"}},
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(timed_out(h, "PIF"), "(0000:18:00.0)"); }),
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(storage_on_vlan(h), "(0000:89:00.0)"); }),
      silent("storage-nic-hidden", nas,
             [](Snapshot h) { return hiding(storage_on_vlan(h, false), "(0000:01:00.0)"); }),
      of_vm("storage-nic-assigned",
            [](Snapshot h) { return storage_on_vlan(wants(h, "0/0000:01:00.0")); }, found,
            "0000:01:00.0", {"eth2", "Starting the VM 'nas'"}),
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
      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) {
         h = with_server(h, "192.168.50.9");
         h.pool->pbds["pbd"].attached = false;
         return hiding(h, "(0000:03:00.1)");
       },
       found,
       "0000:03:00.1",
       {"192.168.50.9 of the SR 'scratch' (", "unplugged now; xapi plugs it again"}},
      {"storage-nic-hidden",
       fc_host,
       [](Snapshot h) {
         h.unreadable["xapi"] = "xapi does not run here";
         return hiding(h, "(0000:03:00.1)");
       },
       unknown,
       "0000:03:00.1",
       {"storage or its cluster over 0000:03:00.1", "xapi does not run here."}},
      silent("storage-nic-hidden", fc_host,
             [](Snapshot h) {
               h.named_directories["/var/opt/isos"] = "/var/opt/isos";
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
            found, "0000:01:00.0", {"192.0.2.1 of the SR", "Starting the VM 'nas'"}),
      silent_of_vm("storage-nic-assigned",
                   [](Snapshot h) {
                     h.routes = {{"eth2", 0, 0, 0}};
                     return with_server(wants(h, "0/0000:01:00.0"), "127.0.0.1");
                   }),

  };
}

}  // namespace

std::vector<Case> vm_dom0_cases() {
  auto cases = assigned_cases();
  std::ranges::copy(host_cases(), std::back_inserter(cases));
  return cases;
}

}  // namespace pci_passthrough
