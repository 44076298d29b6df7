#include <array>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {

void probe_driver_devices(const Host& host, Snapshot& snapshot) {
  constexpr std::array kinds = {"ipmi", "tpm", "watchdog", "fc_remote_ports", "infiniband"};
  for (const char* kind : kinds) {
    const auto directory = std::string("/sys/class/") + kind;
    const auto names = host.list(directory);
    if (!names && !names.absent()) snapshot.unreadable[directory] = names.reason();
    for (const auto& name : names.value) {
      auto path = functions_on(host.link(directory + "/" + name).value);
      if (!path.empty()) snapshot.driver_devices.push_back({kind, name, std::move(path)});
    }
  }
}

}  // namespace pci_passthrough
