#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// Functions of the same card that the VM does not want.
std::vector<const Function*> left_out(const Analysis& host, const VmAssignment& assignment,
                                      const Function& function) {
  std::vector<const Function*> left;
  if (function.path.empty() || function.physical_function) return left;
  for (const auto& other : host.snapshot().functions)
    if (other.address.same_slot(function.address) && !other.physical_function &&
        !other.is_bridge() && !assignment.entry.names(other.address))
      left.push_back(&other);
  return left;
}

/// A BMC's display has the BMC's keyboard beside it, of another maker: that is no part of a GPU.
bool belongs_to_gpu(const Function& function, const Function& other) {
  const auto is = [&](std::uint16_t id) {
    return other.class_code && other.class_code->id() == id;
  };
  return function.class_code && function.class_code->is_display() &&
         function.vendor_id == other.vendor_id && (is(0x0403) || is(0x0c03) || is(0x0c80));
}

bool is_free(const Analysis& host, const Function& function) {
  const auto& assignments = host.vms().assignments;
  return function.driver == "pciback" &&
         std::ranges::none_of(assignments, [&](const auto& assignment) {
           return assignment.wants_here(function.address);
         });
}

Reasons for_each_card(const Analysis& host, const VmAssignment& assignment, bool gpu,
                      std::string_view words) {
  if (!assignment.may_be_here()) return {};
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    std::vector<std::string> names;
    for (const auto* other : left_out(host, assignment, *function))
      if (belongs_to_gpu(*function, *other) == gpu && (gpu || !is_free(host, *other)))
        names.push_back(what_it_is(*other));
    if (names.empty()) continue;
    reasons.push_back({the_vm(assignment) + " wants " + what_it_is(*function) + std::string(words) +
                           joined(names),
                       evidence_in(*assignment.vm, "other_config:pci"), FindingState::found,
                       address});
  }
  return reasons;
}

Reasons vm_function_split(const Analysis& host, const VmAssignment& assignment) {
  return for_each_card(host, assignment, false, ", on one card with ");
}
constexpr auto vm_function_split_row = row<vm_function_split>({
    .code = "vm-function-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "other functions of a VM's card are not this VM's",
    .fires = "",
    .rests_on = "",
    .remedy = "Assign all functions of a card to one VM: they share its reset.",
});

Reasons gpu_audio_missing(const Analysis& host, const VmAssignment& assignment) {
  return for_each_card(host, assignment, true, " without ");
}
constexpr auto gpu_audio_missing_row = row<gpu_audio_missing>({
    .code = "gpu-audio-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a VM has a GPU without its audio or USB function",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide and assign these too.",
});

}  // namespace

std::span<const Check> vm_cards() {
  static constexpr Check rows[] = {vm_function_split_row, gpu_audio_missing_row};
  return rows;
}

}  // namespace pci_passthrough::checks
