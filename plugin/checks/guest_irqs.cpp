#include <fmt/format.h>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/xen_argument_remedy.hpp"
#include "plugin/model/xen_arguments.hpp"

namespace pci_passthrough::checks {
namespace {

bool is_told(const Function& function) {
  return is_any_bridge(function) ||
         (function.config && (function.config->msix || function.config->all_capabilities));
}

Reason size_unknown(const Function& function) {
  const auto config = sysfs(function, "config");
  return {fmt::format("Unknown how many MSI-X vectors {} has: cannot read {} in full.",
                      what_it_is(function), config),
          config, FindingState::unknown};
}

/// The first entry that boots unattended and gives a VM fewer; `who` is "The devices of the VM
/// 'nas' have", `of` the function or the VM.
template <typename Of>
Reasons too_many(const Analysis& host, unsigned long vectors, const std::string& who,
                 const Of& of) {
  for (const auto i : host.rules().unattended) {
    const BootEntry& entry = host.boot().file.entries[i];
    const auto [least, most] = pci_passthrough::guest_irqs(host.snapshot(), entry);
    if (vectors <= least) continue;
    const auto remedy =
        xen_argument_remedy(host, of, entry, fmt::format("extra_guest_irqs={}", vectors));
    if (vectors > most)
      return {{.message = fmt::format("{} {} MSI-X vectors, and Xen gives a VM {}. A driver that "
                                      "wants them all fails.",
                                      who, vectors, most),
               .evidence = where(host.boot(), entry),
               .remedy = remedy}};
    return {{.message = fmt::format("Unknown whether Xen has room for the vectors: {} {} MSI-X "
                                    "vectors, and this release gives a VM {} or {}.",
                                    who, vectors, least, most),
             .evidence = where(host.boot(), entry),
             .state = FindingState::unknown,
             .remedy = remedy}};
  }
  return {};
}

Reasons msix_exceeds_guest_irqs(const Analysis& host, const Function& function) {
  if (!is_told(function)) return {size_unknown(function)};
  return too_many(host, msix_vectors(function), fmt::format("{} has", what_it_is(function)),
                  function);
}
constexpr auto msix_exceeds_guest_irqs_row = row<msix_exceeds_guest_irqs>({
    .code = "msix-exceeds-guest-irqs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The device has more MSI-X vectors than Xen gives a VM.",
    .fires = "Its MSI-X table is larger than what an entry that boots by itself gives each VM. "
             "Unknown where its config space cannot be read in full, or where the release gives "
             "32 or 64.",
    .rests_on = "What Xen gives a VM (plugin/model/README.md, \"The Xen that really runs\"); the "
                "table's size stands in the MSI-X capability.",
    .remedy = "Add extra_guest_irqs=N to Xen's own arguments, N at least the number of vectors: "
              "hide or assign "
              "with xen-arguments=true; then reboot.",
});

Reasons vm_msix_exceeds_guest_irqs(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  unsigned long vectors = 0;
  const Function* unknown = nullptr;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    if (!is_told(*function)) unknown = function;
    vectors += msix_vectors(*function);
  }
  auto reasons =
      too_many(host, vectors, fmt::format("The devices of the VM '{}' have", assignment.vm->name),
               assignment);
  if (reasons.empty() && unknown) reasons = {size_unknown(*unknown)};
  return reasons;
}
constexpr auto vm_msix_exceeds_guest_irqs_row = row<vm_msix_exceeds_guest_irqs>({
    .code = "vm-msix-exceeds-guest-irqs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM's devices have more MSI-X vectors than Xen gives a VM.",
    .fires = "The MSI-X tables of its devices together are larger than what an entry that boots by "
             "itself gives each VM. Unknown where one's config space cannot be read in full.",
    .rests_on =
        "What Xen gives a VM (plugin/model/README.md, \"The Xen that really runs\"); a VM's "
        "devices share it.",
    .remedy = "Add extra_guest_irqs=N to Xen's own arguments, N at least the number of vectors: "
              "hide or assign "
              "with xen-arguments=true; then reboot.",
});

}  // namespace

std::span<const Check> guest_irqs() {
  static constexpr Check rows[] = {msix_exceeds_guest_irqs_row, vm_msix_exceeds_guest_irqs_row};
  return rows;
}

}  // namespace pci_passthrough::checks
