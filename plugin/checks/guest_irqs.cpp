#include <cstdlib>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
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
Reasons too_many(const Analysis& host, unsigned long vectors, const std::string& who) {
  for (const auto i : host.rules().unattended) {
    const BootEntry& entry = host.boot().file.entries[i];
    if (vectors <= guest_irqs(entry)) continue;
    return {{who + std::to_string(vectors) + " MSI-X vectors, and Xen gives a VM " +
                 std::to_string(guest_irqs(entry)) + ": a driver that wants them all fails",
             where(host.boot(), entry)}};
  }
  return {};
}

Reasons msix_exceeds_guest_irqs(const Analysis& host, const Function& function) {
  if (!is_told(function)) return {size_untold(function)};
  return too_many(host, vectors_of(function), what_it_is(function) + " has ");
}
constexpr auto msix_exceeds_guest_irqs_row = row<msix_exceeds_guest_irqs>({
    .code = "msix-exceeds-guest-irqs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "it has more MSI-X vectors than Xen gives a VM",
    .fires = "",
    .rests_on = "",
    .remedy = "Add extra_guest_irqs=N to Xen's own arguments, N at least the number of vectors.",
});

Reasons vm_msix_exceeds_guest_irqs(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  unsigned long vectors = 0;
  const Function* not_told = nullptr;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    if (!is_told(*function)) not_told = function;
    vectors += vectors_of(*function);
  }
  auto reasons =
      too_many(host, vectors, "the devices of the VM '" + assignment.vm->name + "' have ");
  if (reasons.empty() && not_told) reasons = {size_untold(*not_told)};
  return reasons;
}
constexpr auto vm_msix_exceeds_guest_irqs_row = row<vm_msix_exceeds_guest_irqs>({
    .code = "vm-msix-exceeds-guest-irqs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the devices of a VM have more MSI-X vectors than Xen gives a VM",
    .fires = "",
    .rests_on = "",
    .remedy = "Add extra_guest_irqs=N to Xen's own arguments, N at least the number of vectors.",
});

}  // namespace

std::span<const Check> guest_irqs() {
  static constexpr Check rows[] = {msix_exceeds_guest_irqs_row, vm_msix_exceeds_guest_irqs_row};
  return rows;
}

}  // namespace pci_passthrough::checks
