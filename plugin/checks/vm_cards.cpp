#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// The second half of a card may be behind another port of the card's own switch (Intel's Arc).
bool is_on_the_same_switch(const Analysis& host, const Function& function, const Function& other) {
  return std::ranges::any_of(function.path, [&](const auto& address) {
    const Function* port = host.find(address);
    return port && !port->path.empty() && port->vendor_id == function.vendor_id &&
           std::ranges::count(other.path, address) != 0;
  });
}

/// Functions of the same card that the VM does not want.
std::vector<const Function*> left_out(const Analysis& host, const VmAssignment& assignment,
                                      const Function& function, bool gpu) {
  std::vector<const Function*> left;
  if (function.path.empty() || function.physical_function) return left;
  for (const auto& other : host.snapshot().functions)
    if ((other.address.same_slot(function.address) ||
         (gpu && is_on_the_same_switch(host, function, other))) &&
        !other.physical_function && !other.is_bridge() && !assignment.entry.names(other.address))
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

/// A VM's device, and what of its card is not the VM's.
struct SplitCard {
  const Function* function;
  std::vector<const Function*> others;

  std::string names() const {
    std::vector<std::string> all;
    for (const auto* other : others) all.push_back(what_it_is(*other));
    return joined(all);
  }
};

std::vector<SplitCard> split_cards(const Analysis& host, const VmAssignment& assignment, bool gpu) {
  if (!assignment.may_be_here()) return {};
  std::vector<SplitCard> cards;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    SplitCard card{function, {}};
    for (const auto* other : left_out(host, assignment, *function, gpu))
      if (belongs_to_gpu(*function, *other) == gpu && (gpu || !is_free(host, *other)))
        card.others.push_back(other);
    if (!card.others.empty()) cards.push_back(std::move(card));
  }
  return cards;
}

/// A function that the kernel can reset alone is one that VMs and dom0 can have beside another.
Reason split_reason(const Analysis& host, const VmAssignment& assignment, const SplitCard& card) {
  const auto& methods = host.reset_of(*card.function).methods;
  const bool is_reset_alone = methods && !methods->empty();
  const bool may_all_be_hidden = std::ranges::all_of(
      card.others, [&](const auto* other) { return may_be_hidden(host, *other); });
  Reason reason{.message = fmt::format(
                    "The VM '{}' wants {}, on one card with {}. {}", assignment.vm->name,
                    what_it_is(*card.function), card.names(),
                    is_reset_alone ? "Each is reset alone, but they may share what the card has."
                    : methods      ? "They are reset together or not at all."
                                   : "Unknown whether it is reset alone."),
                .evidence = evidence_in(*assignment.vm, "other_config:pci"),
                .device = card.function->address};
  if (is_reset_alone) {
    reason.severity = Severity::info;
    reason.remedy = Remedy{};
  } else if (!may_all_be_hidden) {
    reason.remedy = take_from_vm(assignment, card.function->address);
  }
  return reason;
}

Reasons vm_function_split(const Analysis& host, const VmAssignment& assignment) {
  Reasons reasons;
  for (const auto& card : split_cards(host, assignment, false))
    reasons.push_back(split_reason(host, assignment, card));
  return reasons;
}
constexpr auto vm_function_split_row = row<vm_function_split>({
    .code = "vm-function-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "Other functions of a VM's card are dom0's or another VM's.",
    .fires = "A VM wants a function behind a port, and another function of its slot is neither "
             "the VM's nor free. An information where the kernel can reset the function alone.",
    .rests_on = "Functions of one slot share its reset, where they have none of their own "
                "(plugin/model/README.md, \"How a function is reset\").",
    .remedy = "Assign all functions of the card to one VM.",
});

Reasons gpu_audio_missing(const Analysis& host, const VmAssignment& assignment) {
  Reasons reasons;
  for (const auto& card : split_cards(host, assignment, true)) {
    std::vector<PciAddress> others;
    for (const auto* other : card.others) others.push_back(other->address);
    reasons.push_back(
        {.message = fmt::format("The VM '{}' wants {} without {}. The guest's driver "
                                "may fail on half a card.",
                                assignment.vm->name, what_it_is(*card.function), card.names()),
         .evidence = evidence_in(*assignment.vm, "other_config:pci"),
         .device = card.function->address,
         .remedy = assign_too(host, assignment, others)});
  }
  return reasons;
}
constexpr auto gpu_audio_missing_row = row<gpu_audio_missing>({
    .code = "gpu-audio-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM has a GPU without its audio or USB function.",
    .fires = "A VM wants a display, and an audio, USB or serial bus function of the same maker "
             "beside it, or behind another port of the card's own switch, is not the VM's.",
    .rests_on = "Functions of one card share its reset and its power (kubevirt#14024, "
                "vendor-reset#4). A BMC's display has the BMC's keyboard beside it, of another "
                "maker.",
    .remedy = "Hide and assign these, too.",
});

}  // namespace

std::span<const Check> vm_cards() {
  static constexpr Check rows[] = {vm_function_split_row, gpu_audio_missing_row};
  return rows;
}

}  // namespace pci_passthrough::checks
