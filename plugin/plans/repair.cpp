#include "plugin/plans/repair.hpp"

#include "plugin/model/entries.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

std::map<PciAddress, PciAddress> moves_of(const Snapshot& snapshot) {
  std::map<PciAddress, PciAddress> moves;
  const auto located = locate(snapshot);
  for (std::size_t i = 0; i < located.size(); ++i)
    if (located[i].whereabouts == Whereabouts::moved)
      moves[snapshot.identities[i].address] = located[i].candidates.front();
  return moves;
}

}  // namespace

Decision repair_rules(const Snapshot& snapshot, const EditTerms& terms, const Caller& caller) {
  const auto entries = edited_entries(snapshot.boot, terms.all_entries);
  return decide(snapshot, text_repaired(snapshot, entries, moves_of(snapshot)), {}, terms.accepted,
                caller);
}

}  // namespace pci_passthrough
