#include "plugin/host/backup_id.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "plugin/model/utc.hpp"

namespace pci_passthrough {
namespace {

constexpr char id_time[] = "%Y%m%dT%H%M%S";

timeval one_later(timeval clock) {
  const timeval step = {0, 1};
  timeradd(&clock, &step, &clock);
  return clock;
}

/// The time in an id; 0 where it is none.
timeval time_of(const std::string& id) {
  std::tm utc{};
  const char* rest = ::strptime(id.c_str(), id_time, &utc);
  if (!rest || *rest != '.') return {};
  return {::timegm(&utc), std::strtol(rest + 1, nullptr, 10)};
}

}  // namespace

std::string next_backup_time(const std::vector<std::string>& names, const timeval& now) {
  const auto last = names.empty() ? timeval{} : time_of(names.back());
  const auto next = timercmp(&now, &last, >) ? now : one_later(last);
  return fmt::format("{}.{:06}Z", utc_text(next.tv_sec, id_time), next.tv_usec);
}

}  // namespace pci_passthrough
