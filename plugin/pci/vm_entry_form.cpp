#include "plugin/pci/vm_entry.hpp"

namespace pci_passthrough {
namespace {

/// A part between two commas: what xapi reads of it is written out to its last byte, or it is not
/// for us to write.
bool is_in_one_form_part(std::string_view part) {
  const auto devices = parse_vm_entry(part).devices;
  if (devices.empty() || !devices.front().read || devices.front().flaw != EntryFlaw::none)
    return true;
  const auto number = part.substr(0, part.find('/') + 1);
  return part == std::string(number) + devices.front().address->text();
}

}  // namespace

bool is_in_one_form(std::string_view text) {
  while (true) {
    const auto end = text.find(',');
    if (!is_in_one_form_part(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace pci_passthrough
