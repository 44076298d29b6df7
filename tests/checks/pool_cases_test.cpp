#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr char the_gpu[] = "0000:06:00.0";

/// The VM 'nas' wants 06:00.0, and is pinned to no host.
Snapshot of_pool(Snapshot host, HostReply first, HostReply second) {
  host = with_vm(std::move(host), "nas", "0/0000:06:00.0", [](VmRecord& vm) { vm.affinity = ""; });
  return with_replies(std::move(host), std::move(first), std::move(second));
}

Snapshot preferring(Snapshot host) {
  host.pool->vms["ref-nas"].affinity = "host-1";
  return host;
}

/// It stays where it is, and starts there again.
Snapshot running(Snapshot host) {
  host = preferring(std::move(host));
  host.pool->vms["ref-nas"].power_state = "Running";
  host.pool->vms["ref-nas"].resident_on = "host-1";
  return host;
}

Snapshot protected_by_ha(Snapshot host) {
  host = running(std::move(host));
  host.pool->ha_enabled = true;
  host.pool->vms["ref-nas"].ha_restart_priority = "restart";
  return host;
}

Snapshot alike(Snapshot host) {
  return of_pool(std::move(host), reply_with(the_gpu, "24b0"), reply_with(the_gpu, "24b0"));
}

Snapshot different(Snapshot host) {
  return of_pool(std::move(host), reply_with(the_gpu, "24b0"), reply_with(the_gpu, "1b38"));
}

Snapshot used_there(Snapshot host) {
  return of_pool(std::move(host), reply_with(the_gpu, "24b0"),
                 reply_with(the_gpu, "1b38", {"mount /"}));
}

Snapshot without_second(Snapshot host) {
  return of_pool(std::move(host), reply_with(the_gpu, "24b0"), not_answered());
}

Snapshot newer_on_second(Snapshot host) {
  host = alike(std::move(host));
  host.pool->hosts["host-2"].reply->plugin_version = "0.2.0";
  return host;
}

/// A second VM, 'clone', that wants the same.
template <void (*change)(Pool&, VmRecord& nas, VmRecord& clone)>
Snapshot with_clone(Snapshot host) {
  host = with_vm(alike(std::move(host)), "clone", "0/0000:06:00.0");
  auto& vms = host.pool->vms;
  change(*host.pool, vms["ref-nas"], vms["ref-clone"]);
  return host;
}

void both_anywhere(Pool&, VmRecord&, VmRecord& clone) { clone.affinity = ""; }
void both_there(Pool&, VmRecord& nas, VmRecord& clone) {
  nas.affinity = clone.resident_on = "host-2";
  clone.power_state = "Running";
}
void one_anywhere(Pool&, VmRecord&, VmRecord& clone) { clone.affinity = "host-2"; }
void autostart_untold(Pool& pool, VmRecord& nas, VmRecord& clone) {
  nas.auto_poweron = clone.auto_poweron = true;
  pool.auto_poweron.reset();
}
void apart(Pool&, VmRecord& nas, VmRecord& clone) {
  nas.affinity = "host-1";
  clone.affinity = "host-2";
}
void clone_is_snapshot(Pool&, VmRecord&, VmRecord& clone) { clone.is_snapshot = true; }

}  // namespace

std::vector<Case> pool_cases() {
  const std::string dangerous = "vm-address-on-other-host-dangerous";
  const std::string differs = "vm-address-on-other-host-differs";
  const std::string versions = "pool-version-mismatch";
  const std::string clash = "device-in-two-vms-of-pool";
  return {
      {versions, nas, newer_on_second, found, "", {"0.1.0 on xen1; 0.2.0 on xen2"}},
      {versions, nas, without_second, unknown, "", {"Unknown which version", "xen2"}},
      silent_of_vm(versions, alike),

      of_vm(dangerous, used_there, found, the_gpu,
            {"'nas' may start on any host. 0000:06:00.0 is NVIDIA 1b38 [10de:1b38], which dom0 "
             "uses (mount /), on xen2; NVIDIA 24b0 [10de:24b0] on xen1"}),
      of_vm(dangerous, [](Snapshot h) { return protected_by_ha(used_there(h)); }, found, the_gpu,
            {"mount /"}),
      of_vm(dangerous,
            [](Snapshot h) {
              return of_pool(h, reply_with("07:00.0", "24b0"),
                             reply_with(the_gpu, "1b38", {"swap x"}));
            },
            found, the_gpu, {"swap x), on xen2; nothing on xen1"}),
      of_vm(dangerous, without_second, unknown, the_gpu, {"Unknown what 0000:06:00.0 is on xen2"}),
      of_vm(dangerous,
            [](Snapshot h) {
              h = alike(h);
              h.pool->hosts["host-2"].reply->listing.devices[0].device_id.reset();
              return h;
            },
            unknown, the_gpu, {"on xen2"}),
      {dangerous,
       nas,
       [](Snapshot h) {
         h = used_there(h);
         h.pool->unreadable["VM"] = "xapi timed out";
         return h;
       },
       unknown,
       "",
       {"xapi timed out"}},
      silent_of_vm(dangerous, different),
      of_vm(dangerous, [](Snapshot h) { return preferring(used_there(h)); }, found, the_gpu,
            {"'nas' prefers xen1, but may start on any host. 0000:06:00.0 is", "mount /"}),
      of_vm(dangerous, [](Snapshot h) { return preferring(without_second(h)); }, unknown, the_gpu,
            {"Unknown what 0000:06:00.0 is on xen2"}),
      silent_of_vm(dangerous, [](Snapshot h) { return running(used_there(h)); }),
      silent_of_vm(dangerous, [](Snapshot h) { return running(without_second(h)); }),
      silent_of_vm(dangerous,
                   [](Snapshot h) {
                     return of_pool(h, reply_with(the_gpu, "24b0", {"mount /"}),
                                    reply_with(the_gpu, "24b0", {"mount /"}));
                   }),
      silent_of_vm(dangerous,
                   [](Snapshot h) {
                     h = used_there(h);
                     h.pool->vms["ref-nas"].is_snapshot = true;
                     return h;
                   }),

      of_vm(differs, different, found, the_gpu, {"1b38] on xen2; NVIDIA 24b0 [10de:24b0] on xen1"}),
      of_vm(differs,
            [](Snapshot h) {
              return of_pool(h, reply_with(the_gpu, "24b0"), reply_with("07:00.0", "24b0"));
            },
            found, the_gpu, {"on xen1; nothing on xen2"}),
      silent_of_vm(differs, alike),
      silent_of_vm(differs, used_there),
      of_vm(differs, [](Snapshot h) { return preferring(different(h)); }, found, the_gpu,
            {"'nas' prefers xen1, but may start on any host"}),
      silent_of_vm(differs, [](Snapshot h) { return running(different(h)); }),
      silent_of_vm(differs,
                   [](Snapshot h) {
                     return of_pool(h, reply_with("07:00.0", "24b0"),
                                    reply_with("07:00.0", "1b38"));
                   }),

      {clash,
       nas,
       with_clone<both_anywhere>,
       found,
       the_gpu,
       {"'clone' (Halted), 'nas' (Halted) want 0000:06:00.0 on every host"}},
      {clash,
       nas,
       with_clone<both_there>,
       found,
       the_gpu,
       {"'clone' (Running), 'nas' (Halted) want 0000:06:00.0 on xen2"}},
      {clash, nas, with_clone<one_anywhere>, found, the_gpu, {"want 0000:06:00.0 on xen2"}},
      {clash,
       nas,
       with_clone<autostart_untold>,
       unknown,
       the_gpu,
       {"Unknown whether they start by themselves"}},
      {clash,
       nas,
       [](Snapshot h) {
         h = alike(h);
         h.pool->unreadable["VM"] = "xapi timed out";
         return h;
       },
       unknown,
       "",
       {"xapi timed out"}},
      silent_of_vm(clash, alike),
      silent_of_vm(clash, with_clone<apart>),
      silent_of_vm(clash, with_clone<clone_is_snapshot>),
  };
}

}  // namespace pci_passthrough
