#include <algorithm>
#include <cstdlib>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/entries.hpp"

namespace pci_passthrough::checks {
namespace {

/// What Xen gives a VM without extra_guest_irqs, and how it reads that: the last one counts, and
/// the number before a comma is the VMs' (xen/common/domain.c parse_extra_guest_irqs).
constexpr unsigned long default_guest_irqs = 32;

unsigned long guest_irqs(const BootEntry& entry) {
  constexpr std::string_view name = "extra_guest_irqs=";
  auto irqs = default_guest_irqs;
  for (const auto& argument : entry.xen_arguments) {
    if (!argument.starts_with(name)) continue;
    const auto* value = argument.c_str() + name.size();
    if (*value >= '0' && *value <= '9') irqs = std::strtoul(value, nullptr, 0);
  }
  return irqs;
}

}  // namespace

Reasons has_too_many_vectors(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& config = function.config;
  const bool is_known = config && (config->msix || config->all_capabilities);
  if (!is_known)
    return {{"it cannot be told how many MSI-X vectors " + what_it_is(function) + " has",
             sysfs(function, "config"), FindingState::unknown}};
  if (!config->msix) return {};
  for (const auto i : unattended_entries(snapshot.boot)) {
    const BootEntry& entry = snapshot.boot.file.entries[i];
    if (config->msix->count <= guest_irqs(entry)) continue;
    return {{what_it_is(function) + " has " + std::to_string(config->msix->count) +
                 " MSI-X vectors, and Xen gives a VM " + std::to_string(guest_irqs(entry)) +
                 ": a driver that wants them all fails",
             snapshot.boot.path + ":" + std::to_string(entry.line) + " '" + entry.title + "'"}};
  }
  return {};
}

}  // namespace pci_passthrough::checks
