#include <cstdlib>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/pci/ascii.hpp"

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
    if (is_digit(*value)) irqs = std::strtoul(value, nullptr, 0);
  }
  return irqs;
}

bool is_told(const Function& function) {
  return is_any_bridge(function) ||
         (function.config && (function.config->msix || function.config->all_capabilities));
}

Reason size_untold(const Function& function) {
  return {"it cannot be told how many MSI-X vectors " + what_it_is(function) + " has",
          sysfs(function, "config"), FindingState::unknown};
}

unsigned long vectors_of(const Function& function) {
  const bool has_any = !is_any_bridge(function) && function.config && function.config->msix;
  return has_any ? function.config->msix->count : 0;
}

/// The first entry that boots unattended and gives a VM fewer; `who` is "the VM 'nas'".
Reasons too_many(const Boot& boot, unsigned long vectors, const std::string& who) {
  for (const auto i : unattended_entries(boot)) {
    const BootEntry& entry = boot.file.entries[i];
    if (vectors <= guest_irqs(entry)) continue;
    return {{who + std::to_string(vectors) + " MSI-X vectors, and Xen gives a VM " +
                 std::to_string(guest_irqs(entry)) + ": a driver that wants them all fails",
             where(boot, entry)}};
  }
  return {};
}

}  // namespace

Reasons has_too_many_vectors(const Snapshot& snapshot, const Function& function) {
  if (!is_told(function)) return {size_untold(function)};
  return too_many(snapshot.boot, vectors_of(function), what_it_is(function) + " has ");
}

Reasons devices_have_too_many_vectors(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_be_here()) return {};
  unsigned long vectors = 0;
  const Function* not_told = nullptr;
  for (const auto& address : wish.entry.plugged()) {
    const Function* function = snapshot.find(address);
    if (!function) continue;
    if (!is_told(*function)) not_told = function;
    vectors += vectors_of(*function);
  }
  auto reasons =
      too_many(snapshot.boot, vectors, "the devices of the VM '" + wish.vm->name + "' have ");
  if (reasons.empty() && not_told) reasons = {size_untold(*not_told)};
  return reasons;
}

}  // namespace pci_passthrough::checks
