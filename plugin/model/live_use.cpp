#include "plugin/model/live_use.hpp"

#include <fmt/format.h>

#include "plugin/model/paths.hpp"

namespace pci_passthrough {

std::string sentence_of(const UnfinishedTake& one) {
  if (!one.unread.empty())
    return fmt::format("Unknown whether a device is being taken from dom0: cannot read {} ({}).",
                       paths::take_marker, one.unread);
  const auto from = one.driver.empty() ? "dom0" : fmt::format("its driver {}", one.driver);
  const auto since = one.begun.empty() ? "" : fmt::format(" since {}", one.begun);
  return one.goes_on
             ? fmt::format("{} is being taken from {}{}, and the kernel does not return.",
                           one.device.text(), from, since)
             : fmt::format("{} was being taken from {}{}, and the process that did it was killed.",
                           one.device.text(), from, since);
}

}  // namespace pci_passthrough
