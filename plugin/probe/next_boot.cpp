#include "plugin/host/boot_mark.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {

void probe_next_boot(const Host& host, Snapshot& snapshot) {
  Boot& boot = snapshot.boot;
  boot.boot_id = read_line(host, paths::boot_id);
  if (boot.file.loader == BootLoader::extlinux && boot.unreadable.empty())
    boot.extlinux_once = read_extlinux_once(host);
  for (const auto& entry : boot.file.entries)
    if (entry.is_xen && host.exists(entry.kernel))
      if (auto file = host.resolve(entry.kernel))
        boot.kernel_files.emplace(entry.kernel, std::move(*file));
}

}  // namespace pci_passthrough
