#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

constexpr auto found = FindingState::found, unknown = FindingState::unknown;
constexpr char nas[] = "xcp-ng-8.3", old[] = "xenserver-6.2", alt[] = "xcp-ng-8.3-kernel-alt",
               plain[] = "xcp-ng-8.2-bios", nine[] = "xenserver-9";

Snapshot edited(const Snapshot& host, std::string_view from, std::string_view to) {
  return with_boot_text(host, replaced(host.boot.file.text, from, to));
}

/// `count` rules, each of a function of its own.
std::string rules(int count) {
  std::vector<PciAddress> addresses;
  for (int i = 0; i < count; ++i)
    addresses.push_back(
        {0, static_cast<std::uint8_t>(0xa0 + i / 32), static_cast<std::uint8_t>(i % 32), 0});
  return write_hide_list(addresses);
}

Snapshot stale_efi_file(Snapshot) {
  return probed(text_of_file(recordings() / "xcp-ng-8.2-bios.host") +
                "=== /boot/efi/EFI/xenserver/grub.cfg\nset default=0\n");
}

}  // namespace

std::vector<Case> boot_cases() {
  return {
      {"hide-syntax-error",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:3b:00:1)"); },
       found,
       "",
       {"'(0000:3b:00.0)(0000:3b:00:1)', at character 26", "hides nothing"}},
      {"hide-syntax-error",
       nas,
       [](Snapshot h) { return with_arguments(h, "fallback", "xen-pciback.hide=(06:00.8)"); },
       found,
       "",
       {"'(06:00.8)'", "function 8 is out of range"}},
      {"hide-syntax-error",
       nas,
       [](Snapshot h) {
         return with_arguments(h, "xe", "pciback.hide=06:00.0 xen-pciback.hide=(0000:3b:00.0)");
       },
       found,
       "",
       {"'06:00.0', at character 1"}},
      {"hide-syntax-error",
       old,
       [](Snapshot h) { return hiding(h, "(06:00.*)"); },
       found,
       "",
       {"'(06:00.*)'", "knows no '*'"}},
      silent("hide-syntax-error", nas, as_it_is),
      silent("hide-syntax-error", alt, as_it_is),

      {"hide-not-canonical", alt, as_it_is, found, "", {"'(0000:01:00.0)(01:00.1)'", "xapi"}},
      silent("hide-not-canonical", nas, as_it_is),

      {"hide-duplicate",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:3b:00.0)"); },
       found,
       "",
       {"(0000:3b:00.0) stands more than once"}},
      silent("hide-duplicate", nas, as_it_is),

      {"hide-legacy-name",
       nas,
       [](Snapshot h) { return with_arguments(h, "xe", "pciback.hide=(0000:3b:00.0)"); },
       found,
       "",
       {"'pciback.hide=(0000:3b:00.0)' has no effect", "reads xen-pciback.hide"}},
      {"hide-legacy-name",
       old,
       [](Snapshot h) { return with_arguments(h, "xe", "xen-pciback.hide=(0000:06:00.0)"); },
       found,
       "",
       {"reads pciback.hide"}},
      silent("hide-legacy-name", old, [](Snapshot h) { return hiding(h, "(0000:06:00.0)"); }),
      silent("hide-legacy-name", nas, as_it_is),

      {"hide-both-names",
       nas,
       [](Snapshot h) {
         return with_arguments(h, "xe", "pciback.hide=(06:00.0) xen-pciback.hide=(0000:3b:00.0)");
       },
       found,
       "",
       {"'pciback.hide=(06:00.0)' has no effect beside 'xen-pciback.hide=(0000:3b:00.0)'"}},
      silent("hide-both-names", nas, as_it_is),

      {"hide-multiple-params",
       nas,
       [](Snapshot h) {
         return with_arguments(h, "xe",
                               "xen-pciback.hide=(0000:3b:00.0) xen-pciback.hide=(06:00.0)");
       },
       found,
       "",
       {"2 times", "takes the last, 'xen-pciback.hide=(06:00.0)'"}},
      silent("hide-multiple-params", nas, as_it_is),

      {"hide-missing-in-default",
       alt,
       as_it_is,
       found,
       "",
       {"'XCP-ng kernel-alt 4.19.316'", "does not hide 0000:01:00.0, 0000:01:00.1",
        "'XCP-ng' does"}},
      {"hide-missing-in-default",
       nas,
       [](Snapshot h) {
         h.boot.grubenv_override = "XCP-ng in Safe Mode";
         return h;
       },
       found,
       "",
       {"'XCP-ng in Safe Mode'", "0000:3b:00.0"}},
      silent("hide-missing-in-default", nas, as_it_is),

      {"hide-missing-in-fallback",
       nas,
       as_it_is,
       found,
       "",
       {"'XCP-ng in Safe Mode'", "0000:3b:00.0, 0000:3b:00.1 to dom0"}},
      {"hide-missing-in-fallback",
       nas,
       [](Snapshot h) {
         for (const char* label : {"safe", "fallback", "fallback-serial"})
           h = with_arguments(h, label, "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)");
         return h;
       },
       found,
       "",
       {"gives 0000:01:00.0 to dom0"}},
      silent("hide-missing-in-fallback", plain, as_it_is),

      {"command-line-too-long",
       nas,
       [](Snapshot h) { return hiding(h, rules(70)); },
       found,
       "",
       {"'XCP-ng'", "1023", "of the 70 rules"}},
      silent("command-line-too-long", nas, [](Snapshot h) { return hiding(h, rules(60)); }),

      {"boot-config-ambiguous",
       plain,
       stale_efi_file,
       found,
       "",
       {"booted by BIOS", "/boot/grub/grub.cfg", "/boot/efi/EFI/xenserver/grub.cfg"}},
      {"boot-config-ambiguous",
       nas,
       [](Snapshot h) {
         h.boot.efi.reset();
         return h;
       },
       unknown,
       "",
       {"whether UEFI or BIOS booted this host"}},
      silent("boot-config-ambiguous", plain, as_it_is),
      silent("boot-config-ambiguous", nas, as_it_is),

      {"boot-config-unparseable",
       nas,
       [](Snapshot h) { return with_boot_text(h, "set default=0\nmenuentry 'XCP-ng' {\n"); },
       found,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg:"}},
      {"boot-config-unparseable",
       nine,
       [](Snapshot h) { return edited(h, "set default=0", "set default=4"); },
       found,
       "",
       {"'Memtest86+'", "starts no hypervisor"}},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) {
         h.boot.grubenv_override = "gone";
         return h;
       },
       found,
       "",
       {"the next boot takes 'gone'"}},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) { return edited(h, " splash", " $extra splash"); },
       found,
       "",
       {"'XCP-ng' hold a variable"}},
      {"boot-config-unparseable",
       nas,
       [](Snapshot h) {
         h.boot.file = {};
         h.boot.unreadable = "/boot/efi/EFI/xenserver/grub.cfg: Input/output error";
         return h;
       },
       unknown,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg: Input/output error"}},
      silent("boot-config-unparseable", nas, as_it_is),
      silent("boot-config-unparseable", old, as_it_is),

      {"boot-default-by-title",
       nas,
       [](Snapshot h) { return edited(h, "set default=0", "set default='XCP-ng'"); },
       found,
       "",
       {"/boot/efi/EFI/xenserver/grub.cfg names its default entry by title"}},
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
       {"'XCP-ng'", "/boot could not be listed"}},
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
       {"grub.cfg lies on /boot/efi, which is mounted read-only"}},
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

      {"kernel-args-duplicated",
       nas,
       [](Snapshot h) { return with_arguments(h, "xe", "ro nolvm"); },
       found,
       "",
       {"nolvm, ro stands more than once"}},
      silent("kernel-args-duplicated", nas, as_it_is),
      {"upgrade-drops-rule",
       old,
       [](Snapshot h) { return hiding(h, "(0000:06:00.0)"); },
       found,
       "",
       {"an upgrade keeps no 'pciback.hide=(0000:06:00.0)'"}},
      silent("upgrade-drops-rule", nas, as_it_is),
  };
}

}  // namespace pci_passthrough
