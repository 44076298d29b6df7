#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

/// `count` rules, each of a function of its own.
std::string rules(int count) {
  std::vector<PciAddress> addresses;
  for (int i = 0; i < count; ++i)
    addresses.push_back(
        {0, static_cast<std::uint8_t>(0xa0 + i / 32), static_cast<std::uint8_t>(i % 32), 0});
  return write_hide_list(addresses);
}

}  // namespace

std::vector<Case> rule_cases() {
  return {
      {"hide-syntax-error",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:3b:00:1)"); },
       found,
       "",
       {"'(0000:3b:00.0)(0000:3b:00:1)' is wrong at character 26", "hides nothing"}},
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
       {"'06:00.0' is wrong at character 1"}},
      {"hide-syntax-error",
       old,
       [](Snapshot h) { return hiding(h, "(06:00.*)"); },
       found,
       "",
       {"'(06:00.*)'", "knows no '*'"}},
      silent("hide-syntax-error", nas, as_it_is),
      silent("hide-syntax-error", alt, as_it_is),

      {.code = "hide-not-canonical",
       .host = alt,
       .changed = as_it_is,
       .words = {"The kernel reads '(0000:01:00.0)(01:00.1)', but xapi does not."},
       .remedy = "pci-passthrough repair."},
      {.code = "hide-not-canonical",
       .host = nas,
       .changed =
           [](Snapshot h) { return with_arguments(h, "fallback", "xen-pciback.hide=(3b:00.0)"); },
       .words = {"'(3b:00.0)'"},
       .remedy = "pci-passthrough repair entries=all."},
      silent("hide-not-canonical", nas, as_it_is),

      {"hide-duplicate",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:3b:00.0)"); },
       found,
       "",
       {"In the hide list (0000:3b:00.0) stands more than once."}},
      silent("hide-duplicate", nas, as_it_is),

      {"hide-legacy-name",
       nas,
       [](Snapshot h) { return with_arguments(h, "xe", "pciback.hide=(0000:3b:00.0)"); },
       found,
       "",
       {"'pciback.hide=(0000:3b:00.0)' hides nothing", "reads xen-pciback.hide alone"}},
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
       {"'pciback.hide=(06:00.0)' hides nothing", "goes by 'xen-pciback.hide=(0000:3b:00.0)'"}},
      silent("hide-both-names", nas, as_it_is),

      {"hide-multiple-params",
       nas,
       [](Snapshot h) {
         return with_arguments(h, "xe",
                               "xen-pciback.hide=(0000:3b:00.0) xen-pciback.hide=(06:00.0)");
       },
       found,
       "",
       {"2 times", "goes by the last, 'xen-pciback.hide=(06:00.0)'; xapi by the first."}},
      silent("hide-multiple-params", nas, as_it_is),

      {"hide-missing-in-default",
       alt,
       as_it_is,
       found,
       "",
       {"'XCP-ng kernel-alt 4.19.316'", "does not hide 0000:01:00.0, 0000:01:00.1",
        "'XCP-ng' does"},
       false,
       "",
       Severity::error,
       "pci-passthrough hide devices=0000:01:00.0,0000:01:00.1."},
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
       {"'XCP-ng in Safe Mode'", "0000:3b:00.0, 0000:3b:00.1 to dom0", "That is the way back"}},
      {"hide-missing-in-fallback",
       nas,
       [](Snapshot h) {
         for (const char* label : {"safe", "fallback", "fallback-serial"})
           h = with_arguments(h, label, "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)");
         return h;
       },
       found,
       "",
       {"leave 0000:01:00.0 to dom0", "That is no way back"}},
      silent("hide-missing-in-fallback", bios, as_it_is),

      {"command-line-too-long",
       nas,
       [](Snapshot h) { return hiding(h, rules(70)); },
       found,
       "",
       {"'XCP-ng'", "1023", "of the 70 rules"},
       false,
       "",
       Severity::error,
       "pci-passthrough unhide devices=0000:a1:"},
      {"command-line-too-long",
       nas,
       [](Snapshot h) {
         const auto list = "xen-pciback.hide=" + rules(40);
         return with_arguments(h, "xe", list + " " + list);
       },
       found,
       "",
       {"1023", "The rules would fit, if the list stood once."},
       false,
       "",
       Severity::error,
       "pci-passthrough repair."},
      silent("command-line-too-long", nas, [](Snapshot h) { return hiding(h, rules(60)); }),

      {"upgrade-drops-rule",
       old,
       [](Snapshot h) { return hiding(h, "(0000:06:00.0)"); },
       found,
       "",
       {"An upgrade loses 'pciback.hide=(0000:06:00.0)'"}},
      {"upgrade-drops-rule",
       nas,
       [](Snapshot h) {
         return with_arguments(h, "xe",
                               "xen-pciback.hide=(0000:3b:00.0) "
                               "xen-pciback.hide=(0000:3b:00.0)(0000:18:00.0)");
       },
       found,
       "",
       {"An upgrade loses (0000:18:00.0): it keeps the first list alone, "
        "'xen-pciback.hide=(0000:3b:00.0)'."},
       false,
       "",
       Severity::warn,
       "pci-passthrough repair."},
      {"upgrade-drops-rule",
       nas,
       [](Snapshot h) {
         h = hiding(h, "(0000:3b:00.0)(0000:18:00.0)");
         return with_boot_text(h, replaced(h.boot.file.text, "set default=0", "set default=3"));
       },
       found,
       "",
       {"An upgrade loses (0000:3b:00.0)(0000:18:00.0)", "the default entry alone"},
       false,
       "",
       Severity::warn,
       "pci-passthrough hide devices=0000:3b:00.0,0000:18:00.0."},
      {"upgrade-drops-rule",
       nas,
       [](Snapshot h) {
         h.boot.file.entries.at(*h.boot.next_entry()).xen_arguments = {"extra_guest_irqs=64"};
         return h;
       },
       found,
       "",
       {"An upgrade loses 'extra_guest_irqs=64' of Xen's own arguments."}},
      silent("upgrade-drops-rule", nas, as_it_is),
      silent(
          "upgrade-drops-rule", nas,
          [](Snapshot h) { return with_arguments(hiding(h, "(0000:3b:00.0)"), "xe-serial", ""); }),
  };
}

}  // namespace pci_passthrough
