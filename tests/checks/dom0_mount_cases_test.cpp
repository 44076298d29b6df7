#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

/// fstab waits for this on the SAS3008's sdc.
Snapshot awaiting(Snapshot host, const char* what, const char* target, bool required = true) {
  host.mount_entries.change().push_back({what, target, "ext4", {}, required, "/etc/fstab"});
  host.named_blocks["LABEL=isos"] = {"/dev/sdc"};
  return host;
}

Snapshot with_boot_on_sas(Snapshot host, const char* target) {
  host.mounts.push_back({"/dev/sdc", target, "ext4", "", false});
  return host;
}

}  // namespace

std::vector<Case> dom0_mount_cases() {
  return {
      {"boot-mount-hidden",
       nas,
       [](Snapshot h) { return hiding(awaiting(h, "LABEL=isos", "/mnt/isos"), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"carries /mnt/isos (LABEL=isos), which the boot waits for.", "emergency mode"},
       false,
       "",
       Severity::block,
       "Or give /mnt/isos the option nofail in /etc/fstab"},
      {"boot-mount-hidden",
       nas,
       [](Snapshot h) { return hiding(awaiting(h, "/dev/sdc", "swap"), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"carries swap (/dev/sdc), which the boot waits for."}},
      {"boot-mount-hidden",
       nas,
       [](Snapshot h) { return hiding(awaiting(h, "LABEL=gone", "/mnt/isos"), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"Unknown whether 0000:18:00.0", "/mnt/isos", "no block device is known as LABEL=gone."}},
      {"boot-mount-hidden",
       nas,
       [](Snapshot h) {
         h.unreadable["/etc/fstab"] = "Input/output error";
         return hiding(h, "(0000:18:00.0)");
       },
       unknown,
       "0000:18:00.0",
       {"what the boot waits for: cannot read /etc/fstab (Input/output error)."}},
      silent("boot-mount-hidden", nas,
             [](Snapshot h) {
               return hiding(awaiting(h, "LABEL=isos", "/mnt/isos", false), "(0000:18:00.0)");
             }),
      silent("boot-mount-hidden", nas,
             [](Snapshot h) {
               return hiding(awaiting(h, "LABEL=isos", "/mnt/isos"),
                             "(0000:5f:00.0)(0000:3b:00.0)");
             }),
      silent("boot-mount-hidden", nas,
             [](Snapshot h) {
               return hiding(awaiting(h, "LABEL=gone", "/mnt/isos"),
                             "(0000:3b:00.0)(0000:01:00.0)");
             }),
      silent("boot-mount-hidden", nas,
             [](Snapshot h) { return hiding(awaiting(h, "/dev/md127p1", "/"), "(0000:88:00.0)"); }),
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(with_boot_on_sas(h, "/var/lib"), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"dom0's /var/lib (sdc)"}},
      {"boot-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(with_boot_on_sas(h, "/opt/xensource"), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"dom0's /opt/xensource (sdc)"}},
      silent("boot-controller-hidden", nas,
             [](Snapshot h) { return hiding(with_boot_on_sas(h, "/mnt/isos"), "(0000:18:00.0)"); }),
      {"in-use-by-dom0",
       nas,
       [](Snapshot h) { return hiding(with_boot_on_sas(h, "/mnt/isos"), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"mount /mnt/isos"},
       false,
       "",
       Severity::warn},
      silent("in-use-by-dom0", nas,
             [](Snapshot h) {
               h = awaiting(with_boot_on_sas(h, "/mnt/isos"), "LABEL=isos", "/mnt/isos");
               return hiding(h, "(0000:18:00.0)");
             }),
  };
}

}  // namespace pci_passthrough
