#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

Snapshot edited(const Snapshot& host, std::string_view from, std::string_view to) {
  return with_boot_text(host, replaced(host.boot.file.text, from, to));
}

Snapshot stale_efi_file(Snapshot) {
  return probed(text_of_file(recordings() / "xcp-ng-8.2-bios.host") +
                "=== /boot/efi/EFI/xenserver/grub.cfg\nset default=0\n");
}

/// An upgrade is armed: the next boot is the installer's.
Snapshot with_installer_next(Snapshot host) {
  host = with_boot_text(
      host,
      host.boot.file.text +
          "menuentry 'Upgrade' {\n\txen_hypervisor /boot/installer/xen.efi\n\txen_module "
          "/boot/installer/vmlinuz console=tty0\n\txen_module /boot/installer/install.img\n}\n");
  host.boot.grubenv_override = "Upgrade";
  return host;
}

}  // namespace

std::vector<Case> boot_cases() {
  return {
      {"next-boot-differs",
       nine,
       [](Snapshot h) {
         h.boot.grubenv_override = "2";
         return h;
       },
       found,
       "",
       {"The next boot takes 'XenServer (Xen 4.20.2", "not the default 'XenServer'."},
       false,
       "",
       Severity::warn,
       "/boot/efi/EFI/xenserver/grubenv unset override_entry."},
      {"next-boot-differs",
       nine,
       with_installer_next,
       found,
       "",
       {"not the default 'XenServer'. It is an installer"}},
      silent("next-boot-differs", nine, as_it_is),
      silent("boot-root-foreign", nine, with_installer_next),
      {"boot-config-ambiguous",
       bios,
       stale_efi_file,
       found,
       "",
       {"BIOS booted this host, and reads /boot/grub/grub.cfg", "/boot/efi/EFI/xenserver/grub.cfg"},
       false,
       "",
       Severity::error,
       "mv /boot/efi/EFI/xenserver/grub.cfg /boot/efi/EFI/xenserver/grub.cfg.unused"},
      {"boot-config-ambiguous",
       nas,
       [](Snapshot h) {
         h.boot.efi.reset();
         return h;
       },
       unknown,
       "",
       {"whether UEFI or BIOS booted this host"}},
      silent("boot-config-ambiguous", bios, as_it_is),
      silent("boot-config-ambiguous", nas, as_it_is),

      {"boot-config-unparseable",
       nas,
       [](Snapshot h) { return with_boot_text(h, "set default=0\nmenuentry 'XCP-ng' {\n"); },
       found,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg cannot be understood at line 3"}},
      {"boot-config-unparseable",
       nine,
       [](Snapshot h) { return edited(h, "set default=0", "set default=4"); },
       found,
       "",
       {"'Memtest86+'", "does not start Xen"}},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) {
         h.boot.grubenv_override = "1>0";
         return h;
       },
       found,
       "",
       {"grubenv has the entry '1>0' boot next"},
       false,
       "",
       Severity::block,
       "grub-editenv /boot/efi/EFI/xenserver/grubenv unset override_entry"},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) { return edited(h, " splash", " $extra splash"); },
       unknown,
       "",
       {"Unknown what 'XCP-ng' boots with", "a variable"}},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) {
         h.boot.file = {};
         h.boot.unreadable = "cannot read /boot/efi/EFI/xenserver/grub.cfg (Input/output error)";
         return h;
       },
       unknown,
       "",
       {"cannot read /boot/efi/EFI/xenserver/grub.cfg (Input/output error)."}},
      silent("boot-config-unparseable", nas, as_it_is),
      silent("boot-config-unparseable", old, as_it_is),

      {"boot-default-by-title",
       nas,
       [](Snapshot h) { return edited(h, "set default=0", "set default='XCP-ng'"); },
       found,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg names its default entry by title"},
       false,
       "",
       Severity::warn,
       "set default=0."},
      silent("boot-default-by-title", nas, as_it_is),

      {"boot-file-missing",
       nas,
       [](Snapshot h) {
         std::erase(h.boot.present, "/boot/xen.gz");
         return h;
       },
       found,
       "",
       {"'XCP-ng' names /boot/xen.gz, which is not there"}},
      {"boot-file-missing",
       nas,
       [](Snapshot h) {
         h.boot.present.clear();
         return h;
       },
       unknown,
       "",
       {"'XCP-ng'", "cannot list /boot"}},
      silent("boot-file-missing", nas, as_it_is),
      silent("boot-file-missing", old, as_it_is),

      {"boot-config-not-durable",
       nas,
       [](Snapshot h) {
         for (auto& mount : h.mounts) mount.read_only |= mount.target == "/boot/efi";
         return h;
       },
       found,
       "",
       {"grub.cfg lies on /boot/efi, which is mounted read-only"},
       false,
       "",
       Severity::warn,
       "mount -o remount,rw /boot/efi."},
      {"boot-config-not-durable",
       nas,
       [](Snapshot h) {
         h.mounts.clear();
         return h;
       },
       unknown,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg"}},
      silent("boot-config-not-durable", nas, as_it_is),

      {"boot-file-missing",
       nas,
       [](Snapshot h) { return edited(h, "/boot/xen.gz", "(hd0,gpt1)/boot/../boot//xen-gone.gz"); },
       found,
       "",
       {"names /boot/xen-gone.gz, which is not there"}},
      silent("boot-file-missing", nas,
             [](Snapshot h) { return edited(h, "/boot/xen.gz", "(hd0,gpt1)/boot//./xen.gz"); }),

      {"boot-root-foreign",
       nas,
       [](Snapshot h) { return edited(h, "LABEL=root-vgwqkx", "LABEL=root-other"); },
       found,
       "",
       {"'XCP-ng' boots the root 'LABEL=root-other'", "another installation"}},
      {"boot-root-foreign",
       nas,
       [](Snapshot h) { return edited(h, "LABEL=root-vgwqkx", "/dev/sda1"); },
       unknown,
       "",
       {"'/dev/sda1'", "different ways"}},
      {"boot-root-foreign",
       nas,
       [](Snapshot h) {
         h.boot.running.reset();
         return h;
       },
       unknown,
       "",
       {"/proc/cmdline names none"}},
      silent("boot-root-foreign", nas, as_it_is),
      silent("boot-root-foreign", old, as_it_is),

      {"boot-entry-stops",
       nas,
       [](Snapshot h) { return edited(h, " splash", " init=/bin/sh splash"); },
       found,
       "",
       {"'XCP-ng' boots with 'init=/bin/sh'"}},
      {"boot-entry-stops",
       nas,
       [](Snapshot h) { return edited(h, "menuentry 'XCP-ng' {", "menuentry 'XCP-ng' {\n\texit"); },
       found,
       "",
       {"'XCP-ng' says 'exit'"}},
      silent("boot-entry-stops", nas,
             [](Snapshot h) {
               h.boot.running = *h.boot.running + " single";
               return edited(h, " splash", " single init=/sbin/init splash");
             }),
      silent("boot-entry-stops", old, as_it_is),

      {"boot-dom0-memory",
       nas,
       [](Snapshot h) { return edited(h, "dom0_mem=8192M,max:8192M ", ""); },
       found,
       "",
       {"'XCP-ng' sets no dom0_mem", "'8192M,max:8192M'"}},
      {"boot-dom0-memory",
       nas,
       [](Snapshot h) { return edited(h, "dom0_mem=8192M", "dom0_mem=8192"); },
       found,
       "",
       {"'XCP-ng' gives dom0 '8192,max:8192M', too little"}},
      silent("boot-dom0-memory", nas,
             [](Snapshot h) { return edited(h, "dom0_mem=8192M", "dom0_mem=4G"); }),
      silent("boot-dom0-memory", old, as_it_is),

      {"kernel-args-duplicated",
       nas,
       [](Snapshot h) { return with_arguments(h, "xe", "ro nolvm"); },
       found,
       "",
       {"nolvm, ro stand more than once"}},
      silent("kernel-args-duplicated", nas, as_it_is),
  };
}

}  // namespace pci_passthrough
