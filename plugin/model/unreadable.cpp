#include "plugin/model/unreadable.hpp"

#include <fmt/format.h>

#include "plugin/model/paths.hpp"

namespace pci_passthrough {

std::string why_functions_are_unknown(const Unreadable& unreadable) {
  const auto why = unreadable.find(paths::pci_devices);
  return why == unreadable.end() ? "" : fmt::format("cannot read {} ({})", why->first, why->second);
}

}  // namespace pci_passthrough
