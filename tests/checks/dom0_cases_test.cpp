#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

template <typename... Names>
void onto(Snapshot& host, const std::vector<PciAddress>& path, bool usb, Names... names) {
  for (auto& block : host.blocks)
    if (((block.name == names) || ...)) block.path = path, block.usb = usb;
}

Snapshot without_mounts(Snapshot host) {
  host.mounts.clear();
  return host;
}

Snapshot booted_from_usb(Snapshot host) {
  onto(host, all_at({"00:14.0"}), true, "sda", "sdb");
  return host;
}

Snapshot booted_from_iscsi(Snapshot host) {
  onto(host, {}, false, "sda", "sdb");
  return host;
}

/// Over eth3, a port of the I350.
Snapshot booted_from_nfs(Snapshot host) {
  host.routes = {{"eth3", 0, 0, 0}};
  for (auto& mount : host.mounts)
    if (mount.target == "/")
      mount.type = "nfs4", mount.source = "10.0.0.5:/root", mount.number = "";
  return host;
}

Snapshot without_class(Snapshot host, std::string_view address) {
  function_of(host, address).class_code.reset();
  function_of(host, address).header_type.reset();
  return host;
}

Snapshot without_bond(Snapshot host) {
  std::erase_if(host.interfaces, [](const auto& one) { return one.name == "bond0"; });
  return host;
}

Snapshot without_inventory(Snapshot host) {
  host.management_interface.reset();
  return host;
}

}  // namespace

std::vector<Case> dom0_cases() {
  return {
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:88:00.0)"); },
       found,
       "0000:88:00.0",
       {"0000:88:00.0 (88SE9230", "dom0's / (md127p1 on sda, sdb)", "/boot/efi",
        "swap on /dev/md127p6"}},
      {"boot-controller-hidden",
       "xenserver-6.2",
       [](Snapshot h) { return hiding(h, "(0000:00:1f.2)"); },
       found,
       "0000:00:1f.2",
       {"/ (sda1 on sda)", "swap on /var/swap"}},
      {"boot-controller-hidden",
       "xenserver-9",
       [](Snapshot h) { return hiding(h, "(0000:00:0e.0)"); },
       found,
       "0000:00:0e.0",
       {"/ (nvme0n1p1 on nvme0n1)"}},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:85:00.0)"); },
       found,
       "0000:88:00.0",
       {"Once it is hidden, the host no longer boots."},
       false,
       "",
       Severity::block,
       "Give 0000:88:00.0 back to dom0: unhide devices=0000:85:00.0."},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(without_mounts(h), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"Unknown whether 0000:18:00.0 (SAS3008", "carries dom0's /: cannot trace its disks"}},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(booted_from_iscsi(h), "(0000:89:00.0)"); },
       unknown,
       "0000:89:00.0",
       {"Unknown whether 0000:89:00.0 (I350", "dom0's /"}},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(booted_from_nfs(h), "(0000:89:00.0)"); },
       found,
       "0000:89:00.0",
       {"carries dom0's / (10.0.0.5:/root over eth3)"}},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(without_class(without_mounts(h), "3b:00.1"), "(3b:00.1)"); },
       unknown,
       "0000:3b:00.1",
       {"0000:3b:00.1"}},
      silent("boot-controller-hidden", nas,
             [](Snapshot h) { return hiding(h, "(0000:18:00.0)(0000:5f:00.0)"); }),
      silent("boot-controller-hidden", nas,
             [](Snapshot h) { return hiding(without_mounts(h), "(0000:3b:00.0)(0000:8b:00.0)"); }),

      {"usb-boot-controller",
       nas,
       [](Snapshot h) { return hiding(booted_from_usb(h), "(0000:00:14.0)"); },
       found,
       "0000:00:14.0",
       {"dom0's / (md127p1 on sda, sdb)"}},
      {"usb-boot-controller",
       nas,
       [](Snapshot h) { return hiding(without_mounts(h), "(0000:8b:00.0)"); },
       unknown,
       "0000:8b:00.0",
       {"Unknown whether 0000:8b:00.0 (uPD720201"}},
      silent("usb-boot-controller", nas, [](Snapshot h) { return hiding(h, "(0000:8b:00.0)"); }),
      silent("usb-boot-controller", nas, [](Snapshot h) { return hiding(h, "(0000:88:00.0)"); }),

      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:5e:00.1)"); },
       found,
       "0000:5e:00.1",
       {"X550", "management interface xapi0", "bond0", "eth1"}},
      {"mgmt-nic-hidden",
       "xenserver-9",
       [](Snapshot h) { return hiding(h, "(0000:01:00.0)"); },
       found,
       "0000:01:00.0",
       {"xapi1 through xenbr0, eth0"}},
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(without_inventory(h), "(0000:89:00.0)"); },
       unknown,
       "0000:89:00.0",
       {"(I350", "carries the management interface: cannot trace it to a NIC."}},
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(without_bond(h), "(0000:01:00.0)"); },
       unknown,
       "0000:01:00.0",
       {"management interface xapi0", "I210"}},
      {"mgmt-nic-hidden",
       nas,
       [](Snapshot h) { return hiding(without_inventory(h), "(0000:8b:00.0)"); },
       unknown,
       "0000:8b:00.0",
       {"Unknown whether 0000:8b:00.0"}},
      silent("mgmt-nic-hidden", nas,
             [](Snapshot h) { return hiding(h, "(0000:01:00.0)(0000:89:00.0)"); }),
      silent("mgmt-nic-hidden", nas,
             [](Snapshot h) { return hiding(without_inventory(h), "(0000:3b:00.0)"); }),

      {"sr-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:5f:00.0)"); },
       found,
       "0000:5f:00.0",
       {"NVMe", "the disks of the SR c41f7e0a-9b2d-6358-17ca-e05d83f2b694."}},
      {"sr-controller-hidden",
       "xcp-ng-8.2-bios",
       [](Snapshot h) { return hiding(h, "(0000:04:00.1)"); },
       found,
       "0000:04:00.1",
       {"ISP2532", "the disks of the SR "}},
      silent("sr-controller-hidden", nas, [](Snapshot h) { return hiding(h, "(0000:18:00.0)"); }),
      silent("sr-controller-hidden", nas, [](Snapshot h) { return hiding(h, "(0000:89:00.0)"); }),

      {"console-vga-device",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:03:00.0)"); },
       found,
       "0000:03:00.0",
       {"ASPEED Graphics", "the display that the host boots on"}},
      {"console-vga-device",
       nas,
       [](Snapshot h) {
         function_of(h, "03:00.0").boot_vga = false;
         return hiding(h, "(0000:03:00.0)");
       },
       found,
       "0000:03:00.0",
       {"BMC", "ASPEED"}},
      {"console-vga-device",
       nas,
       [](Snapshot h) {
         function_of(h, "3b:00.0").boot_vga.reset();
         return hiding(h, "(0000:3b:00.0)");
       },
       unknown,
       "0000:3b:00.0",
       {"Unknown whether the host boots on the display", "RTX A4000"}},
      silent("console-vga-device", nas, [](Snapshot h) { return hiding(h, "(0000:3b:00.0)"); }),

      {"usb-input-controller",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:14.0)"); },
       found,
       "0000:00:14.0",
       {"0000:00:14.0", "carries the host's input device 'HID 0557:2419'."}},
      {"usb-input-controller",
       nas,
       [](Snapshot h) {
         h.inputs.clear();
         h.unreadable["/sys/class/input"] = "Input/output error";
         return hiding(h, "(0000:00:14.0)");
       },
       unknown,
       "0000:00:14.0",
       {"Unknown whether 0000:00:14.0", "cannot read /sys/class/input (Input/output error)."}},
      silent("usb-input-controller", nas, [](Snapshot h) { return hiding(h, "(0000:8b:00.0)"); }),

      {"critical-class",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:1f.4)"); },
       found,
       "0000:00:1f.4",
       {"0000:00:1f.4 (", "is an SMBus controller. A part of the chipset is of no use to a VM"},
       false,
       "",
       Severity::block,
       "Give 0000:00:1f.4 back to dom0"},
      {"critical-class",
       nas,
       [](Snapshot h) { return hiding(without_class(h, "18:00.0"), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"Unknown what kind of device 0000:18:00.0 is: cannot read /sys/bus"}},
      {"critical-class",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:1f.5)(0000:00:16.0)(0000:00:1f.2)"); },
       found,
       "0000:00:1f.5",
       {"is a serial bus controller of the chipset"}},
      {"critical-class",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:1f.5)(0000:00:16.0)(0000:00:1f.2)"); },
       found,
       "0000:00:16.0",
       {"is a communication controller of the chipset"}},
      {"critical-class",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:1f.5)(0000:00:16.0)(0000:00:1f.2)"); },
       found,
       "0000:00:1f.2",
       {"is a memory controller of the chipset"}},
      {"critical-class",
       nas,
       [](Snapshot h) {
         function_of(h, "5f:00.0").class_code = ClassCode{0x080020};
         return hiding(h, "(0000:5f:00.0)");
       },
       found,
       "0000:5f:00.0",
       {"is an interrupt controller"}},
      silent("critical-class", nas,
             [](Snapshot h) {
               function_of(h, "5f:00.0").class_code = ClassCode{0x078000};
               return hiding(h, "(0000:5f:00.0)");
             }),
      silent("critical-class", nas, [](Snapshot h) { return hiding(h, "(0000:5f:00.0)"); }),

      {"rule-hits-bridge",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:86:00.0)"); },
       found,
       "0000:86:00.0",
       {"0000:86:00.0 (", "is a bridge. A rule for it hides everything behind it:", "0000:88:00.0",
        "0000:8b:00.0"},
       false,
       "",
       Severity::block,
       "unhide devices=0000:86:00.0. Hide the functions behind a bridge"},
      {"rule-hits-bridge",
       nas,
       [](Snapshot h) { return hiding(without_class(h, "8b:00.0"), "(0000:8b:00.0)"); },
       unknown,
       "0000:8b:00.0",
       {"Unknown whether 0000:8b:00.0", "is a bridge"}},
      silent("rule-hits-bridge", nas, [](Snapshot h) { return hiding(h, "(0000:88:00.0)"); }),

      {"function-split",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)"); },
       found,
       "0000:3b:00.0",
       {"0000:3b:00.1", "stays with dom0", "RTX A4000"},
       false,
       "",
       Severity::warn,
       "hide devices=0000:3b:00.0,0000:3b:00.1."},
      silent("function-split", nas,
             [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:3b:00.1)"); }),
      silent("function-split", nas, [](Snapshot h) { return hiding(h, "(0000:8a:10.0)"); }),

      {"in-use-by-dom0",
       nas,
       [](Snapshot h) {
         h.mounts.push_back({"/dev/sdc", "/data", "ext4", "", false});
         return hiding(h, "(0000:18:00.0)");
       },
       found,
       "0000:18:00.0",
       {"carries what dom0 uses: mount /data. Once it is hidden"},
       false,
       "",
       Severity::warn,
       "Unmount"},
      silent("in-use-by-dom0", nas, [](Snapshot h) { return hiding(h, "(0000:18:00.0)"); }),
      {"seen-by-dom0",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"SAS3008", "carries disk sdc, sdd,", "Once it is hidden"}},
      {"seen-by-dom0", nas, as_it_is, found, "0000:01:00.0", {"interface eth2"}},
      silent("seen-by-dom0", nas, [](Snapshot h) { return hiding(h, "(0000:3b:00.0)"); }),
  };
}

}  // namespace pci_passthrough
