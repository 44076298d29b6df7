#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

Snapshot without_command_line(Snapshot host) {
  host.boot.running.reset();
  return host;
}

Snapshot driven(Snapshot host, std::string_view address, std::optional<std::string> driver) {
  function_of(host, address).driver = std::move(driver);
  return host;
}

}  // namespace

std::vector<Case> running_cases() {
  return {
      {"pending-reboot",
       nas,
       as_it_is,
       found,
       "0000:01:00.0",
       {"0000:01:00.0 is still used by dom0; hidden after the next reboot."}},
      {"pending-reboot",
       nas,
       as_it_is,
       found,
       "0000:8b:00.0",
       {"0000:8b:00.0 is hidden; dom0 has it again after the next reboot."}},
      {"pending-reboot", nas, without_command_line, unknown, "", {"/proc/cmdline"}},
      silent("pending-reboot", bios, as_it_is),

      {"rule-device-missing",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)(0000:99:00.0)"); },
       found,
       "0000:99:00.0",
       {"(0000:99:00.0) names no device"},
       false,
       "",
       Severity::warn,
       "pci-passthrough unhide devices=0000:99:00.0."},
      {"rule-device-missing",
       nas,
       [](Snapshot h) { return hiding(h, "(99:00.*)"); },
       found,
       "",
       {"(99:00.*) names no device"}},
      {"rule-device-missing",
       nas,
       with_functions_unread,
       unknown,
       "0000:3b:00.0",
       {"Unknown whether the rule (0000:3b:00.0)"}},
      silent("rule-device-missing", nas, as_it_is),

      {"functions-unknown",
       nas,
       with_functions_unread,
       unknown,
       "",
       {"Unknown which PCI functions this host has",
        "cannot read /sys/bus/pci/devices (Input/output error)"},
       false,
       "",
       Severity::block,
       "Mount sysfs at /sys"},
      silent("functions-unknown", nas, as_it_is),

      {"hidden-but-not-bound",
       nas,
       [](Snapshot h) { return driven(h, "3b:00.0", "nouveau"); },
       found,
       "0000:3b:00.0",
       {"told to hide 0000:3b:00.0, but the driver nouveau holds it."}},
      {"hidden-but-not-bound",
       nas,
       [](Snapshot h) { return driven(h, "3b:00.0", ""); },
       found,
       "0000:3b:00.0",
       {"neither pciback nor any other driver holds it"}},
      {"hidden-but-not-bound",
       nas,
       [](Snapshot h) { return driven(h, "3b:00.0", std::nullopt); },
       unknown,
       "0000:3b:00.0",
       {"Unknown whether pciback holds 0000:3b:00.0"}},
      {"hidden-but-not-bound", nas, without_command_line, unknown, "", {"/proc/cmdline"}},
      silent("hidden-but-not-bound", nas, as_it_is),

      {"bound-without-rule",
       nas,
       [](Snapshot h) { return driven(h, "18:00.0", "pciback"); },
       found,
       "0000:18:00.0",
       {"pciback holds 0000:18:00.0"}},
      {"bound-without-rule", nas, without_command_line, unknown, "", {"/proc/cmdline"}},
      silent("bound-without-rule", nas, as_it_is),
  };
}

}  // namespace pci_passthrough
