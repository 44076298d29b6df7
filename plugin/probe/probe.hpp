#pragma once

#include "plugin/host/host.hpp"
#include "plugin/model/probe_scope.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// When a source of truth is read for a change. What keeps us waiting, and what our lock keeps
/// nobody from changing (xapi, Xen, sysfs), before the lock; what only its holder changes (the boot
/// file, our own memory), under it. A question reads both, in the same order.
enum class Moment { before_lock, under_lock };

/// Reads what the scope asks for, each source of truth once. What cannot be read is absent in the
/// snapshot, and named in `unreadable`. xapi is asked with the caller's session.
Snapshot probe(Host& host, ProbeScope scope, const Caller& caller = {});

/// One part of the same, into what was read before.
void probe(Host& host, ProbeScope scope, const Caller& caller, Moment moment, Snapshot& snapshot);

/// What a change has changed, read again: the boot file where `boot` is among the scope, xapi's
/// records where `pool` is. A text that is the expected one is not parsed again.
Snapshot read_back(const Host& host, ProbeScope scope, const Caller& caller, Snapshot expected);

// One file a source of truth:
void probe_identity(const Host& host, Snapshot& snapshot);
void probe_functions(const Host& host, bool with_bars, Snapshot& snapshot);
/// Last: the BARs of those functions alone that an entry hides or a VM wants, where probe_functions
/// has not read them of all.
void probe_bars(const Host& host, Snapshot& snapshot);
void probe_names(const Host& host, Snapshot& snapshot);
void probe_storage(const Host& host, Snapshot& snapshot);
void probe_mounts(const Host& host, Snapshot& snapshot);
/// What fstab, crypttab and systemd's own units name, and where udev's links lead from there. A
/// table that is not there names nothing.
void probe_mount_entries(const Host& host, Snapshot& snapshot);
void probe_network(const Host& host, Snapshot& snapshot);
void probe_interrupts(const Host& host, Snapshot& snapshot);
void probe_routes(const Host& host, Snapshot& snapshot);
void probe_inputs(const Host& host, Snapshot& snapshot);
void probe_driver_devices(const Host& host, Snapshot& snapshot);
void probe_iommu(const Host& host, Snapshot& snapshot);
void probe_boot(const Host& host, Snapshot& snapshot);
/// What the boot loader was told to boot once, and by what the next boot can be told from this one;
/// a part of probe_boot.
void probe_next_boot(const Host& host, Snapshot& snapshot);

/// What a trial that confirms itself waits for, and when this boot began: where the menu has such
/// an entry, or the scope is to watch it. Under the lock: we alone write it.
void probe_auto_trial(const Host& host, ProbeScope scope, Snapshot& snapshot);
/// Whether it is true by now, as far as xapi's records do not tell; after probe_identity.
void probe_auto_trial_watch(const Host& host, Snapshot& snapshot);

/// Of these devices, which are to be taken from dom0 at once: after what `usage` asks for. Each
/// disk of theirs is opened exclusively for a moment.
void probe_live_use(const Host& host, const Caller& caller, const std::vector<PciAddress>& devices,
                    Snapshot& snapshot);
/// First: of a device whose unbind has not returned nothing is read that may wait for it.
void probe_unfinished(const Host& host, Snapshot& snapshot);

/// xapi's records, and the disks that they name (probe_pbd_devices); after probe_identity, which
/// says which host this is (never session.get_this_host, which names the host of the login), and
/// after functions and storage. Where xapi is not there the pool is absent, and `unreadable` says
/// why; a class of records that cannot be read is named in the pool.
void probe_pool(const Host& host, const Caller& caller, Snapshot& snapshot);

/// Where the disks and directories that this host's PBDs name, plugged or not, lead; after
/// probe_pool. udev makes /dev/disk/by-id and by-path; SM /dev/disk/by-scsid/SCSIid, a link for
/// each path to the LUN and, of multipath, one more (sm scsiutil.py get_devices_by_SCSIid,
/// mpath_dmp.py).
void probe_pbd_devices(const Host& host, Snapshot& snapshot);

/// What the plugin of each host of the pool answers to list and verify (host_replies.hpp); after
/// probe_pool.
void probe_replies(const Host& host, const Caller& caller, Snapshot& snapshot);

}  // namespace pci_passthrough
