#include <algorithm>

#include "plugin/host/file_io.hpp"
#include "plugin/host/take_marker.hpp"
#include "plugin/host/xapi.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/records.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr char pciback[] = "/sys/bus/pci/drivers/pciback";
constexpr char sysfs_classes[] = "/sys/class", usb_devices[] = "/sys/bus/usb/devices",
               proc[] = "/proc";

bool is_on(const std::vector<PciAddress>& path, const LiveUse& use) {
  return std::ranges::any_of(
      path, [&](const auto& one) { return std::ranges::count(use.devices, one) != 0; });
}

/// Disks that dom0 holds are told by what stands on them; here are the others.
void open_disks(const Host& host, const Snapshot& snapshot, LiveUse& use) {
  for (const auto& block : snapshot.blocks) {
    if (!block.below.empty() || !is_on(block.path, use)) continue;
    const auto path = host.resolve("/dev/" + block.name);
    const int error = path ? open_for_us_alone(host.outside(*path)) : ENOENT;
    use.disks.push_back({block.name, block.path, error ? error_text(error) : "", error == EBUSY});
  }
}

/// The last word of the bit map has the keys 0 to 31 or 63 (Linux input.c input_print_bitmap).
std::optional<bool> has_keyboard(const Host& host, const std::string& directory) {
  constexpr std::uint64_t from_esc_to_s = 0xfffffffe;
  const auto line = read_line(host, directory + "/capabilities/key");
  if (!line) return std::nullopt;
  const auto words = split_words(*line);
  const auto last = words.empty() ? 0 : read_number<std::uint64_t>(words.back(), 16);
  return last ? std::optional((*last & from_esc_to_s) == from_esc_to_s) : std::nullopt;
}

void read_inputs(const Host& host, LiveUse& use) {
  const auto names = host.list(paths::inputs);
  if (!names && !names.absent()) use.unreadable[paths::inputs] = names.reason();
  for (const auto& name : names.value) {
    const auto directory = std::string(paths::inputs) + "/" + name;
    auto path = name.starts_with("input") ? functions_on(host.link(directory).value)
                                          : std::vector<PciAddress>();
    if (is_on(path, use))
      use.inputs.push_back({read_line(host, directory + "/name").value_or(name), std::move(path),
                            has_keyboard(host, directory)});
  }
}

using Nodes = std::map<std::string, std::vector<PciAddress>>;

/// The nodes in /dev of what the devices carry.
void add_nodes(const Host& host, const std::string& directory, const LiveUse& use, Nodes& nodes) {
  for (const auto& name : host.list(directory).value) {
    const auto entry = directory + "/" + name;
    auto path = functions_on(host.link(entry).value);
    if (!is_on(path, use)) continue;
    const auto uevent = host.read(entry + "/uevent").value;
    if (const auto node = assigned_value(uevent, "DEVNAME")) nodes["/dev/" + *node] = path;
  }
}

void add_open_nodes(const Host& host, const std::string& process, const Nodes& nodes,
                    LiveUse& use) {
  const auto directory = std::string(proc) + "/" + process;
  for (const auto& number : host.list(directory + "/fd").value) {
    const auto node = nodes.find(host.link(directory + "/fd/" + number).value);
    if (node == nodes.end()) continue;
    const auto program =
        read_line(host, directory + "/comm").value_or("a process") + " (" + process + ")";
    const bool is_known = std::ranges::any_of(use.open_nodes, [&](const OpenNode& one) {
      return one.node == node->first && one.program == program;
    });
    if (!is_known) use.open_nodes.push_back({node->first, program, node->second});
  }
}

void read_open_nodes(const Host& host, LiveUse& use) {
  Nodes nodes;
  for (const auto& name : host.list(sysfs_classes).value)
    add_nodes(host, std::string(sysfs_classes) + "/" + name, use, nodes);
  add_nodes(host, usb_devices, use, nodes);
  if (nodes.empty()) return;
  const auto processes = host.list(proc);
  if (!processes) use.unreadable[proc] = processes.reason();
  for (const auto& name : processes.value)
    if (read_number<int>(name, 10)) add_open_nodes(host, name, nodes, use);
}

constexpr std::string_view pgpu_fields[] = {"PCI", "host", "resident_VGPUs"};

void read_pgpus(const Host& host, const Caller& caller, LiveUse& use) {
  Xapi xapi(host, caller);
  const auto failure = xapi.records(
      "PGPU", pgpu_fields, [&](std::string_view ref, const boost::json::object& record) {
        use.pgpus[std::string(ref)] = {ref_in(record, "PCI"), ref_in(record, "host"),
                                       texts_in(record, "resident_VGPUs")};
      });
  if (failure) use.unreadable["PGPU"] = failure->sentence;
}

}  // namespace

void probe_live_use(const Host& host, const Caller& caller, const std::vector<PciAddress>& devices,
                    Snapshot& snapshot) {
  LiveUse use{.devices = devices, .has_pciback = host.exists(pciback)};
  open_disks(host, snapshot, use);
  read_inputs(host, use);
  read_open_nodes(host, use);
  const bool has_display = std::ranges::any_of(devices, [&](const auto& address) {
    const auto* function = snapshot.find(address);
    return function && (!function->class_code || function->class_code->is_display());
  });
  if (has_display) read_pgpus(host, caller, use);
  snapshot.live_use = std::move(use);
}

void probe_unfinished(const Host& host, Snapshot& snapshot) {
  snapshot.unfinished = read_unfinished(host);
}

}  // namespace pci_passthrough
