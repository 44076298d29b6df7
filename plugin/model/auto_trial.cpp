#include "plugin/model/auto_trial.hpp"

#include <algorithm>
#include <ctime>

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
  const auto clock = static_cast<std::time_t>(seconds_since_1970);
  std::tm utc{};
  ::gmtime_r(&clock, &utc);
  char text[sizeof "16:05 UTC"];
  return {text, std::strftime(text, sizeof text, "%H:%M UTC", &utc)};
}

}  // namespace pci_passthrough
