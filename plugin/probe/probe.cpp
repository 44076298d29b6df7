#include "plugin/probe/probe.hpp"

#include <algorithm>
#include <optional>

#include "plugin/host/backups.hpp"
#include "plugin/host/identities.hpp"
#include "plugin/host/take_device.hpp"
#include "plugin/model/named_addresses.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough {
namespace {

void probe_backups(const Host& host, Snapshot& snapshot) {
  std::vector<UnreadBackup> unread;
  auto backups = read_backups(host, &unread);
  if (!backups && !backups.absent()) snapshot.unreadable["backups"] = backups.reason();
  for (const auto& [id, why] : unread) snapshot.unreadable["backup " + id] = why;
  snapshot.backups = std::move(backups.value);
}

void probe_identities(const Host& host, Snapshot& snapshot) {
  std::optional<NamedAddresses> named;
  auto identities = read_identities(host, [&](const PciAddress& address) {
    if (!named) named.emplace(snapshot);
    return named->contains(address);
  });
  if (!identities && !identities.absent())
    snapshot.unreadable[identities_file] = reason_of(identities);
  snapshot.keeps_identities = identities.value.are_selected && !vms_are_known(snapshot);
  snapshot.identities = std::move(identities.value.all);
}

struct SourceReading {
  Host& host;
  const Caller& caller;
  ProbeScope scope;
  Snapshot& snapshot;
};

template <auto read>
void plain(const SourceReading& reading) {
  read(reading.host, reading.snapshot);
}

/// The one plan of reading. A source needs those above it.
constexpr struct {
  ProbeScope scope;
  Moment moment;
  void (*read)(const SourceReading&);
} sources[] = {
    {ProbeScope::recording, Moment::before_lock,
     [](const SourceReading& r) { r.host.start_recording(); }},
    {ProbeScope::functions | ProbeScope::pool, Moment::before_lock, plain<probe_identity>},
    {ProbeScope::functions, Moment::before_lock, plain<probe_unfinished>},
    {ProbeScope::functions, Moment::before_lock,
     [](const SourceReading& r) {
       probe_functions(r.host, has(r.scope, ProbeScope::all_bars), r.snapshot);
     }},
    {ProbeScope::names, Moment::before_lock, plain<probe_names>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_storage>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_mounts>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_mount_entries>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_network>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_routes>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_inputs>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_interrupts>},
    {ProbeScope::usage, Moment::before_lock, plain<probe_driver_devices>},
    {ProbeScope::iommu, Moment::before_lock, plain<probe_iommu>},
    {ProbeScope::pool, Moment::before_lock,
     [](const SourceReading& r) { probe_pool(r.host, r.caller, r.snapshot); }},
    {ProbeScope::replies, Moment::before_lock,
     [](const SourceReading& r) { probe_replies(r.host, r.caller, r.snapshot); }},
    {ProbeScope::watch, Moment::before_lock, plain<probe_auto_trial_watch>},
    {ProbeScope::boot, Moment::under_lock, plain<probe_boot>},
    {ProbeScope::boot, Moment::under_lock,
     [](const SourceReading& r) { probe_auto_trial(r.host, r.scope, r.snapshot); }},
    {ProbeScope::backups, Moment::under_lock, plain<probe_backups>},
    {ProbeScope::usage, Moment::under_lock, plain<probe_identities>},
    {ProbeScope::bars, Moment::under_lock,
     [](const SourceReading& r) {
       if (!has(r.scope, ProbeScope::all_bars)) probe_bars(r.host, r.snapshot);
     }},
    {ProbeScope::recording, Moment::under_lock,
     [](const SourceReading& r) {
       r.snapshot.recording = r.host.recording(false);
       r.snapshot.masked_recording = r.host.recording(true);
     }},
};

}  // namespace

void probe(Host& host, ProbeScope scope, const Caller& caller, Moment moment, Snapshot& snapshot) {
  for (const auto& source : sources)
    if (source.moment == moment && has(scope, source.scope))
      source.read({host, caller, scope, snapshot});
}

Snapshot probe(Host& host, ProbeScope scope, const Caller& caller) {
  Snapshot snapshot;
  probe(host, scope, caller, Moment::before_lock, snapshot);
  probe(host, scope, caller, Moment::under_lock, snapshot);
  return snapshot;
}

Snapshot read_back(const Host& host, ProbeScope scope, const Caller& caller, Snapshot expected) {
  if (has(scope, ProbeScope::boot)) {
    probe_boot(host, expected);
    probe_auto_trial(host, scope, expected);
  }
  if (has(scope, ProbeScope::pool)) {
    expected.pool.reset();
    probe_pool(host, caller, expected);
  }
  if (expected.live_use)
    for (auto& function : expected.functions)
      if (std::ranges::count(expected.live_use->devices, function.address) != 0)
        function.driver = driver_by_link(host, function.address);
  return expected;
}

}  // namespace pci_passthrough
