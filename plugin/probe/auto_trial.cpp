#include "plugin/host/auto_trial.hpp"

#include <fmt/format.h>

#include "plugin/boot/trial.hpp"
#include "plugin/host/program.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr char ip[] = "/sbin/ip";
constexpr std::chrono::seconds ip_may_take{10};

/// What has to stand for the unit to run, the release's own way to start it first.
constexpr struct {
  const char* way;
  const char* unit;
  const char* link;
  const char* mask;
} ways_to_wait[] = {
    {"/usr/lib/systemd/system", "/usr/lib/systemd/system/pci-passthrough-auto.service",
     "/usr/lib/systemd/system/multi-user.target.wants/pci-passthrough-auto.service",
     "/etc/systemd/system/pci-passthrough-auto.service"},
    {"/etc/rc.d/rc3.d", "/etc/rc.d/init.d/pci-passthrough-trial",
     "/etc/rc.d/rc3.d/S99pci-passthrough-trial", "/etc/rc.d/init.d/pci-passthrough-trial"},
};

std::string why_no_unit(const Host& host) {
  for (const auto& unit : ways_to_wait) {
    if (!host.exists(unit.way)) continue;
    if (host.link(unit.mask).value == "/dev/null")
      return fmt::format("{} is a link to /dev/null, which masks the unit", unit.mask);
    for (const char* path : {unit.unit, unit.link})
      if (!host.exists(path)) return fmt::format("{} is not there", path);
    return "";
  }
  return fmt::format("{} is not there, and no other way to start a unit", ways_to_wait[0].way);
}

std::optional<std::uint64_t> seconds_up(const Host& host) {
  const auto line = read_line(host, paths::uptime);
  return line ? read_number<std::uint64_t>(line->substr(0, line->find('.')), 10) : std::nullopt;
}

std::optional<std::int64_t> began_at(const Host& host) {
  constexpr std::string_view key = "\nbtime ";
  const auto statistics = host.read(paths::kernel_statistics);
  const auto at = statistics.value.find(key);
  if (!statistics || at == std::string::npos) return {};
  const auto begin = at + key.size();
  return read_number<std::int64_t>(
      statistics.value.substr(begin, statistics.value.find('\n', begin) - begin), 10);
}

/// "2: xenbr0    inet 10.0.0.5/24 brd 10.0.0.255 scope global xenbr0\       valid_lft ..."
std::vector<std::string> addresses_in(const std::string& output) {
  std::vector<std::string> addresses;
  const auto words = split_words(output);
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == "inet" || words[i] == "inet6")
      addresses.push_back(words[i + 1].substr(0, words[i + 1].find('/')));
  return addresses;
}

void read_addresses(const Host& host, const std::string& interface, AutoTrialWatch& watch) {
  if (interface.empty()) return;
  const auto result = run_program(host, ip, {"-o", "addr", "show", "dev", interface}, ip_may_take);
  if (!result.not_run.empty())
    watch.why_no_addresses = result.not_run;
  else if (result.timed_out || result.status != 0)
    watch.why_no_addresses = fmt::format(
        "{} {}", ip,
        result.timed_out ? "did not end in time" : fmt::format("failed ({})", result.status));
  else
    watch.addresses = addresses_in(result.output);
}

}  // namespace

void probe_auto_trial(const Host& host, ProbeScope scope, Snapshot& snapshot) {
  auto& facts = snapshot.auto_trial;
  facts.kept.reset();
  facts.unread.clear();
  const bool has_entry = !snapshot.boot.file.error && trial_entry(snapshot.boot.file);
  if (!has_entry && !has(scope, ProbeScope::watch)) return;
  auto kept = kept_auto_trial(host);
  if (kept)
    facts.kept = std::move(kept.value);
  else if (!kept.absent())
    facts.unread = kept.reason();
  facts.boot_at = began_at(host);
}

void probe_auto_trial_watch(const Host& host, Snapshot& snapshot) {
  auto& watch = snapshot.auto_trial.watch.emplace();
  watch.uptime = seconds_up(host);
  watch.xapi_started = host.written_at(paths::xapi_started);
  watch.no_unit = why_no_unit(host);
  if (snapshot.management_interface)
    read_addresses(host, *snapshot.management_interface, watch);
  else
    watch.why_no_addresses = fmt::format("cannot read {}", paths::inventory);
}

}  // namespace pci_passthrough
