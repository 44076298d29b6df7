#pragma once

#include "plugin/host/host.hpp"
#include "plugin/model/facts.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Reads the host once. What cannot be read is absent in the snapshot, and named in `unreadable`.
Snapshot probe(Host& host, Facts facts);

// One file a source of truth:
void probe_identity(const Host& host, Snapshot& snapshot);
void probe_functions(const Host& host, Snapshot& snapshot);
void probe_names(const Host& host, Snapshot& snapshot);
void probe_storage(const Host& host, Snapshot& snapshot);
void probe_network(const Host& host, Snapshot& snapshot);
void probe_inputs(const Host& host, Snapshot& snapshot);
void probe_iommu(const Host& host, Snapshot& snapshot);
void probe_boot(const Host& host, Snapshot& snapshot);

}  // namespace pci_passthrough
