#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {

void probe_inputs(const Host& host, Snapshot& snapshot) {
  constexpr auto& inputs = paths::inputs;
  const auto names = host.list(inputs);
  if (!names && !names.absent()) snapshot.unreadable[inputs] = names.reason();
  for (const auto& name : names.value) {
    if (!name.starts_with("input")) continue;
    const auto directory = std::string(inputs) + "/" + name;
    const auto target = host.link(directory).value;
    if (target.find("/usb") == std::string::npos) continue;
    snapshot.inputs.push_back(
        {read_line(host, directory + "/name").value_or(name), functions_on(target)});
  }
}

}  // namespace pci_passthrough
