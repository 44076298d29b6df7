#pragma once

#include "plugin/boot/once_mark.hpp"
#include "plugin/boot/trial.hpp"
#include "plugin/model/boot_mark.hpp"
#include "plugin/model/trial.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {

inline constexpr char this_boot[] = "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                      next_boot[] = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

/// A host that a trial may be armed on: its boot is known, xapi answers, one plain disk holds the
/// mark, and the boot loader's own memory can be read.
inline Snapshot able(Snapshot host) {
  host.boot.boot_id = this_boot;
  if (!host.pool) host = with_pool(std::move(host));
  if (host.boot.file.loader == BootLoader::extlinux) host.boot.extlinux_once = "";
  std::erase_if(host.blocks, [](const BlockDevice& one) { return one.name == "sdz"; });
  BlockDevice disk;
  disk.name = "sdz";
  disk.number = "65:144";
  disk.path = {host.functions.front().address};
  host.blocks.push_back(disk);
  std::erase_if(host.mounts, [](const Mount& one) { return one.target.starts_with("/boot"); });
  host.mounts.push_back({"/dev/sdz", "/boot", "ext4", "65:144"});
  return host;
}

/// The trial of one device, its entry in the menu and nothing that boots it.
inline Snapshot prepared(Snapshot host, std::string_view list = "(0000:18:00.0)") {
  host = able(std::move(host));
  const auto& model = host.boot.file.entries.at(own_model(host.boot.file).value());
  const auto kind = pciback_kind(model, host.boot.kernel_release);
  return with_boot_text(host,
                        with_trial(host.boot.file, kind, list, std::string(this_boot, 8)).value());
}

inline Snapshot marked(Snapshot host) {
  set_mark(host.boot, trial_mark(host.boot, true).value());
  return host;
}
inline Snapshot unmarked(Snapshot host) {
  set_mark(host.boot, trial_mark(host.boot, false).value());
  return host;
}

inline Snapshot armed(Snapshot host, std::string_view list = "(0000:18:00.0)") {
  return marked(prepared(std::move(host), list));
}

/// The next boot, by an entry of the menu.
inline Snapshot booted(Snapshot host, std::size_t entry) {
  host.boot.boot_id = next_boot;
  host.boot.running = host.boot.file.entries.at(entry).command_line;
  return host;
}

/// In its trial; the boot loader has taken the mark away.
inline Snapshot trying(const Snapshot& host, std::string_view list = "(0000:18:00.0)") {
  auto tried = unmarked(armed(host, list));
  return booted(tried, trial_entry(tried.boot.file).value());
}

/// The boot after it.
inline Snapshot reverted(const Snapshot& host) {
  const auto tried = unmarked(armed(host));
  return booted(tried, tried.boot.file.default_entry.value());
}

}  // namespace pci_passthrough
