#include "plugin/checks/clash.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::size_t most_named = 4;
constexpr char unknown[] =
    "Unknown whether they start by themselves: cannot read auto_poweron or HA of the pool from "
    "xapi.";
constexpr char resets[] = "The second one's start resets it under the first.";

auto starts(const Pool& pool, std::optional<bool> answer) {
  return [&pool, answer](const auto* assignment) {
    return starts_by_itself(pool, *assignment->vm) == answer;
  };
}

}  // namespace

Clash clash_of(const Pool& pool, const std::vector<const VmAssignment*>& assignments) {
  const bool runs =
      std::ranges::any_of(assignments, [](const auto* w) { return is_running(*w->vm); });
  if (runs || std::ranges::any_of(assignments, starts(pool, true)))
    return {FindingState::found, Severity::error, resets};
  if (std::ranges::any_of(assignments, starts(pool, std::nullopt)))
    return {FindingState::unknown, Severity::error, unknown};
  return {FindingState::found, Severity::warn, "Only one of them can run at a time."};
}

Clash clash_at_boot_of(const Pool& pool, std::vector<const VmAssignment*>& assignments) {
  std::erase_if(assignments, starts(pool, false));
  if (std::ranges::count_if(assignments, starts(pool, true)) < 2)
    return {FindingState::unknown, {}, unknown};
  std::erase_if(assignments, starts(pool, std::nullopt));
  return {FindingState::found, {}, fmt::format("All of them start by themselves. {}", resets)};
}

std::string names_of(const std::vector<const VmAssignment*>& assignments,
                     const VmAssignment* left_out) {
  std::vector<std::string> names;
  std::size_t more = 0;
  for (const auto* assignment : assignments) {
    if (assignment == left_out) continue;
    if (names.size() == most_named)
      ++more;
    else
      names.push_back(fmt::format("'{}' ({})", assignment->vm->name, assignment->vm->power_state));
  }
  return joined(names) + (more ? fmt::format(" and {} more", more) : "");
}

}  // namespace pci_passthrough::checks
