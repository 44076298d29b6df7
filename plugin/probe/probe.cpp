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

}  // namespace

Snapshot probe(Host& host, Facts facts, const Caller& caller) {
  struct Source {
    Facts fact;
    void (*read)(const Host&, Snapshot&);
  };
  constexpr Source sources[] = {
      {Facts::functions, probe_identity},   {Facts::functions, probe_functions},
      {Facts::names, probe_names},          {Facts::usage, probe_storage},
      {Facts::usage, probe_network},        {Facts::usage, probe_inputs},
      {Facts::usage, probe_identities},     {Facts::boot, probe_boot},
      {Facts::backups, probe_backups},      {Facts::iommu, probe_iommu},
      {Facts::usage, probe_driver_devices},
  };
  Snapshot snapshot;
  if (has(facts, Facts::recording)) host.start_recording();
  for (const auto& source : sources)
    if (has(facts, source.fact)) source.read(host, snapshot);
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
