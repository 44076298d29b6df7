#include <sstream>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

/// The last column of " 16:  204  0  xen-pirq  -ioapic-level  ehci_hcd:usb1, snd_hda_intel" (kernel
/// irq/proc.c show_interrupts); a line that nobody handles ends with what the kernel calls it.
std::vector<std::string> handlers_on(std::string_view line) {
  while (line.ends_with(' ')) line.remove_suffix(1);
  const auto column = line.rfind("  ");
  if (column == line.npos) return {};
  std::istringstream names{std::string(line.substr(column + 2))};
  std::vector<std::string> handlers;
  for (std::string name; std::getline(names >> std::ws, name, ',');)
    if (!name.starts_with('-') && name.find("pciback") == name.npos) handlers.push_back(name);
  return handlers;
}

}  // namespace

void probe_interrupts(const Host& host, Snapshot& snapshot) {
  const auto table = host.read("/proc/interrupts");
  if (!table) return;
  snapshot.handlers.emplace();
  std::istringstream lines(table.value);
  for (std::string line; std::getline(lines >> std::ws, line);)
    if (const auto number = read_number<std::uint32_t>(line.substr(0, line.find(':')), 10))
      snapshot.handlers->emplace(*number, handlers_on(line));
}

}  // namespace pci_passthrough
