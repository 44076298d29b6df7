#include <array>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

struct UseKind {
  std::string_view kind, words;
};
/// What dom0 has put to use, and what it merely sees.
constexpr std::array in_use = {
    UseKind{"mount", "mounted at"}, UseKind{"swap", "swap"},
    UseKind{"raid", "array"},       UseKind{"multipath", "multipath map"},
    UseKind{"lvm", "volume group"}, UseKind{"mapping", "volume"}};
constexpr std::array seen = {UseKind{"disk", "disk"}, UseKind{"network", "interface"}};

/// "mounted at /data; array md5": what stands on this function and is not critical, kind by kind.
template <typename Kinds>
Reasons what_goes(const Analysis& host, const Function& function, const Kinds& kinds) {
  const auto& usage = host.hardware().usage;
  const auto uses = usage.find(function.address);
  if (uses == usage.end()) return {};
  std::vector<std::string> parts;
  std::string evidence;
  for (const auto& kind : kinds) {
    std::vector<std::string> names;
    for (const auto& use : uses->second) {
      if (use.critical || use.kind != kind.kind) continue;
      if (evidence.empty()) evidence = use.evidence;
      names.push_back(use.name);
    }
    if (!names.empty()) parts.push_back(std::string(kind.words) + " " + joined(names));
  }
  if (parts.empty()) return {};
  return {
      {"hidden, " + what_it_is(function) + " takes from dom0: " + joined(parts, "; "), evidence}};
}

Reasons in_use_by_dom0(const Analysis& host, const Function& function) {
  return what_goes(host, function, in_use);
}
constexpr auto in_use_by_dom0_row = row<in_use_by_dom0>({
    .code = "in-use-by-dom0",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "dom0 has file systems, arrays or volumes on it",
    .fires = "",
    .rests_on = "",
    .remedy = "Unmount and stop them before the reboot that hides it.",
});

Reasons seen_by_dom0(const Analysis& host, const Function& function) {
  return what_goes(host, function, seen);
}
constexpr auto seen_by_dom0_row = row<seen_by_dom0>({
    .code = "seen-by-dom0",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "disks and interfaces that dom0 sees go with it",
    .fires = "",
    .rests_on = "",
    .remedy = "Nothing needs to be done.",
});

}  // namespace

std::span<const Check> dom0_in_use() {
  static constexpr Check rows[] = {in_use_by_dom0_row, seen_by_dom0_row};
  return rows;
}

}  // namespace pci_passthrough::checks
