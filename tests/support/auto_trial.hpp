#pragma once

#include "plugin/plans/auto_trial.hpp"
#include "plugin/plans/trial.hpp"
#include "tests/support/trial.hpp"

namespace pci_passthrough {

inline constexpr char own_address[] = "10.0.0.5";
inline constexpr std::int64_t boot_began = 1'700'000'000;  ///< 22:13:20 UTC

/// A host that a trial may be armed on that confirms itself: xapi is up, three minutes after the
/// boot began, and tells of a NIC and an SR that are plugged.
inline Snapshot able_to_confirm(Snapshot host) {
  host = able(std::move(host));
  auto& pool = *host.pool;
  pool.coordinator = pool.this_host = "host-1";
  pool.hosts["host-1"].address = own_address;
  pool.pifs = {
      {"pif-0",
       {.device = "eth0",
        .host = "host-1",
        .management = true,
        .physical = true,
        .attached = true,
        .below = {}}},
      {"pif-1",
       {.device = "eth1", .host = "host-1", .physical = true, .attached = false, .below = {}}},
      {"pif-2",
       {.device = "eth0", .host = "host-2", .physical = true, .attached = true, .below = {}}}};
  pool.srs = {{"sr-0", {.uuid = "uuid-sr-0", .name = "images", .type = "nfs"}}};
  pool.pbds = {{"pbd-0", {.host = "host-1", .sr = "sr-0", .attached = true, .device_config = {}}},
               {"pbd-1", {.host = "host-1", .sr = "sr-0", .attached = false, .device_config = {}}},
               {"pbd-2", {.host = "host-2", .sr = "sr-0", .attached = true, .device_config = {}}}};
  host.management_interface = "xenbr0";
  host.auto_trial = {};
  host.auto_trial.boot_at = boot_began;
  host.auto_trial.watch = AutoTrialWatch{.uptime = 10'000,
                                         .xapi_started = boot_began + 180,
                                         .addresses = {{own_address, "fe80::1"}},
                                         .why_no_addresses = "",
                                         .no_unit = ""};
  return host;
}

/// Of one device; in the menu, and nothing boots it.
inline Snapshot prepared_to_confirm(const Snapshot& able, std::string_view device = "0000:18:00.0",
                                    unsigned seconds = 540) {
  auto host = able;
  const auto id = std::string(this_boot, 8);
  const auto& model = host.boot.file.entries.at(own_model(host.boot.file).value());
  const auto kind = pciback_kind(model, host.boot.kernel_release);
  const auto list = "(" + std::string(device) + ")";
  auto text = with_trial(host.boot.file, kind, list, id, seconds).value();
  host.auto_trial.kept = auto_trial(host, {at(device)}, id);
  return with_boot_text(host, std::move(text));
}

/// In its trial, a minute after the boot began, and all is true.
inline Snapshot ready_to_confirm(const Snapshot& able, std::string_view device = "0000:18:00.0",
                                 unsigned seconds = 540) {
  auto host = prepared_to_confirm(able, device, seconds);
  host = booted(host, trial_entry(host.boot.file).value());
  host.auto_trial.watch->uptime = 60;
  for (auto& function : host.functions)
    if (function.address == at(device)) function.driver = "pciback";
  return host;
}

}  // namespace pci_passthrough
