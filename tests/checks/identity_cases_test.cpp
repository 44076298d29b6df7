#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

constexpr char nas[] = "xcp-ng-8.3";

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
    hba.place = "1d.0/00.0";
    auto twin = function_of(all, "18:00.0");
    twin.address = at("19:00.0");
    all.functions.push_back(twin);
  });
}

Snapshot damaged(Snapshot host) {
  host.unreadable[identities_file] = "Bad message";
  return fits(std::move(host));
}

}  // namespace

std::vector<Case> identity_cases() {
  constexpr auto found = FindingState::found, unknown = FindingState::unknown;
  return {
      {"identity-changed",
       nas,
       changed,
       found,
       "0000:18:00.0",
       {"was made for 'SAS2008'", "is now for 'SAS3008"}},
      {"identity-changed", nas, damaged, unknown, "", {"cannot be told", "Bad message"}},
      silent("identity-changed", nas, fits),
      silent("identity-changed", nas, moved),
      {"identity-moved", nas, moved, found, "0000:99:00.0", {"which is now 0000:18:00.0"}},
      silent("identity-moved", nas, changed),
      {"identity-ambiguous", nas, doubled, found, "0000:18:00.0", {"may be 0000:19:00.0"}},
      silent("identity-ambiguous", nas, moved),
  };
}

}  // namespace pci_passthrough
