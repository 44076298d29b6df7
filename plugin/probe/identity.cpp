#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {

void probe_identity(const Host& host, Snapshot& snapshot) {
  constexpr auto& path = paths::inventory;
  const auto inventory = host.read(path);
  if (!inventory) snapshot.unreadable[path] = inventory.reason();
  const auto value = [&](std::string_view key) {
    return assigned_value(inventory.value, key).value_or("");
  };
  snapshot.host = {value("INSTALLATION_UUID"),
                   read_line(host, "/proc/sys/kernel/hostname").value_or(""),
                   value("PRODUCT_BRAND"),
                   value("PRODUCT_VERSION"),
                   read_line(host, "/sys/class/dmi/id/sys_vendor").value_or(""),
                   read_line(host, "/sys/class/dmi/id/product_name").value_or("")};
  snapshot.management_interface = assigned_value(inventory.value, "MANAGEMENT_INTERFACE");
}

}  // namespace pci_passthrough
