#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

/// These devices are to be taken at once, and nobody uses them; the next boot hides them.
template <const char*... devices>
Snapshot taking(Snapshot host) {
  host.live_use = LiveUse{.devices = all_at({devices...}), .has_pciback = true};
  host.boot.boot_id = "3f1c8d52-6d3a-4f0e-9d57-2f6b1f0e7a11";
  std::string list;
  for (const auto* device : {devices...}) list += std::string("(0000:") + device + ")";
  const auto pool = host.pool;
  host = hiding(host, list);
  host.pool = pool;
  return pool ? host : with_pool(std::move(host));
}

constexpr char now_nvme[] = "5f:00.0", now_nic[] = "89:00.1", now_usb[] = "00:14.0",
               now_sas[] = "18:00.0", root_disk[] = "88:00.0", now_display[] = "03:00.0",
               now_bridge[] = "5d:02.0", now_management[] = "5e:00.0", now_physical[] = "89:00.0",
               now_gpu[] = "3b:00.0", bond_slave[] = "5e:00.1", smbus[] = "00:1f.4";

Snapshot taking_nvme(Snapshot host) { return taking<now_nvme>(std::move(host)); }
Snapshot taking_nic(Snapshot host) { return taking<now_nic>(std::move(host)); }
Snapshot taking_usb(Snapshot host) { return taking<now_usb>(std::move(host)); }
Snapshot taking_sas(Snapshot host) { return taking<now_sas>(std::move(host)); }

template <auto change>
Snapshot nvme_with(Snapshot host) {
  host = taking_nvme(std::move(host));
  change(host);
  return host;
}
template <auto change>
Snapshot nic_with(Snapshot host) {
  host = taking_nic(std::move(host));
  change(host);
  return host;
}
template <auto change>
Snapshot usb_with(Snapshot host) {
  host = taking_usb(std::move(host));
  change(host);
  return host;
}

std::vector<PciAddress> way_to(const Snapshot& host, std::string_view address) {
  auto path = host.find(at(address))->path;
  path.push_back(at(address));
  return path;
}

void with_disk(Snapshot& host, const char* error, bool is_busy) {
  host.live_use->disks.push_back({"nvme0n1", way_to(host, now_nvme), error, is_busy});
}
void with_keys(Snapshot& host, std::optional<bool> is_keyboard) {
  host.live_use->inputs.push_back({"Some HID", way_to(host, now_usb), is_keyboard});
}
void with_plugged_sr(Snapshot& host, std::optional<bool> attached) {
  host = with_sr(std::move(host), "/dev/nvme0n1");
  host.named_blocks["/dev/nvme0n1"] = {"/dev/nvme0n1"};
  host.pool->pbds["pbd"].attached = attached;
}
void with_pif(Snapshot& host, bool attached, bool shares = false) {
  PifRecord pif;
  pif.device = "eth4";
  pif.host = "host-1";
  pif.physical = true;
  pif.attached = attached;
  pif.shares_functions = shares;
  host.pool->pifs["pif"] = pif;
}
void with_unfinished(Snapshot& host, bool goes_on, const char* unread = "") {
  host.unfinished = UnfinishedTake{.device = at("01:00.0"),
                                   .driver = "igb",
                                   .begun = "now",
                                   .goes_on = goes_on,
                                   .unread = unread};
}
/// The display, without what makes it the console's.
Snapshot taking_gpu(Snapshot host) {
  host = taking<now_gpu>(std::move(host));
  function_of(host, now_gpu).driver = "nouveau";
  return host;
}
void with_pgpu(Snapshot& host, std::vector<std::string> vgpus) {
  host.pool->pcis["pci"].address = "0000:3b:00.0";
  host.pool->pcis["pci"].host = "host-1";
  host.live_use->pgpus["pgpu"] = {"pci", "host-1", std::move(vgpus)};
}
/// The GPU and its sound, which share a bus, with no reset of their own.
Snapshot without_reset(Snapshot host) {
  for (const char* one : {"3b:00.0", "3b:00.1"}) {
    function_of(host, one).reset_methods.emplace();
    function_of(host, one).driver = "";
  }
  return host;
}
Snapshot taking_half(Snapshot host) { return taking<now_gpu>(without_reset(std::move(host))); }
constexpr char now_sound[] = "3b:00.1";

std::vector<Case> cases_of_dom0() {
  const auto of = [](std::string code, Snapshot (*changed)(Snapshot), std::string device,
                     std::vector<std::string> words) {
    return Case{std::move(code), nas, changed, found, "0000:" + device, std::move(words)};
  };
  return {
      of("now-system-disk", taking<root_disk>, root_disk, {"carries dom0's /"}),
      silent("now-system-disk", nas, taking_nic),
      silent("now-system-disk", nas, [](Snapshot h) { return hiding(h, "(0000:88:00.0)"); }),
      of("now-chipset", taking<now_bridge>, now_bridge, {"is a bridge"}),
      of("now-chipset", taking<smbus>, smbus, {"an SMBus controller"}),
      silent("now-chipset", nas, taking_nvme),
      of("now-boot-display", taking<now_display>, now_display, {"console stops"}),
      silent("now-boot-display", nas, taking_gpu),
      of("now-network-needed", taking<now_management>, now_management, {"management interface"}),
      silent("now-network-needed", nas, taking_nic),
      of("now-dom0-driver", usb_with<[](Snapshot& h) {
           h.driver_devices.push_back({"watchdog", "watchdog0", way_to(h, now_usb)});
         }>,
         now_usb, {"the watchdog watchdog0"}),
      silent("now-dom0-driver", nas, taking_usb),
      of("now-physical-function", taking<now_physical>, now_physical, {"virtual functions"}),
      silent("now-physical-function", nas, taking_nic),
  };
}

std::vector<Case> cases_of_storage() {
  return {
      {"now-storage-in-use", nas, taking_nvme, found, "0000:5f:00.0", {"lvm"}},
      {"now-storage-in-use",
       nas,
       [](Snapshot h) {
         h.unreadable["/proc/self/mountinfo"] = "Permission denied";
         return taking_sas(h);
       },
       unknown,
       "0000:18:00.0",
       {"Unknown whether dom0 uses a disk", "Permission denied"}},
      silent("now-storage-in-use", nas, taking_sas),
      {"now-disk-open",
       nas,
       nvme_with<[](Snapshot& h) { with_disk(h, "Device or resource busy", true); }>,
       found,
       "0000:5f:00.0",
       {"nvme0n1", "something in dom0 holds it"}},
      {"now-disk-open",
       nas,
       nvme_with<[](Snapshot& h) { with_disk(h, "No such file or directory", false); }>,
       unknown,
       "0000:5f:00.0",
       {"Unknown whether", "/dev/nvme0n1"}},
      silent("now-disk-open", nas, nvme_with<[](Snapshot& h) { with_disk(h, "", false); }>),
      {"now-node-open",
       nas,
       usb_with<[](Snapshot& h) {
         h.live_use->open_nodes.push_back(
             {"/dev/bus/usb/001/004", "qemu-dm-7 (2711)", way_to(h, now_usb)});
       }>,
       found,
       "0000:00:14.0",
       {"qemu-dm-7 (2711) has /dev/bus/usb/001/004 open"}},
      {"now-node-open",
       nas,
       usb_with<[](Snapshot& h) { h.live_use->unreadable["/proc"] = "Permission denied"; }>,
       unknown,
       "0000:00:14.0",
       {"Unknown which programs"}},
      silent("now-node-open", nas, taking_usb),
      {"now-sr-plugged",
       nas,
       nvme_with<[](Snapshot& h) { with_plugged_sr(h, true); }>,
       found,
       "0000:5f:00.0",
       {"'scratch'", "is plugged"}},
      {"now-sr-plugged",
       nas,
       nvme_with<[](Snapshot& h) { with_plugged_sr(h, std::nullopt); }>,
       unknown,
       "0000:5f:00.0",
       {"Unknown whether", "'scratch'"}},
      {"now-sr-plugged",
       nas,
       nvme_with<[](Snapshot& h) { h.pool.reset(); }>,
       unknown,
       "0000:5f:00.0",
       {"xapi did not answer"}},
      silent("now-sr-plugged", nas, nvme_with<[](Snapshot& h) { with_plugged_sr(h, false); }>),
  };
}

std::vector<Case> cases_in_use() {
  return {
      {"now-nic-in-use", nas, taking<bond_slave>, found, "0000:5e:00.1", {"eth1 is in bond0"}},
      {"now-nic-in-use",
       nas,
       nic_with<[](Snapshot& h) {
         h.routes.push_back({"eth4", 0, 0, 0});
       }>,
       found,
       "0000:89:00.1",
       {"a route leads over eth4"}},
      {"now-nic-in-use",
       nas,
       nic_with<[](Snapshot& h) { with_pif(h, true); }>,
       found,
       "0000:89:00.1",
       {"PIF eth4"}},
      {"now-nic-in-use",
       nas,
       nic_with<[](Snapshot& h) { with_pif(h, false, true); }>,
       found,
       "0000:89:00.1",
       {"SR-IOV network"}},
      {"now-nic-in-use",
       nas,
       nic_with<[](Snapshot& h) { h.pool.reset(); }>,
       unknown,
       "0000:89:00.1",
       {"Unknown whether a PIF"}},
      silent("now-nic-in-use", nas, nic_with<[](Snapshot& h) { with_pif(h, false); }>),
      {"now-keyboard",
       nas,
       usb_with<[](Snapshot& h) { with_keys(h, true); }>,
       found,
       "0000:00:14.0",
       {"the keyboard 'Some HID'"}},
      {"now-keyboard",
       nas,
       usb_with<[](Snapshot& h) { with_keys(h, std::nullopt); }>,
       unknown,
       "0000:00:14.0",
       {"Unknown whether 'Some HID'"}},
      {"now-keyboard",
       nas,
       usb_with<[](Snapshot& h) { h.live_use->unreadable["/sys/class/input"] = "no"; }>,
       unknown,
       "0000:00:14.0",
       {"Unknown whether"}},
      silent("now-keyboard", nas, usb_with<[](Snapshot& h) { with_keys(h, false); }>),
      {"now-vm-running",
       nas,
       nic_with<[](Snapshot& h) {
         h = wants(h, "0/0000:89:00.1", [](VmRecord& vm) {
           vm.power_state = "Running";
           vm.resident_on = "host-1";
         });
       }>,
       found,
       "0000:89:00.1",
       {"the VM 'nas'", "and runs"}},
      {"now-vm-running",
       nas,
       nic_with<[](Snapshot& h) { h = timed_out(h, "VM"); }>,
       unknown,
       "0000:89:00.1",
       {"xapi timed out"}},
      silent("now-vm-running", nas, nic_with<[](Snapshot& h) { h = wants(h, "0/0000:89:00.1"); }>),
      {"now-vgpu",
       nas,
       [](Snapshot h) {
         h = taking_gpu(h);
         with_pgpu(h, {"vgpu"});
         return h;
       },
       found,
       "0000:3b:00.0",
       {"1 virtual GPU"}},
      {"now-vgpu",
       nas,
       [](Snapshot h) {
         h = taking_gpu(h);
         h.live_use->unreadable["PGPU"] = "xapi timed out";
         return h;
       },
       unknown,
       "0000:3b:00.0",
       {"xapi timed out"}},
      silent("now-vgpu", nas,
             [](Snapshot h) {
               h = taking_gpu(h);
               with_pgpu(h, {});
               return h;
             }),
  };
}

std::vector<Case> cases_of_the_way() {
  return {
      {"now-no-pciback",
       nas,
       nic_with<[](Snapshot& h) { h.live_use->has_pciback = false; }>,
       found,
       "0000:89:00.1",
       {"no such driver"}},
      {"now-no-pciback",
       nas,
       nic_with<[](Snapshot& h) { function_of(h, now_nic).driver.reset(); }>,
       unknown,
       "0000:89:00.1",
       {"Unknown which driver"}},
      silent("now-no-pciback", nas, taking_nic),
      silent("now-no-pciback", nas, nic_with<[](Snapshot& h) {
               h.live_use->has_pciback = false;
               function_of(h, now_nic).driver = "pciback";
             }>),
      {"now-display-driver", nas, taking_gpu, found, "0000:3b:00.0", {"nouveau", "hang"}},
      silent("now-display-driver", nas,
             [](Snapshot h) {
               h = taking_gpu(h);
               function_of(h, now_gpu).driver = "";
               return h;
             }),
      {"now-reset-hits-others", nas, taking_half, found, "0000:3b:00.0", {"3b:00.1", "dom0 keeps"}},
      {"now-reset-hits-others",
       nas,
       [](Snapshot h) {
         for (const char* one : {now_gpu, now_sound}) {
           function_of(h, one).config.reset();
           function_of(h, one).can_reset.reset();
           function_of(h, one).driver = "";
         }
         return taking<now_gpu>(h);
       },
       unknown,
       "0000:3b:00.0",
       {"Unknown whether"}},
      silent("now-reset-hits-others", nas,
             [](Snapshot h) { return taking<now_gpu, now_sound>(without_reset(h)); }),
      {"now-rule-missing",
       nas,
       [](Snapshot h) { return hiding(taking_nic(h), "(0000:5f:00.0)"); },
       found,
       "0000:89:00.1",
       {"does not hide"}},
      {"now-rule-missing",
       nas,
       nic_with<[](Snapshot& h) { h.boot.running.reset(); }>,
       unknown,
       "0000:89:00.1",
       {"Unknown whether"}},
      silent("now-rule-missing", nas, taking_nic),
      {"now-take-unfinished",
       nas,
       nic_with<[](Snapshot& h) { with_unfinished(h, true); }>,
       found,
       "0000:89:00.1",
       {"0000:01:00.0", "does not return", "nothing else is taken"}},
      {"now-take-unfinished",
       nas,
       nic_with<[](Snapshot& h) { with_unfinished(h, false, "it is damaged"); }>,
       unknown,
       "0000:89:00.1",
       {"it is damaged"}},
      {"now-take-unfinished",
       nas,
       nic_with<[](Snapshot& h) { h.boot.boot_id.reset(); }>,
       unknown,
       "0000:89:00.1",
       {"Unknown whether a later call would see", "boot_id"}},
      silent("now-take-unfinished", nas, taking_nic),
      {"take-unfinished",
       nas,
       [](Snapshot h) {
         with_unfinished(h, true);
         return h;
       },
       found,
       "0000:01:00.0",
       {"igb since now", "does not return"}},
      {"take-unfinished",
       nas,
       [](Snapshot h) {
         with_unfinished(h, false);
         return h;
       },
       found,
       "0000:01:00.0",
       {"was killed"}},
      {"take-unfinished",
       nas,
       [](Snapshot h) {
         with_unfinished(h, false, "it is damaged");
         return h;
       },
       unknown,
       "",
       {"it is damaged"}},
      silent("take-unfinished", nas, as_it_is),
      {"pending-reboot",
       nas,
       [](Snapshot h) {
         h = hiding(h, "(0000:89:00.1)");
         function_of(h, now_nic).driver = "pciback";
         return h;
       },
       found,
       "0000:89:00.1",
       {"hidden now and at boot"}},
  };
}

}  // namespace

std::vector<Case> now_cases() {
  auto cases = cases_of_dom0();
  for (const auto& more : {cases_of_storage(), cases_in_use(), cases_of_the_way()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace pci_passthrough
