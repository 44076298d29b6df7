#pragma once

#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// The caller's rights, not root's (plugin/run/README.md, "Who may change a host"). xapi runs a
/// plugin as root whoever called: host.call_plugin is a pool administrator's, but
/// VM.call_host_plugin, from xapi 25.22 on, a VM operator's. So, before anything is changed:
///
/// * root at a shell on the host may;
/// * on the coordinator the session must be a local superuser's or hold host.call_plugin;
/// * on a member, where every session is xapi's own and tells nothing, a call may have come through
///   VM.call_host_plugin for as long as any VM of the pool has call_plugin among its current
///   operations: then it is refused, unless every xapi of the pool is older than 25.22;
/// * below a root that is not "/", with neither a socket of xapi nor recorded answers of it, there
///   is no xapi that could have called: whoever can name such a root may write to it anyhow.
///
/// `asked`: what ask_pool() told. Throws Failure not_permitted; xapi_unavailable where xapi did not
/// tell; its own errors as they are.
void require_rights(const Host& host, const Caller& caller, const Snapshot& asked);

/// Before the other hosts of the pool are asked: on the coordinator the session is the caller's,
/// and xapi itself holds each call against its rights; on a member it is xapi's own, and would
/// carry a VM operator's question to hosts that are none of theirs. Throws Failure not_permitted.
void require_rights_over_pool(const Host& host, const Caller& caller);

}  // namespace pci_passthrough
