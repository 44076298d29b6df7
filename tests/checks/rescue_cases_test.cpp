#include "plugin/boot/rescue.hpp"
#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

Snapshot rescued(const Snapshot& host) {
  return with_boot_text(host, with_rescue(host.boot.file).value());
}

Snapshot ruled_everywhere(Snapshot host) {
  std::vector<HideEdit> edits;
  for (std::size_t i = 0; i < host.boot.file.entries.size(); ++i)
    if (!is_rescue(host.boot.file.loader, host.boot.file.entries[i]))
      edits.push_back(
          {i, pciback_kind(host.boot.file.entries[i], host.boot.kernel_release), "(0000:01:00.0)"});
  return with_boot_text(host, edit_hide_lists(host.boot.file, edits));
}

/// As an update or xen-cmdline leaves it: the everyday entry alone is another.
Snapshot stale(Snapshot host) {
  host = rescued(host);
  auto text = host.boot.file.text;
  text.insert(entry_of(host, "xe").arguments_end, " mitigations=off");
  return with_boot_text(host, text);
}

void by_itself(VmRecord& vm) { vm.auto_poweron = true; }

/// dom0's own disks, hidden from the next boot on, and a VM that has them.
Snapshot boot_disks_wanted(Snapshot host, void (*change)(VmRecord&)) {
  return wants(rescued(hiding(host, "(0000:88:00.0)")), "0/0000:88:00.0", change);
}

}  // namespace

std::vector<Case> rescue_cases() {
  return {
      with({"no-entry-without-rules",
            nine,
            ruled_everywhere,
            found,
            "",
            {"No entry of /boot/efi/EFI/xenserver/grub.cfg boots dom0 without the hide rules."}},
           Severity::warn, "pci-passthrough rescue."),
      {"no-entry-without-rules", old, ruled_everywhere, found, "", {"/boot/extlinux.conf"}},
      {"no-entry-without-rules",
       nas,
       [](Snapshot h) {
         h = hiding(h, "(0000:18:00.0)");
         for (std::size_t i = 1; i < h.boot.file.entries.size(); ++i)
           for (const auto& file : h.boot.file.entries[i].files)
             if (std::ranges::count(h.boot.file.entries[0].files, file) == 0)
               std::erase(h.boot.present, file);
         for (const char* label : {"xe-serial", "safe"})
           h = with_arguments(h, label, "xen-pciback.hide=(0000:18:00.0)");
         return h;
       },
       found,
       "",
       {"No entry of"}},
      silent("no-entry-without-rules", nine,
             [](Snapshot h) { return rescued(ruled_everywhere(h)); }),
      silent("no-entry-without-rules", nas, as_it_is),
      silent("no-entry-without-rules", nine, as_it_is),

      with({"rescue-entry-stale",
            nas,
            stale,
            found,
            "",
            {"'pci-passthrough rescue' does not boot what 'XCP-ng' boots any more."}},
           Severity::warn, "pci-passthrough repair."),
      {"rescue-entry-stale", old, stale, found, "", {"does not boot what 'xe' boots"}},
      {"rescue-entry-stale",
       nas,
       [](Snapshot h) {
         h = rescued(h);
         const auto rescue = *rescue_entry(h.boot.file);
         return with_boot_text(
             h, edit_hide_lists(h.boot.file, {{rescue, PcibackKind::pvops, "(0000:18:00.0)"}}));
       },
       found,
       "",
       {"'pci-passthrough rescue' has a hide rule."}},
      silent("rescue-entry-stale", nas, [](Snapshot h) { return rescued(h); }),
      silent("rescue-entry-stale", nas, as_it_is),

      advising(
          of_vm("vm-starts-in-rescue", [](Snapshot h) { return boot_disks_wanted(h, by_itself); },
                found, "0000:88:00.0",
                {"0000:88:00.0 has dom0's /", "loses it again when the VM 'nas' starts by itself"}),
          Severity::error, "other-config:auto_poweron=false"),
      of_vm("vm-starts-in-rescue",
            [](Snapshot h) {
              h = boot_disks_wanted(h, by_itself);
              h.pool->auto_poweron.reset();
              return h;
            },
            unknown, "0000:88:00.0", {"Unknown whether it starts by itself"}),
      silent_of_vm("vm-starts-in-rescue", [](Snapshot h) { return boot_disks_wanted(h, nullptr); }),
      silent_of_vm("vm-starts-in-rescue",
                   [](Snapshot h) {
                     return wants(rescued(hiding(h, "(0000:18:00.0)")), "0/0000:18:00.0",
                                  by_itself);
                   }),
  };
}

}  // namespace pci_passthrough
