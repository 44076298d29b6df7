#include "plugin/pci/config_space.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

std::string_view read_as_wanted(std::string_view bytes) {
  std::size_t size = 0;
  for (std::size_t wanted = 64; wanted > size && size < bytes.size();) {
    require(wanted <= 4096, "no function has more");
    size = wanted;
    wanted = config_space_wanted(bytes.substr(0, size));
  }
  return bytes.substr(0, size);
}

template <typename Known>
bool agree(const Known& less, const Known& more) {
  return !less || (more && *less == *more);
}

}  // namespace

void try_input(std::string_view input) {
  const auto space = parse_config_space(input);
  const auto wanted = parse_config_space(read_as_wanted(input));
  require(space.has_value() == wanted.has_value(), "the header tells whether it is one");
  const auto hidden = without_serial(std::string(input));
  require(hidden.size() == input.size(), "only the serial number goes");
  if (!space) return;
  require(wanted->all_capabilities == space->all_capabilities &&
              wanted->all_extended == space->all_extended && wanted->serial == space->serial &&
              wanted->total_vfs == space->total_vfs && wanted->is_pcie() == space->is_pcie(),
          "what is wanted tells as much as all of it");
  const auto masked = parse_config_space(hidden);
  require(masked && masked->serial.value_or(0) == 0, "no serial number is left");

  const auto cut = parse_config_space(input.substr(0, input.size() / 2));
  require(!cut || (agree(cut->is_pcie(), space->is_pcie()) &&
                   agree(cut->has_msi(), space->has_msi()) && agree(cut->serial, space->serial)),
          "what is known of a part is true of the whole");
}

}  // namespace pci_passthrough
