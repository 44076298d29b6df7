#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

/// A rule for another device than those that VMs want here.
Snapshot unruled(Snapshot host) { return hiding(host, "(0000:5f:00.0)"); }

/// Two functions behind the bridge of the BMC's display, on one conventional bus.
Snapshot unruled_neighbours(Snapshot host) {
  auto sound = *host.find(at("03:00.0"));
  sound.address = at("03:01.0");
  host.functions.push_back(sound);
  std::ranges::sort(host.functions, {}, &Function::address);
  return unruled(host);
}

Case of_device(std::string code, Snapshot (*changed)(Snapshot), std::string device,
               std::vector<std::string> words) {
  return {std::move(code), nas, changed, found, std::move(device), std::move(words)};
}

std::vector<Case> group_cases() {
  return {
      of_vm("vm-group-split",
            [](Snapshot h) {
              return clone_wants(wants(unruled(h), "0/0000:3b:00.0"), "0/0000:3b:00.1");
            },
            found, "0000:3b:00.0",
            {"'nas' wants 0000:3b:00.0 (GA104GL [RTX A4000]), and no ACS keeps it from "
             "0000:3b:00.1",
             "which 'clone' (Halted) wants"}),
      of_vm("vm-group-split",
            [](Snapshot h) {
              function_of(h, "3b:00.1").config.reset();
              return clone_wants(wants(unruled(h), "0/0000:3b:00.0"), "0/0000:3b:00.1");
            },
            unknown, "0000:3b:00.0", {"Unknown whether ACS keeps", "another VM wants"}),
      silent_of_vm("vm-group-split",
                   [](Snapshot h) {
                     return clone_wants(wants(unruled(h), "0/0000:3b:00.0,1/0000:3b:00.1"),
                                        "0/0000:8b:00.0");
                   }),
      silent_of_vm("vm-group-split",
                   [](Snapshot h) {
                     h = with_second_host(wants(unruled(h), "0/0000:3b:00.0"));
                     return clone_wants(h, "0/0000:3b:00.1",
                                        [](VmRecord& vm) { vm.affinity = "host-2"; });
                   }),
      silent_of_vm("vm-group-split",
                   [](Snapshot h) {
                     return clone_wants(wants(unruled(h), "0/0000:3b:00.0"), "0/0000:3b:00.0");
                   }),
  };
}

}  // namespace

std::vector<Case> vm_hardware_cases() {
  std::vector<Case> cases = {
      of_device("no-reset-method", [](Snapshot h) { return wants(unruled(h), "0/0000:00:17.0"); },
                "0000:00:17.0", {"cannot be reset"}),
      silent("no-reset-method", nas,
             [](Snapshot h) {
               return wants(with_second_host(with_pool(unruled(h))), "0/0000:00:17.0",
                            [](VmRecord& vm) { vm.affinity = "host-2"; });
             }),
      silent("no-reset-method", nas,
             [](Snapshot h) {
               return wants(unruled(h), "0/0000:00:17.0",
                            [](VmRecord& vm) { vm.is_template = true; });
             }),
      of_device("bus-reset-hits-others",
                [](Snapshot h) { return wants(unruled(h), "0/0000:3b:00.0"); }, "0000:3b:00.0",
                {"A reset of its bus would hit 0000:3b:00.1"}),
      of_device("acs-missing", [](Snapshot h) { return wants(unruled(h), "0/0000:3b:00.0"); },
                "0000:3b:00.0", {"0000:3b:00.1", "which dom0 keeps"}),
      silent("acs-missing", nas,
             [](Snapshot h) { return wants(unruled(h), "0/0000:3b:00.0,1/0000:3b:00.1"); }),
      of_device("behind-conventional-bridge",
                [](Snapshot h) {
                  return clone_wants(wants(unruled_neighbours(h), "0/0000:03:00.0"),
                                     "0/0000:03:01.0");
                },
                "0000:03:00.0", {"together with 0000:03:01.0"}),
      silent(
          "behind-conventional-bridge", nas,
          [](Snapshot h) { return wants(unruled_neighbours(h), "0/0000:03:00.0,1/0000:03:01.0"); }),
      of_device("sriov-pf-with-vfs", [](Snapshot h) { return wants(unruled(h), "0/0000:89:00.0"); },
                "0000:89:00.0", {"0000:8a:10.0", "0000:8a:10.4"}),
      silent("sriov-pf-with-vfs", nas,
             [](Snapshot h) { return wants(unruled(h), "0/0000:8a:10.0"); }),
      silent("shared-intx", nas, [](Snapshot h) { return wants(unruled(h), "0/0000:3b:00.0"); }),
      silent("function-split", nas, [](Snapshot h) { return wants(unruled(h), "0/0000:3b:00.0"); }),
  };
  std::ranges::move(group_cases(), std::back_inserter(cases));
  return cases;
}

}  // namespace pci_passthrough
