#include <algorithm>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::string named(const VmWish& wish) { return "the VM '" + wish.vm->name + "'"; }

/// Functions of the same card that the VM does not want.
std::vector<const Function*> left_out(const Snapshot& snapshot, const VmWish& wish,
                                      const Function& function) {
  std::vector<const Function*> left;
  if (function.path.empty() || function.physical_function) return left;
  for (const auto& other : snapshot.functions)
    if (other.address.same_slot(function.address) && !other.physical_function &&
        !other.is_bridge() && !wish.entry.names(other.address))
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

bool is_free(const Snapshot& snapshot, const Function& function) {
  const auto wishes = wishes_of(snapshot);
  return function.driver == "pciback" && std::ranges::none_of(wishes, [&](const auto& wish) {
           return wish.wants_here(function.address);
         });
}

Reasons for_each_card(const Snapshot& snapshot, const VmWish& wish, bool gpu,
                      std::string_view words) {
  if (!wish.may_be_here()) return {};
  Reasons reasons;
  for (const auto& address : wish.entry.plugged()) {
    const Function* function = snapshot.find(address);
    if (!function) continue;
    std::vector<std::string> names;
    for (const auto* other : left_out(snapshot, wish, *function))
      if (belongs_to_gpu(*function, *other) == gpu && (gpu || !is_free(snapshot, *other)))
        names.push_back(what_it_is(*other));
    if (names.empty()) continue;
    reasons.push_back(
        {named(wish) + " wants " + what_it_is(*function) + std::string(words) + joined(names),
         evidence_in(*wish.vm, "other_config:pci"), FindingState::found, address});
  }
  return reasons;
}

/// xapi keeps records of these classes, and of the other functions of their slots (xapi_pci.ml:35).
bool has_record(const Snapshot& snapshot, const Function& function) {
  return std::ranges::any_of(snapshot.functions, [&](const Function& other) {
    return other.address.same_slot(function.address) && other.class_code &&
           other.class_code->base() >= 0x01 && other.class_code->base() <= 0x03;
  });
}

}  // namespace

Reasons splits_card(const Snapshot& snapshot, const VmWish& wish) {
  return for_each_card(snapshot, wish, false, ", on one card with ");
}

Reasons leaves_gpu_audio(const Snapshot& snapshot, const VmWish& wish) {
  return for_each_card(snapshot, wish, true, " without ");
}

Reasons suspend_is_not_blocked(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_be_here()) return {};
  std::vector<std::string> names;
  for (const auto& address : wish.entry.plugged()) {
    const Function* function = snapshot.find(address);
    if (!function || has_record(snapshot, *function)) continue;
    names.push_back(what_it_is(*function));
  }
  const bool some_is_known = names.size() != wish.entry.plugged().size();
  if (names.empty() || some_is_known ||
      std::ranges::count(wish.vm->blocked_operations, "suspend") != 0)
    return {};
  return {
      {"xapi has no record of " + joined(names) + ", so it would suspend or migrate " + named(wish),
       evidence_in(*wish.vm, "blocked_operations")}};
}

Reasons has_dynamic_memory(const Snapshot&, const VmWish& wish) {
  const auto& [least, most] = std::pair(wish.vm->memory_dynamic_min, wish.vm->memory_dynamic_max);
  if (wish.entry.plugged().empty() || (least && least == most)) return {};
  const bool told = least && most;
  return {{told ? named(wish) + " may be given " + std::to_string(*least >> 20) + " to " +
                      std::to_string(*most >> 20) + " MiB"
                : "it cannot be told whether the memory of " + named(wish) + " may change",
           evidence_in(*wish.vm, "memory_dynamic_min"),
           told ? FindingState::found : FindingState::unknown}};
}

Reasons is_not_hvm(const Snapshot&, const VmWish& wish) {
  const auto& type = wish.vm->domain_type;
  if (type == "hvm" || wish.entry.plugged().empty()) return {};
  const auto evidence = evidence_in(*wish.vm, "domain_type");
  if (type == "pvh" || type == "pv_in_pvh")
    return {
        {named(wish) + " is a guest of the type " + type + ", which gets no PCI device", evidence}};
  if (type == "pv")
    return {{named(wish) + " is a PV guest, which takes a device only with a driver for it "
                           "(pcifront)",
             evidence,
             FindingState::found,
             {},
             {},
             Severity::warn}};
  return {{"it cannot be told whether " + named(wish) + " is an HVM guest",
           evidence,
           FindingState::unknown,
           {},
           {},
           Severity::warn}};
}

}  // namespace pci_passthrough::checks
