#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr auto found = FindingState::found, unknown = FindingState::unknown;
constexpr char gpu[] = "0/0000:3b:00.0,1/0000:3b:00.1", usb[] = "0/0000:8b:00.0";

Snapshot wants(Snapshot host, const char* pci, void (*change)(VmRecord&) = nullptr) {
  return with_vm(std::move(host), "nas", pci, change);
}

}  // namespace

std::vector<Case> vm_entry_cases() {
  return {
      of_vm("vm-entry-malformed",
            [](Snapshot h) { return wants(h, "0/0000:3b:00.0, 0/0000:3b:00.1"); }, found,
            "0000:3b:00.1", {"' 0/0000:3b:00.1'", "begins with a blank", "it means 0000:3b:00.1"}),
      of_vm("vm-entry-malformed", [](Snapshot h) { return wants(h, "0/3b:00.0"); }, found,
            "0000:3b:00.0", {"no segment"}),
      of_vm("vm-entry-malformed", [](Snapshot h) { return wants(h, "0/0000:3b:00.*"); }, found, "",
            {"is no device"}),
      silent_of_vm("vm-entry-malformed", [](Snapshot h) { return wants(h, gpu); }),

      of_vm("vm-entry-garbage-tail", [](Snapshot h) { return wants(h, "0/0000:3b:00.01"); }, found,
            "0000:3b:00.0", {"it reads 0000:3b:00.0"}),
      silent_of_vm("vm-entry-garbage-tail", [](Snapshot h) { return wants(h, "0/0000:3b:00.0 "); }),
      of_vm("vm-entry-out-of-range", [](Snapshot h) { return wants(h, "0/0000:3b:20.0"); }, found,
            "0000:3b:20.0", {"devices end at 1f"}),
      silent_of_vm("vm-entry-out-of-range", [](Snapshot h) { return wants(h, "0/0000:3b:1f.7"); }),

      of_vm("vm-entry-duplicate",
            [](Snapshot h) { return wants(h, "0/0000:3b:00.0,1/0000:3b:00.0"); }, found,
            "0000:3b:00.0", {"more than once"}),
      silent_of_vm("vm-entry-duplicate", [](Snapshot h) { return wants(h, gpu); }),
      of_vm("vm-order-reversed",
            [](Snapshot h) { return wants(h, "0/0000:3b:00.0,0/0000:3b:00.1"); }, found, "",
            {"in the order 0000:3b:00.1, 0000:3b:00.0"}),
      silent_of_vm("vm-order-reversed", [](Snapshot h) { return wants(h, gpu); }),
      silent_of_vm("vm-order-reversed",
                   [](Snapshot h) { return wants(h, "0/0000:3b:00.0,0/0000:3b:00.0"); }),

      of_vm("vm-function-split", [](Snapshot h) { return wants(h, "0/0000:89:00.0"); }, found,
            "0000:89:00.0", {"on one card with 0000:89:00.1"}),
      silent_of_vm("vm-function-split",
                   [](Snapshot h) { return wants(h, "0/0000:89:00.0,1/0000:89:00.1"); }),
      silent_of_vm("vm-function-split",
                   [](Snapshot h) {
                     function_of(h, "89:00.1").driver = "pciback";
                     return wants(h, "0/0000:89:00.0");
                   }),
      of_vm("vm-function-split",
            [](Snapshot h) {
              function_of(h, "89:00.1").driver = "pciback";
              return with_vm(wants(h, "0/0000:89:00.0"), "other", "0/0000:89:00.1");
            },
            found, "0000:89:00.0", {"0000:89:00.1"}),
      of_vm("gpu-audio-missing", [](Snapshot h) { return wants(h, "0/0000:3b:00.0"); }, found,
            "0000:3b:00.0", {"without 0000:3b:00.1"}),
      silent_of_vm("gpu-audio-missing", [](Snapshot h) { return wants(h, gpu); }),

      of_vm("vm-dynamic-memory",
            [](Snapshot h) {
              return wants(h, gpu, [](VmRecord& vm) { vm.memory_dynamic_min = 1ull << 30; });
            },
            found, "", {"1024 to 4096 MiB"}),
      of_vm("vm-dynamic-memory",
            [](Snapshot h) {
              return wants(h, gpu, [](VmRecord& vm) { vm.memory_dynamic_max.reset(); });
            },
            unknown, "", {"cannot be told"}),
      silent_of_vm("vm-dynamic-memory", [](Snapshot h) { return wants(h, gpu); }),

      of_vm("suspend-not-blocked", [](Snapshot h) { return wants(h, usb); }, found, "",
            {"xapi has no record of 0000:8b:00.0"}),
      silent_of_vm("suspend-not-blocked", [](Snapshot h) { return wants(h, gpu); }),
      silent_of_vm("suspend-not-blocked",
                   [](Snapshot h) { return wants(h, "0/0000:8b:00.0,1/0000:3b:00.1"); }),
      silent_of_vm("suspend-not-blocked",
                   [](Snapshot h) {
                     return wants(h, usb, [](VmRecord& vm) {
                       vm.blocked_operations = {"pool_migrate", "suspend"};
                     });
                   }),

      of_vm("pv-guest",
            [](Snapshot h) { return wants(h, gpu, [](VmRecord& vm) { vm.domain_type = "pvh"; }); },
            found, "", {"type pvh, which gets no PCI device"}),
      of_vm("pv-guest",
            [](Snapshot h) { return wants(h, gpu, [](VmRecord& vm) { vm.domain_type = ""; }); },
            unknown, "", {"cannot be told"}),
      silent_of_vm("pv-guest", [](Snapshot h) { return wants(h, gpu); }),
  };
}

}  // namespace pci_passthrough
