#include "tests/checks/case.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

Snapshot turned_off(Snapshot host) {
  host.iommu.on = false;
  host.iommu.xen_command_line = "dom0_mem=8192M iommu=no,verbose watchdog";
  return host;
}

Snapshot started_with(Snapshot host, const std::string& arguments) {
  host.iommu.xen_command_line = arguments;
  return host;
}

Snapshot unasked(Snapshot host) {
  host.iommu = {};
  host.unreadable["xl info"] = "it did not answer within 5 s";
  return host;
}

/// xl does not tell; xapi does.
Snapshot by_xapi(Snapshot host, std::optional<bool> on) {
  host.iommu.on.reset();
  host = with_pool(std::move(host));
  host.pool->hosts.at("host-1").iommu = on;
  return host;
}

Snapshot damaged(Snapshot host) {
  host.iommu.firmware = {{}, "it is damaged: its checksum is wrong"};
  return host;
}

/// The entry that boots gives Xen these arguments.
Snapshot boots_xen_with(Snapshot host, std::vector<std::string> arguments) {
  host.boot.file.entries.at(*host.boot.next_entry()).xen_arguments = std::move(arguments);
  return host;
}

Snapshot with_usb(Snapshot host) { return hiding(host, "(0000:00:14.0)"); }
Snapshot with_both_usb(Snapshot host) { return hiding(host, "(0000:00:1a.0)(0000:00:1d.0)"); }
Snapshot of_release(Snapshot host, const char* version) {
  host.host.version = version;
  return host;
}
Snapshot with_both_usb_on_7(Snapshot host) { return of_release(with_both_usb(host), "7.0.0"); }
Snapshot with_fibre_channel(Snapshot host) { return hiding(host, "(0000:04:00.0)(0000:04:00.1)"); }

}  // namespace

std::vector<Case> iommu_cases() {
  return {
      {"iommu-disabled", nine, as_it_is, found, "", {"The firmware shows none."}},
      {"iommu-disabled", nas, turned_off, found, "", {"Its command line turns it off, that"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) { return by_xapi(h, false); },
       found,
       "",
       {"Xen uses no IOMMU"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) { return by_xapi(h, std::nullopt); },
       unknown,
       "",
       {"Unknown whether Xen uses an IOMMU"}},
      silent("iommu-disabled", nas, [](Snapshot h) { return by_xapi(h, true); }),
      silent("iommu-disabled", nas,
             [](Snapshot h) {
               h = by_xapi(h, false);
               h.iommu.on = true;
               return h;
             }),
      {"iommu-disabled", nas, unasked, unknown, "", {"cannot read xl info (it did not answer"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) {
         return boots_xen_with(started_with(turned_off(h), "iommu=verbose,off"), {"no-iommu"});
       },
       found,
       "",
       {"Its command line turns it off; the entry 'XCP-ng'"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) { return started_with(turned_off(h), "amd_iommu=0 iommu=off iommu=on"); },
       found,
       "",
       {"The firmware has one"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) {
         return boots_xen_with(h, {"iommu=1", "iommu=verbose,no"});
       },
       found,
       "",
       {"The entry 'XCP-ng' turns Xen's IOMMU off.", "from the next boot on"}},
      {"iommu-disabled",
       nas,
       [](Snapshot h) { return boots_xen_with(turned_off(h), {"iommu=on"}); },
       found,
       "",
       {"turns it off, that of the next boot does not."}},
      {"iommu-disabled",
       nine,
       [](Snapshot h) { return boots_xen_with(h, {"iommu=0"}); },
       found,
       "",
       {"The firmware shows none; the entry", "which boots next, turns it off, too."}},
      silent("iommu-disabled", nas,
             [](Snapshot h) {
               return boots_xen_with(h, {"iommu=0", "iommu=on"});
             }),
      silent("iommu-disabled", nas, as_it_is),
      silent("iommu-disabled", bios, unasked),
      {"iommu-disabled",
       bios,
       [](Snapshot h) { return with_vm(unasked(h), "nas", "0/0000:04:00.0"); },
       unknown,
       "",
       {"Unknown whether"}},
      {"interrupt-remapping-off",
       nas,
       [](Snapshot h) {
         h.iommu.remaps_interrupts = false;
         return h;
       },
       found,
       "",
       {"Xen does not remap interrupts."}},
      silent("interrupt-remapping-off", nas,
             [](Snapshot h) {
               h.iommu.remaps_interrupts = true;
               h.iommu.firmware.table.reset();
               return h;
             }),
      {"interrupt-remapping-off",
       nas,
       [](Snapshot h) {
         h.iommu.firmware.table->interrupt_remapping = false;
         return h;
       },
       found,
       "",
       {"cannot remap interrupts"}},
      {"interrupt-remapping-off",
       nas,
       [](Snapshot h) {
         h.iommu.xen_command_line = "iommu=no-intremap";
         return h;
       },
       found,
       "",
       {"command line"}},
      {"interrupt-remapping-off",
       nas,
       [](Snapshot h) { return started_with(h, "iommu=debug,intremap=off"); },
       found,
       "",
       {"command line"}},
      {"interrupt-remapping-off", nas, damaged, unknown, "", {"checksum is wrong"}},
      {"interrupt-remapping-off",
       nas,
       [](Snapshot h) {
         h.iommu.on.reset();
         return h;
       },
       unknown,
       "",
       {"cannot read Xen's command line"}},
      silent("interrupt-remapping-off", nas, as_it_is),
      silent("interrupt-remapping-off", bios, unasked),
      silent("interrupt-remapping-off", nas, turned_off),
      silent("interrupt-remapping-off", nas,
             [](Snapshot h) { return started_with(h, "iommu=no-intremap,intremap no-intremap"); }),
      {"rmrr-device", nas, with_usb, found, "0000:00:14.0", {"0x6bd81000 to 0x6bd83fff"}},
      {"rmrr-device", nas, with_usb, found, "0000:00:14.0", {"harmless", "keyboard"}},
      {"rmrr-device", bios, with_fibre_channel, found, "0000:04:00.1", {"may refuse"}},
      {"rmrr-device", nas, damaged, unknown, "", {"checksum is wrong"}},
      {"rmrr-device", nas, unasked, unknown, "", {"no DMAR"}},
      silent("rmrr-device", nas, as_it_is),
      silent("rmrr-device", bios, as_it_is),
      {"rmrr-device",
       nas,
       [](Snapshot h) { return with_vm(h, "nas", "0/0000:00:14.0"); },
       found,
       "0000:00:14.0",
       {"harmless"}},
      silent("rmrr-device", nas, [](Snapshot h) { return with_vm(h, "nas", "0/0000:89:00.0"); }),
      {"rmrr-shared", old, with_both_usb_on_7, found, "0000:00:1a.0", {"with 0000:00:1d.0"}},
      {"rmrr-shared", old, with_both_usb_on_7, found, "0000:00:1d.0", {"with 0000:00:1a.0"}},
      {"rmrr-shared",
       old,
       [](Snapshot h) { return of_release(with_vm(h, "nas", "0/0000:00:1a.0"), "7.0.0"); },
       found,
       "0000:00:1a.0",
       {"Xen gives none of them to a VM"}},
      {"rmrr-shared",
       old,
       [](Snapshot h) {
         std::erase_if(h.functions, [](const auto& one) { return one.address == at("00:1d.0"); });
         return of_release(hiding(h, "(0000:00:1a.0)"), "7.0.0");
       },
       found,
       "0000:00:1a.0",
       {"0000:00:1a.0", "with devices that are not there."}},
      {"rmrr-shared",
       bios,
       with_fibre_channel,
       found,
       "0000:04:00.0",
       {"0000:02:00.0", "0000:04:00.1", "Xen gives none of them to a VM"}},
      {"rmrr-shared",
       bios,
       [](Snapshot h) { return of_release(with_fibre_channel(h), "8.3.0"); },
       found,
       "0000:04:00.1",
       {"can write to what the others use"}},
      {"rmrr-shared",
       bios,
       [](Snapshot h) { return of_release(with_fibre_channel(h), "6.5.0"); },
       found,
       "0000:04:00.1",
       {"can write to what the others use"}},
      silent("rmrr-shared", old, with_both_usb),
      silent("rmrr-shared", nas, with_usb),
      silent("rmrr-shared", alt, as_it_is),
  };
}

}  // namespace pci_passthrough
