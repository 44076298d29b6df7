#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr char card[] = "0/0000:3b:00.0,1/0000:3b:00.1";

Snapshot hides(Snapshot host, const char* address) { return hiding(std::move(host), address); }

Snapshot on_release(Snapshot host, const char* version) {
  host.host.version = version;
  return host;
}

}  // namespace

/// How grave it is, and what to do: judged by the reason, not by the check.
std::vector<Case> remedy_cases() {
  using enum Severity;
  return {
      with({"iommu-disabled", nine, as_it_is, found, "", {"The firmware shows none."}}, error,
           "Turn VT-d or AMD-Vi on"),
      with({"iommu-disabled",
            nas,
            [](Snapshot h) {
              h.iommu.on = false;
              h.iommu.xen_command_line = "iommu=0";
              return h;
            },
            found,
            "",
            {"that of the next boot does not."}},
           error, "Reboot the host."),
      with({"rmrr-device",
            nas,
            [](Snapshot h) { return hides(h, "(0000:00:14.0)"); },
            found,
            "0000:00:14.0",
            {"harmless"}},
           warn, ""),
      with({"rmrr-device",
            bios,
            [](Snapshot h) { return hides(h, "(0000:04:00.0)(0000:04:00.1)"); },
            found,
            "0000:04:00.1",
            {"Xen may refuse to give it to a VM."}},
           error, "another slot"),
      with(
          {"rmrr-shared",
           bios,
           [](Snapshot h) { return on_release(hides(h, "(0000:04:00.0)(0000:04:00.1)"), "8.3.0"); },
           found,
           "0000:04:00.1",
           {"can write to what the others use."}},
          warn, "Give all of them to one VM"),
      with({"acs-missing",
            nas,
            [](Snapshot h) { return hides(h, "(0000:3b:00.0)"); },
            found,
            "0000:3b:00.0",
            {"A VM that has the one may reach the other."}},
           warn, "Hide 0000:3b:00.1, too"),
      with({"acs-missing",
            old,
            [](Snapshot h) { return hides(h, "(0000:06:00.0)"); },
            found,
            "0000:06:00.0",
            {"0000:03:00.0"}},
           warn, "Put the card into another slot, or give it only to a VM that you trust."),
      with({"vf-not-persistent",
            nas,
            [](Snapshot h) { return hides(h, "(0000:8a:10.0)"); },
            found,
            "0000:8a:10.0",
            {"hides nothing."}},
           warn, "unhide devices=0000:8a:10.0"),

      with(of_vm("assigned-not-hidden", [](Snapshot h) { return wants(h, "0/0000:18:00.0"); },
                 found, "0000:18:00.0", {"no rule hides it."}),
           block, "hide devices=0000:18:00.0"),
      with(of_vm("assigned-not-hidden", [](Snapshot h) { return wants(h, "0/0000:88:00.0"); },
                 found, "0000:88:00.0", {"no rule hides it."}),
           block, "unassign vm=uuid-nas devices=0000:88:00.0"),
      with(of_vm("assigned-not-hidden",
                 [](Snapshot h) { return wants(hides(h, "(0000:18:00.0)"), "0/0000:18:00.0"); },
                 found, "0000:18:00.0", {"until the next reboot hides it."}),
           error, "Reboot the host before the VM starts."),
      with(of_vm("vm-device-missing", [](Snapshot h) { return wants(h, "0/0000:99:00.0"); }, found,
                 "0000:99:00.0", {"which is not on this host."}),
           error, "unassign vm=uuid-nas devices=0000:99:00.0"),
      with(of_vm("vm-device-missing",
                 [](Snapshot h) { return wants(h, "0/0000:99:00.0,0/0000:3b:00.*"); }, found,
                 "0000:99:00.0", {"which is not on this host."}),
           error, "anew without 0000:99:00.0 (assign, replace=true)"),
      with(of_vm(
               "device-in-two-vms",
               [](Snapshot h) { return clone_wants(wants(h, "0/0000:3b:00.0"), "0/0000:3b:00.0"); },
               found, "0000:3b:00.0", {"Only one of them can run at a time."}),
           warn, "unassign vm=uuid-nas devices=0000:3b:00.0"),
      with(of_vm("vm-entry-duplicate",
                 [](Snapshot h) { return wants(h, "0/0000:3b:00.0,1/0000:3b:00.0"); }, found,
                 "0000:3b:00.0", {"It is plugged once."}),
           warn, ""),
      with(of_vm("vm-order-reversed",
                 [](Snapshot h) { return wants(h, "0/0000:3b:00.0,0/0000:3b:00.1"); }, found, "",
                 {"in the order 0000:3b:00.1, 0000:3b:00.0."}),
           warn, "devices=0000:3b:00.0,0000:3b:00.1 replace=true"),
      with(of_vm("vm-entry-malformed", [](Snapshot h) { return wants(h, "0/3b:00.0"); }, found,
                 "0000:3b:00.0", {"xapi misreads the entry of the VM 'nas'"}),
           error, "repair"),
      with(of_vm("gpu-audio-missing", [](Snapshot h) { return wants(h, "0/0000:3b:00.0"); }, found,
                 "0000:3b:00.0", {"half a card."}),
           warn, "assign vm=uuid-nas devices=0000:3b:00.1"),
      with(of_vm("vm-function-split", [](Snapshot h) { return wants(h, "0/0000:89:00.0"); }, found,
                 "0000:89:00.0", {"Each is reset alone"}),
           info, ""),
      with(of_vm("pvh-guest",
                 [](Snapshot h) {
                   return wants(h, card, [](VmRecord& vm) { vm.domain_type = "pvh"; });
                 },
                 found, "", {"is a PVH guest"}),
           error, "domain-type=hvm"),
      with(of_vm("pvh-guest",
                 [](Snapshot h) {
                   return wants(h, card, [](VmRecord& vm) { vm.domain_type = "pv"; });
                 },
                 found, "", {"is a PV guest", "pcifront"}),
           warn, "pcifront"),
      with(of_vm("vm-dynamic-memory",
                 [](Snapshot h) {
                   return wants(h, card, [](VmRecord& vm) { vm.memory_dynamic_min = 1ull << 30; });
                 },
                 found, "", {"between 1024 and 4096 MiB"}),
           error,
           "Fix it at 4096 MiB, with all that guards the VM: assign vm=uuid-nas guards=true"),
  };
}

}  // namespace pci_passthrough
