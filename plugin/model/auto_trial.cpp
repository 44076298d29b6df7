#include "plugin/model/auto_trial.hpp"

#include <algorithm>

#include "plugin/model/utc.hpp"

namespace pci_passthrough {
namespace {

constexpr unsigned least = 300, where_unknown = 600, times = 3;
constexpr std::int64_t longest_boot = 1800;  ///< more is a toolstack that was restarted

}  // namespace

PlannedTime planned_time(const AutoTrialFacts& facts) {
  if (!facts.boot_at || !facts.watch || !facts.watch->xapi_started) return {where_unknown, {}};
  const auto took = *facts.watch->xapi_started - *facts.boot_at;
  if (took <= 0 || took > longest_boot) return {where_unknown, {}};
  const auto measured = static_cast<unsigned>(took);
  return {std::max(least, times * measured), measured};
}

std::string clock_time(std::int64_t seconds_since_1970) {
  return utc_text(static_cast<std::time_t>(seconds_since_1970), "%H:%M UTC");
}

}  // namespace pci_passthrough
