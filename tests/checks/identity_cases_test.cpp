#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

/// The HBA at 18:00.0, hidden, remembered as it is but for what `change` does.
Snapshot remembering(Snapshot host, void (*change)(Snapshot&, Identity&)) {
  host.identities = {*identity_of(host, function_of(host, "18:00.0"))};
  change(host, host.identities[0]);
  return hiding(host, "(" + host.identities[0].address.text() + ")");
}

Snapshot fits(Snapshot host) {
  return remembering(std::move(host), [](Snapshot&, Identity&) {});
}

Snapshot changed(Snapshot host) {
  return remembering(std::move(host), [](Snapshot&, Identity& hba) {
    hba.kind = "1000:0072 1000:3020 0107";
    hba.name = "SAS2008";
  });
}

Snapshot moved(Snapshot host) {
  return remembering(std::move(host), [](Snapshot&, Identity& hba) { hba.address.bus = 0x99; });
}

Snapshot doubled(Snapshot host) {
  return remembering(std::move(host), [](Snapshot& all, Identity& hba) {
    hba.topology_path = "1d.0/00.0";
    auto twin = function_of(all, "18:00.0");
    twin.address = at("19:00.0");
    all.functions.push_back(twin);
  });
}

/// Another one of the same name and ids.
Snapshot swapped(Snapshot host) {
  function_of(host, "18:00.0").config.emplace().serial = 0xa;
  return remembering(std::move(host), [](Snapshot& all, Identity&) {
    function_of(all, "18:00.0").config->serial = 0xb;
  });
}

/// No rule names the HBA, the VM 'nas' does.
Snapshot for_a_vm(Snapshot host) {
  const auto address = host.identities.at(0).address.text();
  return wants(hiding(std::move(host), "(0000:3b:00.0)"), ("0/" + address).c_str());
}

Snapshot changed_for_a_vm(Snapshot host) { return for_a_vm(changed(std::move(host))); }
Snapshot moved_for_a_vm(Snapshot host) { return for_a_vm(moved(std::move(host))); }
Snapshot doubled_for_a_vm(Snapshot host) { return for_a_vm(doubled(std::move(host))); }

Snapshot changed_for_a_vm_elsewhere(Snapshot host) {
  host = with_second_host(changed_for_a_vm(std::move(host)));
  host.pool->vms.at("ref-nas").affinity = "host-2";
  return host;
}

Snapshot unreadable_memory(Snapshot host) {
  host.unreadable[identities_file] = "Bad message";
  return fits(std::move(host));
}

}  // namespace

std::vector<Case> identity_cases() {
  return {
      {"identity-changed",
       nas,
       changed,
       found,
       "0000:18:00.0",
       {"The rule for 0000:18:00.0 was made for 'SAS2008'", "is now for 'SAS3008"},
       false,
       "",
       Severity::block,
       "pci-passthrough unhide devices=0000:18:00.0."},
      {"identity-changed", nas, unreadable_memory, unknown, "", {"Unknown whether", "Bad message"}},
      silent("identity-changed", nas, fits),
      {"identity-changed",
       nas,
       swapped,
       found,
       "0000:18:00.0",
       {"(serial 000000000000000a), and is now for another one (serial 000000000000000b)"}},
      silent("identity-changed", nas, moved),
      silent("identity-changed", nas, changed_for_a_vm),
      of_vm("vm-identity-changed", changed_for_a_vm, found, "0000:18:00.0",
            {"The entry of the VM 'nas' for 0000:18:00.0 was made for 'SAS2008'",
             "is now for 'SAS3008"}),
      silent("vm-identity-changed", nas, changed),
      silent("vm-identity-changed", nas, changed_for_a_vm_elsewhere),
      silent("vm-identity-changed", nas, [](Snapshot h) { return for_a_vm(fits(h)); }),
      {"identity-moved",
       nas,
       moved,
       found,
       "0000:99:00.0",
       {"The rule for", "which is at 0000:18:00.0 now (same place)."}},
      {"identity-moved",
       nas,
       moved_for_a_vm,
       found,
       "0000:99:00.0",
       {"The entry of the VM 'nas' for 0000:99:00.0 was made for", "which is at 0000:18:00.0 now"}},
      {"identity-moved",
       nas,
       [](Snapshot h) { return wants(moved(h), "0/0000:99:00.0"); },
       found,
       "0000:99:00.0",
       {"The rule and the entry of the VM 'nas' for 0000:99:00.0 were made for"}},
      silent("rule-device-missing", nas, moved),
      silent("identity-moved", nas, changed),
      {"identity-ambiguous",
       nas,
       doubled,
       found,
       "0000:18:00.0",
       {"may be there still, or at 0000:19:00.0 now"}},
      {"identity-ambiguous",
       nas,
       doubled_for_a_vm,
       found,
       "0000:18:00.0",
       {"The entry of the VM 'nas'", "may be there still, or at 0000:19:00.0"}},
      silent("identity-ambiguous", nas, moved),
  };
}

}  // namespace pci_passthrough
