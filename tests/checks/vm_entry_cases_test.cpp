#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr char gpu[] = "0/0000:3b:00.0,1/0000:3b:00.1", usb[] = "0/0000:8b:00.0";

Snapshot with_bars(Snapshot host, const char* pci, std::uint64_t size) {
  for (const char* address : {"3b:00.0", "18:00.0"})
    function_of(host, address).bars = {{size, false}, {1ull << 40, true}};
  return with_vm(std::move(host), "nas", pci);
}

/// MSI-X vectors of its two devices.
Snapshot with_vectors(Snapshot host, unsigned first, unsigned second) {
  function_of(host, "3b:00.0").config->msix = {first, false};
  function_of(host, "18:00.0").config->msix = {second, false};
  return with_vm(std::move(host), "nas", "0/0000:3b:00.0,1/0000:18:00.0");
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
            {"in the order 0000:3b:00.1, 0000:3b:00.0."}),
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
      silent("gpu-audio-missing", fc_host,
             [](Snapshot h) { return with_vm(h, "kiosk", "0/0000:01:00.1"); }),

      of_vm("vm-dynamic-memory",
            [](Snapshot h) {
              return wants(h, gpu, [](VmRecord& vm) { vm.memory_dynamic_min = 1ull << 30; });
            },
            found, "", {"between 1024 and 4096 MiB"}),
      of_vm("vm-dynamic-memory",
            [](Snapshot h) {
              return wants(h, gpu, [](VmRecord& vm) { vm.memory_dynamic_max.reset(); });
            },
            unknown, "", {"Unknown whether"}),
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

      of_vm("pvh-guest",
            [](Snapshot h) { return wants(h, gpu, [](VmRecord& vm) { vm.domain_type = "pvh"; }); },
            found, "", {"is a PVH guest (domain type pvh)"}),
      of_vm("pvh-guest",
            [](Snapshot h) { return wants(h, gpu, [](VmRecord& vm) { vm.domain_type = ""; }); },
            unknown, "", {"Unknown whether"}),
      silent_of_vm("pvh-guest", [](Snapshot h) { return wants(h, gpu); }),

      of_vm("vm-bars-exceed-mmio-hole",
            [](Snapshot h) { return with_bars(h, "0/0000:3b:00.0,1/0000:18:00.0", 1ull << 30); },
            found, "", {"The VM 'nas' needs 2048 MiB for BARs below 4 GiB", "room for 1984 MiB"}),
      of_vm("vm-bars-exceed-mmio-hole",
            [](Snapshot h) {
              h = with_bars(h, "0/0000:3b:00.0,1/0000:18:00.0", 100 << 20);
              h.pool->vms.at("ref-nas").mmio_hole_size = 256 << 20;
              return h;
            },
            found, "", {"needs 200 MiB", "room for 192 MiB"}),
      of_vm("vm-bars-exceed-mmio-hole",
            [](Snapshot h) {
              h = with_bars(h, "0/0000:3b:00.0", 1 << 20);
              function_of(h, "3b:00.0").bars.reset();
              return h;
            },
            unknown, "", {"how large the BARs of 0000:3b:00.0"}),
      silent_of_vm("vm-bars-exceed-mmio-hole",
                   [](Snapshot h) {
                     h = with_bars(h, "0/0000:3b:00.0,1/0000:18:00.0", 100 << 20);
                     h.pool->vms.at("ref-nas").mmio_hole_size = 128 << 20;
                     return h;
                   }),
      silent_of_vm("vm-bars-exceed-mmio-hole",
                   [](Snapshot h) {
                     h = with_bars(h, "0/0000:3b:00.0,1/0000:18:00.0", 1ull << 30);
                     h.pool->vms.at("ref-nas").is_template = true;
                     return h;
                   }),

      of_vm("vm-msix-exceeds-guest-irqs", [](Snapshot h) { return with_vectors(h, 40, 25); }, found,
            "", {"The devices of the VM 'nas' have 65 MSI-X vectors, and Xen gives a VM 64"}),
      of_vm("vm-msix-exceeds-guest-irqs",
            [](Snapshot h) {
              h = with_vectors(h, 40, 24);
              function_of(h, "18:00.0").config.reset();
              return h;
            },
            unknown, "", {"how many MSI-X vectors 0000:18:00.0"}),
      silent_of_vm("vm-msix-exceeds-guest-irqs",
                   [](Snapshot h) { return with_vectors(h, 40, 24); }),
  };
}

}  // namespace pci_passthrough
