#include <fmt/format.h>

#include "plugin/host/boot_mark.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

void follow_links(const Host& host, const BootEntry& entry, Boot& boot) {
  for (const auto& name : entry.files)
    if (!boot.linked_files.contains(name) && host.exists(name))
      if (auto file = host.resolve(name)) boot.linked_files.emplace(name, std::move(*file));
}

std::vector<std::string> entries_of(const Host& host, const std::string& folder,
                                    Snapshot& snapshot) {
  auto names = host.list(folder);
  if (!names && !names.absent()) snapshot.unreadable[folder] = names.reason();
  return std::move(names.value);
}

void note_updates(const Host& host, Snapshot& snapshot) {
  auto& pending = snapshot.boot.pending_updates;
  for (const auto& package : entries_of(host, paths::updated_packages, snapshot)) {
    const auto folder = fmt::format("{}/{}", paths::updated_packages, package);
    for (const auto& version : host.list(folder).value)
      pending.push_back(fmt::format("{}/{}", folder, version));
  }
  const auto hotfixes = host.read(paths::updated_hotfixes);
  if (!hotfixes && !hotfixes.absent())
    snapshot.unreadable[paths::updated_hotfixes] = hotfixes.reason();
  if (!line_of(hotfixes.value).empty()) pending.emplace_back(paths::updated_hotfixes);
  for (const auto& name : entries_of(host, paths::initrds_to_make, snapshot))
    if (name.starts_with("regenerate-initrd-"))
      pending.push_back(fmt::format("{}/{}", paths::initrds_to_make, name));
}

}  // namespace

void probe_next_boot(const Host& host, Snapshot& snapshot) {
  Boot& boot = snapshot.boot;
  boot.boot_id = read_line(host, paths::boot_id);
  if (boot.file.loader == BootLoader::extlinux && boot.unreadable.empty())
    boot.extlinux_once = read_extlinux_once(host);
  for (const auto& entry : boot.file.entries)
    if (entry.is_xen) follow_links(host, entry, boot);
  note_updates(host, snapshot);
}

}  // namespace pci_passthrough
