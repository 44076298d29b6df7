#include "tests/checks/vm_case.hpp"
#include "tests/support/trial.hpp"

namespace pci_passthrough {
namespace {

BlockDevice& disk_of_mark(Snapshot& host) {
  return *std::ranges::find(host.blocks, "sdz", &BlockDevice::name);
}

Mount& mount_of_mark(Snapshot& host) {
  return *std::ranges::find(host.mounts, "/boot", &Mount::target);
}

/// Prepared, and what holds the mark is another kind of disk.
Snapshot on_disk(Snapshot host, void (*change)(BlockDevice&)) {
  host = prepared(std::move(host));
  change(disk_of_mark(host));
  return host;
}

Snapshot on_type(Snapshot host, const char* type) {
  host = prepared(std::move(host));
  mount_of_mark(host).type = type;
  return host;
}

Snapshot with_other_kernel(Snapshot host, const char* file) {
  host = armed(std::move(host));
  for (auto& [name, one] : host.boot.linked_files)
    if (name.find("vmlinuz") != std::string::npos) one = file;
  return host;
}

Snapshot wanted(Snapshot host, void (*change)(VmRecord&) = nullptr) {
  return wants(armed(std::move(host)), "0/0000:18:00.0", change);
}

void starts_alone(VmRecord& vm) { vm.auto_poweron = true; }

std::vector<Case> cases_of_stages() {
  return {
      with({"trial-pending",
            nas,
            [](Snapshot h) { return armed(h); },
            found,
            "",
            {"On trial: the next boot hides 0000:18:00.0, once."}},
           Severity::warn, "pci-passthrough abandon."),
      {"trial-pending",
       old,
       [](Snapshot h) { return armed(h, "(0000:01:00.0)"); },
       found,
       "",
       {"the next boot hides 0000:01:00.0, once"}},
      with({"trial-pending",
            nas,
            [](Snapshot h) { return trying(h); },
            found,
            "",
            {"On trial until the next reboot, unless it is confirmed: 0000:18:00.0 hidden."}},
           Severity::warn, "pci-passthrough confirm."),
      silent("trial-pending", nas, [](Snapshot h) { return prepared(h); }),
      silent("trial-pending", nas, [](Snapshot h) { return reverted(h); }),
      silent("trial-pending", nas, as_it_is),

      with({"trial-mark-kept",
            nas,
            [](Snapshot h) { return marked(trying(h)); },
            found,
            "",
            {"the boot loader did not take its mark away"}},
           Severity::error, "pci-passthrough abandon."),
      {"trial-mark-kept",
       old,
       [](Snapshot h) { return marked(trying(h)); },
       found,
       "",
       {"for ever"}},
      silent("trial-mark-kept", nas, [](Snapshot h) { return trying(h); }),
      silent("trial-mark-kept", nas, [](Snapshot h) { return armed(h); }),

      with({"trial-entry-stale",
            nas,
            [](Snapshot h) {
              h = armed(h);
              auto text = h.boot.file.text;
              text.insert(entry_of(h, "xe").arguments_end, " mitigations=off");
              return with_boot_text(h, text);
            },
            found,
            "",
            {"does not boot what the everyday entry boots"}},
           Severity::warn, "pci-passthrough abandon."),
      silent("trial-entry-stale", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-entry-stale", old, [](Snapshot h) { return armed(h); }),

      with({"trial-over",
            nas,
            [](Snapshot h) { return reverted(h); },
            found,
            "",
            {"The trial of hiding 0000:18:00.0 is over and was not confirmed"}},
           Severity::info, "pci-passthrough abandon."),
      {"trial-over",
       nas,
       [](Snapshot h) { return prepared(h); },
       found,
       "",
       {"was begun, and nothing boots it"}},
      silent("trial-over", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-over", nas, [](Snapshot h) { return trying(h); }),
      silent("next-boot-differs", nas, [](Snapshot h) { return armed(h); }),
      {"boot-config-unparseable",
       old,
       [](Snapshot h) {
         h.boot.extlinux_once = "pci-trial";
         return h;
       },
       found,
       "",
       {"extlinux boots 'pci-trial' once, and /boot/extlinux.conf has no such label."}},
      {"next-boot-differs",
       old,
       [](Snapshot h) {
         h.boot.extlinux_once = "safe";
         return h;
       },
       found,
       "",
       {"The next boot takes 'safe' (extlinux --once), not the default 'xe'."}},
  };
}

std::vector<Case> cases_of_mark() {
  const auto odd = [](Snapshot (*changed)(Snapshot), const char* words) {
    return with({"trial-cannot-end", nas, changed, found, "", {words}}, Severity::block,
                "pci-passthrough abandon.");
  };
  return {
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.name = "md127"; }); },
          "lies on the software RAID md127"),
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.mapping = "LVM"; }); },
          "lies on the LVM volume"),
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.mapping = "mpath"; }); },
          "lies on the multipath disk"),
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.name = "dm-3"; }); },
          "lies on the device mapper volume"),
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.server = "10.0.0.5"; }); },
          "a disk of the iSCSI server 10.0.0.5"),
      odd([](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.has_other_ways = true; }); },
          "to which several ways lead"),
      odd([](Snapshot h) { return on_type(h, "btrfs"); }, "a file system of the type btrfs"),
      odd([](Snapshot h) { return on_type(h, "xfs"); }, "which the boot loader only reads"),
      odd(
          [](Snapshot h) {
            h = prepared(h);
            mount_of_mark(h).read_only = true;
            return h;
          },
          "mounted read-only"),
      odd(
          [](Snapshot h) {
            h = prepared(h);
            h.boot.file.honours_override = false;
            return h;
          },
          "does not let override_entry of grubenv choose"),
      odd(
          [](Snapshot h) {
            h = prepared(h);
            h.boot.file.environment = "saved_entry=1\n";
            return h;
          },
          "no environment block"),
      {"trial-cannot-end",
       old,
       [](Snapshot h) {
         h = prepared(h);
         h.boot.after_edit.clear();
         return h;
       },
       found,
       "",
       {"The program extlinux is not there"}},
      {"trial-cannot-end",
       old,
       [](Snapshot h) {
         h = prepared(h);
         h.boot.extlinux_once.reset();
         return h;
       },
       unknown,
       "",
       {"cannot read its vector"}},
      {"trial-cannot-end",
       nas,
       [](Snapshot h) {
         return on_disk(h, [](BlockDevice& d) { d.unread = "/sys/class/block/sdz/slaves: EIO"; });
       },
       unknown,
       "",
       {"cannot read /sys/class/block/sdz/slaves: EIO"}},
      {"trial-cannot-end",
       nas,
       [](Snapshot h) { return on_disk(h, [](BlockDevice& d) { d.path.clear(); }); },
       unknown,
       "",
       {"sdz hangs on no PCI function"}},
      {"trial-cannot-end",
       nas,
       [](Snapshot h) {
         h = prepared(h);
         std::erase_if(h.blocks, [](const BlockDevice& one) { return one.name == "sdz"; });
         return h;
       },
       unknown,
       "",
       {"the disk below /boot is not known"}},
      silent("trial-cannot-end", nas, [](Snapshot h) { return prepared(h); }),
      silent("trial-cannot-end", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-cannot-end", old, [](Snapshot h) { return armed(h); }),
      silent("trial-cannot-end", nas, [](Snapshot h) { return on_type(h, "vfat"); }),
      silent("trial-cannot-end", nas, [](Snapshot h) { return trying(h); }),

      with({"trial-mark-taken",
            nas,
            [](Snapshot h) {
              h = prepared(h);
              h.boot.grubenv_override = "1";
              return h;
            },
            found,
            "",
            {"The next boot takes 'XCP-ng (Serial)' once already"}},
           Severity::block, "pci-passthrough abandon."),
      {"trial-mark-taken",
       old,
       [](Snapshot h) {
         h = prepared(h);
         h.boot.extlinux_once = "safe";
         return h;
       },
       found,
       "",
       {"takes 'safe' once already"}},
      silent("trial-mark-taken", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-mark-taken", old, [](Snapshot h) { return armed(h); }),
  };
}

std::vector<Case> cases_of_host() {
  return {
      {"trial-with-ha",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.pool->ha_enabled = true;
         return h;
       },
       found,
       "",
       {"HA is on."}},
      {"trial-with-ha",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.pool->ha_enabled.reset();
         return h;
       },
       unknown,
       "",
       {"Unknown whether HA is on"}},
      {"trial-with-ha",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.pool.reset();
         return h;
       },
       unknown,
       "",
       {"Unknown whether HA is on"}},
      silent("trial-with-ha", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-with-ha", nas,
             [](Snapshot h) {
               h = trying(h);
               h.pool->ha_enabled = true;
               return h;
             }),

      {"trial-kernel-pending",
       nas,
       [](Snapshot h) { return with_other_kernel(h, "/boot/vmlinuz-4.19.0+2"); },
       found,
       "",
       {"/boot/vmlinuz-4.19-xen is /boot/vmlinuz-4.19.0+2, and 4.19.0+1 runs."}},
      {"trial-kernel-pending",
       nas,
       [](Snapshot h) { return with_other_kernel(h, "/boot/vmlinuz-xen"); },
       unknown,
       "",
       {"/boot/vmlinuz-xen does not tell its release"}},
      {"trial-kernel-pending",
       old,
       [](Snapshot h) {
         h = armed(h);
         h.boot.linked_files.clear();
         return h;
       },
       unknown,
       "",
       {"/boot/vmlinuz-2.6-xen does not tell its release"}},
      {"trial-kernel-pending",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.boot.linked_files.at("/boot/initrd-4.19-xen.img") = "/boot/initrd-4.19.0+2.img";
         return h;
       },
       found,
       "",
       {"/boot/initrd-4.19-xen.img is /boot/initrd-4.19.0+2.img, and 4.19.0+1 runs."}},
      {"trial-kernel-pending",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.boot.pending_updates = {"/run/reboot-required.d/xen/4.17.5-3"};
         return h;
       },
       found,
       "",
       {"/run/reboot-required.d/xen/4.17.5-3 is there."}},
      {"trial-kernel-pending",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.unreadable["/run/reboot-required.hfxs"] = "Input/output error";
         return h;
       },
       unknown,
       "",
       {"cannot read /run/reboot-required.hfxs (Input/output error)"}},
      silent("trial-kernel-pending", nas,
             [](Snapshot h) {
               h = armed(h);
               h.boot.linked_files["/boot/initrd-4.19-xen.img"] = "/boot/initrd-4.19-xen.img";
               return h;
             }),
      silent("trial-kernel-pending", nas, [](Snapshot h) { return armed(h); }),
      silent("trial-kernel-pending", old, [](Snapshot h) { return armed(h); }),

      advising(
          of_vm("trial-vm-starts", [](Snapshot h) { return wanted(h, starts_alone); }, found,
                "0000:18:00.0",
                {"the VM 'nas' has 0000:18:00.0", "takes it from dom0 when it starts by itself"}),
          Severity::block, "other-config:auto_poweron=false"),
      of_vm("trial-vm-starts",
            [](Snapshot h) {
              h = wanted(h, starts_alone);
              h.pool->auto_poweron.reset();
              return h;
            },
            unknown, "0000:18:00.0", {"Unknown whether it starts by itself"}),
      {"trial-vm-starts",
       nas,
       [](Snapshot h) {
         h = armed(h);
         h.pool->unreadable["VM"] = "timed out";
         return h;
       },
       unknown,
       "",
       {"Unknown whether a VM that starts by itself wants 0000:18:00.0"}},
      silent_of_vm("trial-vm-starts", [](Snapshot h) { return wanted(h); }),
      silent_of_vm("trial-vm-starts",
                   [](Snapshot h) { return wants(reverted(h), "0/0000:18:00.0", starts_alone); }),
  };
}

}  // namespace

std::vector<Case> trial_cases() {
  auto cases = cases_of_stages();
  for (const auto& more : {cases_of_mark(), cases_of_host()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace pci_passthrough
