#include "plugin/model/snapshot.hpp"

#include <algorithm>

namespace pci_passthrough {

std::optional<std::size_t> Boot::next_entry() const {
  if (file.error) return std::nullopt;
  if (override_is_stale()) return 0;
  if (grubenv_override) return entry_named(file, *grubenv_override);
  if (extlinux_once && !extlinux_once->empty()) return file.find(*extlinux_once);
  return file.default_entry;
}

bool Boot::override_is_stale() const {
  return grubenv_override && !file.entries.empty() && names_no_entry(file, *grubenv_override);
}

std::optional<std::size_t> Boot::next_own_entry() const {
  const auto next = next_entry();
  return next && file.entries[*next].is_installer() ? file.default_entry : next;
}

const Function* Snapshot::find(const PciAddress& address) const {
  const auto found = std::ranges::lower_bound(functions, address, {}, &Function::address);
  return found != functions.end() && found->address == address ? &*found : nullptr;
}

}  // namespace pci_passthrough
