#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

Snapshot held(Snapshot host, std::string_view address) {
  function_of(host, address).driver = "pciback";
  host.boot.running = "xen-pciback.hide=(" + at(address).text() + ")";
  return host;
}

void starts_by_itself(VmRecord& vm) { vm.auto_poweron = true; }
void is_a_snapshot(VmRecord& vm) { vm.is_snapshot = true; }
void is_not_pinned(VmRecord& vm) { vm.affinity = ""; }
Snapshot with_ha(Snapshot host, std::optional<bool> enabled) {
  host.pool->ha_enabled = enabled;
  return host;
}

/// The pool's own key, without which no VM's counts.
Snapshot with_auto_poweron(Snapshot host, std::optional<bool> enabled) {
  host.pool->auto_poweron = enabled;
  return host;
}

Snapshot two_that_start(Snapshot host) {
  return clone_wants(wants(std::move(host), "0/0000:3b:00.0", starts_by_itself), "0/0000:3b:00.0",
                     starts_by_itself);
}

Snapshot vms_timed_out(Snapshot host) {
  host = with_pool(std::move(host));
  host.pool->unreadable["VM"] = "xapi timed out";
  return host;
}

Snapshot runs_with_device(Snapshot host) {
  return wants(std::move(host), "0/0000:18:00.0", [](VmRecord& vm) {
    vm.power_state = "Running";
    vm.resident_on = "host-1";
    vm.attached_pcis = {"pci-1"};
  });
}

}  // namespace

std::vector<Case> vm_cases() {
  return {
      {"vms-unknown", nas, as_it_is, unknown, "", {"xapi did not answer"}},
      {"vms-unknown",
       nas,
       [](Snapshot h) {
         h.unreadable["xapi"] = "nobody listens";
         return h;
       },
       unknown,
       "",
       {"Unknown what VMs want: cannot read the VMs from xapi (nobody listens)."}},
      {"vms-unknown", nas, vms_timed_out, unknown, "", {"xapi timed out"}},
      silent_of_vm("vms-unknown", [](Snapshot h) { return with_pool(h); }),

      of_vm("vm-device-missing", [](Snapshot h) { return wants(h, "0/0000:99:00.0"); }, found,
            "0000:99:00.0", {"'nas' wants 0000:99:00.0, which is not on this host"}),
      of_vm("vm-device-missing",
            [](Snapshot h) {
              h.unreadable["/sys/bus/pci/devices"] = "gone";
              return wants(h, "0/0000:99:00.0");
            },
            unknown, "0000:99:00.0", {"Unknown whether 0000:99:00.0", "(gone)"}),
      silent_of_vm("vm-device-missing", [](Snapshot h) { return wants(h, "0/0000:3b:00.0"); }),

      of_vm("assigned-not-hidden",
            [](Snapshot h) { return wants(hiding(h, "(0000:3b:00.0)"), "0/0000:18:00.0"); }, found,
            "0000:18:00.0", {"SAS3008", "mpt3sas drives it in dom0, and no rule hides it."}),
      of_vm("assigned-not-hidden",
            [](Snapshot h) { return wants(hiding(h, "(0000:18:00.0)"), "0/0000:18:00.0"); }, found,
            "0000:18:00.0",
            {"until the next reboot hides it", "A start before that takes it away"}),
      of_vm("assigned-not-hidden",
            [](Snapshot h) {
              return wants(hiding(held(h, "18:00.0"), "(0000:3b:00.0)"), "0/0000:18:00.0");
            },
            found, "0000:18:00.0", {"The next reboot gives it back to dom0."}),
      of_vm("assigned-not-hidden",
            [](Snapshot h) {
              function_of(h, "3b:00.0").driver = "nouveau";
              return wants(h, "0/0000:3b:00.0");
            },
            found, "0000:3b:00.0", {"nouveau drives it in dom0, in spite of the rule"}),
      of_vm("assigned-not-hidden",
            [](Snapshot h) {
              function_of(h, "18:00.0").driver.reset();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"Unknown which driver has it"}),
      of_vm("assigned-not-hidden",
            [](Snapshot h) {
              h.boot.running.reset();
              return wants(h, "0/0000:18:00.0");
            },
            unknown, "0000:18:00.0", {"mpt3sas drives it", "Unknown whether a rule hides it"}),
      silent_of_vm("assigned-not-hidden",
                   [](Snapshot h) {
                     return wants(hiding(held(h, "18:00.0"), "(0000:18:00.0)"), "0/0000:18:00.0");
                   }),

      {"hidden-not-assigned",
       nas,
       [](Snapshot h) {
         return clone_wants(hiding(with_pool(h), "(0000:3b:00.0)"), "0/0000:3b:00.0",
                            is_a_snapshot);
       },
       found,
       "0000:3b:00.0",
       {"No VM wants 0000:3b:00.0"}},
      silent_of_vm("hidden-not-assigned",
                   [](Snapshot h) { return wants(hiding(h, "(0000:3b:00.0)"), "0/0000:3b:00.0"); }),
      silent_of_vm("hidden-not-assigned", as_it_is),

      of_vm("device-in-two-vms",
            [](Snapshot h) { return clone_wants(wants(h, "0/0000:3b:00.0"), "0/0000:3b:00.0"); },
            found, "0000:3b:00.0", {"and so does 'clone' (Halted)"}),
      of_vm("device-in-two-vms",
            [](Snapshot h) {
              for (const auto* name : {"a", "b", "c", "d", "e", "f"})
                h = with_vm(std::move(h), name, "0/0000:3b:00.0", nullptr);
              return wants(std::move(h), "0/0000:3b:00.0");
            },
            found, "0000:3b:00.0", {"and so do 'a' (Halted), ", "'d' (Halted) and 2 more"}),
      silent_of_vm(
          "device-in-two-vms",
          [](Snapshot h) { return clone_wants(wants(h, "0/0000:3b:00.0"), "0/0000:3b:00.1"); }),
      silent_of_vm("device-in-two-vms",
                   [](Snapshot h) {
                     return clone_wants(with_second_host(wants(h, "0/0000:3b:00.0")),
                                        "0/0000:3b:00.0",
                                        [](VmRecord& vm) { vm.affinity = "host-2"; });
                   }),
      of_vm("device-in-two-vms",
            [](Snapshot h) { return with_auto_poweron(two_that_start(h), {}); }, unknown,
            "0000:3b:00.0", {"'clone'", "Unknown whether they start"}),
      of_vm("device-in-two-autostart-vms", two_that_start, found, "0000:3b:00.0",
            {"'clone'", "All of them start by themselves."}),
      of_vm("device-in-two-autostart-vms",
            [](Snapshot h) { return with_auto_poweron(two_that_start(h), {}); }, unknown,
            "0000:3b:00.0", {"'clone'", "Unknown whether they start"}),
      of_vm("device-in-two-autostart-vms",
            [](Snapshot h) {
              h = with_ha(wants(h, "0/0000:3b:00.0", restarts), true);
              return clone_wants(h, "0/0000:3b:00.0", starts_by_itself);
            },
            found, "0000:3b:00.0", {"All of them start"}),
      silent_of_vm("device-in-two-autostart-vms",
                   [](Snapshot h) { return with_auto_poweron(two_that_start(h), false); }),
      silent_of_vm("device-in-two-autostart-vms",
                   [](Snapshot h) {
                     h = wants(h, "0/0000:3b:00.0", restarts);
                     return clone_wants(h, "0/0000:3b:00.0", restarts);
                   }),
      silent_of_vm("device-in-two-autostart-vms",
                   [](Snapshot h) {
                     return clone_wants(wants(h, "0/0000:3b:00.0", starts_by_itself),
                                        "0/0000:3b:00.0");
                   }),

      {"snapshot-carries-device",
       nas,
       [](Snapshot h) { return wants(h, "0/0000:3b:00.0", is_a_snapshot); },
       found,
       "",
       {"'nas'"}},
      silent_of_vm("snapshot-carries-device",
                   [](Snapshot h) { return wants(h, "0/0000:3b:00.0"); }),

      of_vm("vm-not-pinned-to-host",
            [](Snapshot h) { return with_second_host(wants(h, "0/0000:3b:00.0", is_not_pinned)); },
            found, "", {"'nas' has no affinity to this host"}),
      silent_of_vm("vm-not-pinned-to-host",
                   [](Snapshot h) { return with_second_host(wants(h, "0/0000:3b:00.0")); }),
      silent_of_vm("vm-not-pinned-to-host",
                   [](Snapshot h) { return wants(h, "0/0000:3b:00.0", is_not_pinned); }),

      of_vm("ha-protected-with-pci",
            [](Snapshot h) { return with_ha(wants(h, "0/0000:3b:00.0", restarts), true); }, found,
            "", {"HA restarts the VM 'nas' (restart)"}),
      of_vm("ha-protected-with-pci",
            [](Snapshot h) { return with_ha(wants(h, "0/0000:3b:00.0", restarts), {}); }, unknown,
            "", {"Unknown whether HA restarts the VM 'nas'"}),
      silent_of_vm("ha-protected-with-pci",
                   [](Snapshot h) { return wants(h, "0/0000:3b:00.0", restarts); }),

      {"evacuate-blockers",
       nas,
       [](Snapshot h) { return with_second_host(runs_with_device(h)); },
       found,
       "",
       {"'nas' has devices of this host. The host cannot be evacuated while it runs."}},
      silent_of_vm("evacuate-blockers", runs_with_device),
      silent_of_vm("evacuate-blockers",
                   [](Snapshot h) {
                     h = with_second_host(runs_with_device(h));
                     h.pool->vms.at("ref-nas").resident_on = "host-2";
                     return h;
                   }),
      silent_of_vm("evacuate-blockers",
                   [](Snapshot h) {
                     h = with_second_host(runs_with_device(h));
                     h.pool->vms.at("ref-nas").attached_pcis.clear();
                     return h;
                   }),
  };
}

}  // namespace pci_passthrough
