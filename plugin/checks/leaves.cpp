#include <array>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
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
Reasons what_goes(const Snapshot& snapshot, const Function& function, const Kinds& kinds) {
  const auto usage = usage_of(snapshot);
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

}  // namespace

Reasons takes_what_dom0_uses(const Snapshot& snapshot, const Function& function) {
  return what_goes(snapshot, function, in_use);
}

Reasons takes_what_dom0_sees(const Snapshot& snapshot, const Function& function) {
  return what_goes(snapshot, function, seen);
}

}  // namespace pci_passthrough::checks
