#include "plugin/pci/vm_entry.hpp"

#include <algorithm>

#include "plugin/plans/vm_entries.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto entry = parse_vm_entry(input);
  for (const auto& device : entry.devices) {
    require(!device.read || device.address, "what xapi reads names a device");
    require(input.find(device.text) != std::string_view::npos, "a piece stands in the entry");
    require(device.read || !device.address || device.flaw != EntryFlaw::none, "a flaw is named");
  }
  const auto plugged = entry.plugged();
  for (const auto& address : plugged) require(entry.names(address), "what is plugged is named");

  auto meant = meant_by(entry);
  std::erase_if(meant, [](const auto& one) { return one.device > 0x1f || one.function > 7; });
  require(parse_vm_entry(write_vm_entry(meant)).plugged() == meant, "what is written reads back");

  const auto repaired = repaired_vm_entry(input);
  require(repaired_vm_entry(repaired.text).text == repaired.text, "a repair needs no repair");
  require(parse_vm_entry(repaired.text).plugged() == meant_by(entry), "a repair keeps the meaning");
  require(is_in_one_form(repaired.text), "what is repaired is in the one form");

  const Mending nothing = {{}, [](const auto&, const auto&) { return false; }};
  const auto kept = repaired_vm_entry(input, nothing);
  require(parse_vm_entry(kept.text).plugged() == plugged, "what is dropped is dropped still");
  require(repaired_vm_entry(kept.text, nothing).text == kept.text, "and needs no repair");
}

}  // namespace pci_passthrough
