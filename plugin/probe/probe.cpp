#include "plugin/probe/probe.hpp"

#include "plugin/host/backups.hpp"
#include "plugin/host/identities.hpp"

namespace pci_passthrough {
namespace {

void probe_backups(const Host& host, Snapshot& snapshot) {
  std::vector<std::string> damaged;
  auto backups = read_backups(host, &damaged);
  if (!backups && !backups.absent()) snapshot.unreadable["backups"] = backups.reason();
  for (const auto& name : damaged) snapshot.unreadable["backup " + name] = "it is damaged";
  snapshot.backups = std::move(backups.value);
}

void probe_identities(const Host& host, Snapshot& snapshot) {
  auto identities = read_identities(host);
  if (!identities && !identities.absent())
    snapshot.unreadable[identities_file] = identities.reason();
  snapshot.identities = std::move(identities.value);
}

void read_files(const Host& host, Facts facts, Snapshot& snapshot) {
  struct Source {
    Facts fact;
    void (*read)(const Host&, Snapshot&);
  };
  constexpr Source sources[] = {
      {Facts::functions | Facts::pool, probe_identity},
      {Facts::functions, probe_functions},
      {Facts::names, probe_names},
      {Facts::usage, probe_storage},
      {Facts::usage, probe_mounts},
      {Facts::usage, probe_mount_entries},
      {Facts::usage, probe_network},
      {Facts::usage, probe_routes},
      {Facts::usage, probe_inputs},
      {Facts::usage, probe_interrupts},
      {Facts::usage, probe_identities},
      {Facts::usage, probe_driver_devices},
      {Facts::boot, probe_boot},
      {Facts::backups, probe_backups},
      {Facts::iommu, probe_iommu},
  };
  for (const auto& source : sources)
    if (has(facts, source.fact)) source.read(host, snapshot);
}

}  // namespace

Snapshot ask_pool(const Host& host, Facts facts, const Caller& caller) {
  Snapshot seen;
  if (!has(facts, Facts::pool)) return seen;
  read_files(host, Facts::functions | Facts::usage, seen);
  probe_pool(host, caller, seen);
  Snapshot asked;
  asked.pool = std::move(seen.pool);
  for (auto& [what, why] : seen.unreadable)
    if (what.starts_with("xapi")) asked.unreadable.emplace(what, why);
  return asked;
}

void read_host(const Host& host, Facts facts, Snapshot& snapshot) {
  read_files(host, facts, snapshot);
  if (has(facts, Facts::usage)) probe_pbd_devices(host, snapshot);
  if (has(facts, Facts::bars)) probe_bars(host, has(facts, Facts::all_bars), snapshot);
}

Snapshot probe(Host& host, Facts facts, const Caller& caller) {
  Snapshot snapshot;
  if (has(facts, Facts::recording)) host.start_recording();
  read_files(host, facts, snapshot);
  if (has(facts, Facts::pool)) probe_pool(host, caller, snapshot);
  if (has(facts, Facts::bars)) probe_bars(host, has(facts, Facts::all_bars), snapshot);
  if (has(facts, Facts::listings))
    probe_replies(host, caller, has(facts, Facts::verdicts), snapshot);
  if (has(facts, Facts::recording)) {
    snapshot.recording = host.recording(false);
    snapshot.masked_recording = host.recording(true);
  }
  return snapshot;
}

}  // namespace pci_passthrough
