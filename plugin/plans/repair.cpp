#include "plugin/plans/repair.hpp"

#include <algorithm>
#include <map>

#include "plugin/model/entries.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/rules.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {
namespace {

using Moves = std::map<PciAddress, PciAddress>;

Moves moves_of(const Snapshot& snapshot) {
  Moves moves;
  const auto located = locate(snapshot);
  for (std::size_t i = 0; i < located.size(); ++i)
    if (located[i].whereabouts == Whereabouts::moved)
      moves[snapshot.identities[i].address] = located[i].candidates.front();
  return moves;
}

/// An entry with a moved device in it is written anew where nothing in it is uncertain.
std::string followed(const std::string& text, const Moves& moves) {
  auto devices = parse_vm_entry(text).plugged();
  const bool is_hit =
      std::ranges::any_of(devices, [&](const auto& device) { return moves.contains(device); });
  if (!is_hit || !repaired_vm_entry(text).left.empty()) return text;
  for (auto& device : devices)
    if (moves.contains(device)) device = moves.at(device);
  return write_vm_entry(devices);
}

std::vector<SetVmEntry> entries_to_mend(const Snapshot& snapshot, const Moves& moves) {
  std::vector<SetVmEntry> entries;
  for (const auto& wish : wishes_of(snapshot)) {
    const VmRecord& vm = *wish.vm;
    const bool is_here = wish.place == Place::here || snapshot.pool->hosts.size() == 1;
    if (!wish.may_be_here() || !vm.pci) continue;
    auto mended = repaired_vm_entry(*vm.pci).text;
    if (is_here) mended = followed(mended, moves);
    if (mended != vm.pci) entries.push_back({wish.ref, vm.uuid, vm.name, vm.pci, mended});
  }
  return entries;
}

}  // namespace

Decision repair(const Snapshot& snapshot, const EditTerms& terms, const Caller& caller) {
  const auto moves = moves_of(snapshot);
  const auto entries = edited_entries(snapshot.boot, terms.all_entries);
  return decide(snapshot, text_repaired(snapshot, entries, moves), {}, terms.accepted, caller,
                entries_to_mend(snapshot, moves));
}

}  // namespace pci_passthrough
