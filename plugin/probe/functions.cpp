#include <fmt/format.h>

#include <algorithm>

#include "plugin/host/directory.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/probe/bars.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr auto& devices = paths::pci_devices;
/// More than 16 ports of 256 virtual functions each, and their machine.
constexpr std::size_t most_functions = 5120;

std::optional<std::string> line_at(const Directory& entry, const char* name) {
  auto read = entry.read(name);
  return read ? std::optional(line_of(std::move(read.value))) : std::nullopt;
}

template <typename Number>
std::optional<Number> number_at(const Directory& entry, const char* name, int base = 16) {
  const auto text = line_at(entry, name);
  return text ? read_number<Number>(*text, base) : std::nullopt;
}

std::optional<std::string> driver_of(const Directory& entry) {
  const auto link = entry.link("driver");
  if (link) return base_name(link.value);
  return link.absent() ? std::optional<std::string>("") : std::nullopt;
}

/// "8086:1533"
bool read_ids(std::string_view text, std::optional<std::uint16_t>& vendor,
              std::optional<std::uint16_t>& device) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  vendor = read_number<std::uint16_t>(text.substr(0, colon), 16);
  device = read_number<std::uint16_t>(text.substr(colon + 1), 16);
  return vendor && device;
}

/// What the kernel says in one file (pci-driver.c pci_uevent, core.c dev_uevent); false where it
/// does not, or not all of it.
bool read_uevent(const Directory& entry, Function& function) {
  const auto uevent = entry.read("uevent").value;
  const auto value = [&](std::string_view key) { return assigned_value(uevent, key).value_or(""); };
  const auto code = read_number<std::uint32_t>(value("PCI_CLASS"), 16);
  if (!code || !read_ids(value("PCI_ID"), function.vendor_id, function.device_id) ||
      !read_ids(value("PCI_SUBSYS_ID"), function.subsystem_vendor_id, function.subsystem_device_id))
    return false;
  function.class_code = ClassCode{*code};
  function.driver = value("DRIVER");
  return true;
}

void read_single_files(const Directory& entry, Function& function) {
  function.vendor_id = number_at<std::uint16_t>(entry, "vendor");
  function.device_id = number_at<std::uint16_t>(entry, "device");
  function.subsystem_vendor_id = number_at<std::uint16_t>(entry, "subsystem_vendor");
  function.subsystem_device_id = number_at<std::uint16_t>(entry, "subsystem_device");
  if (const auto code = number_at<std::uint32_t>(entry, "class"))
    function.class_code = ClassCode{*code};
  function.driver = driver_of(entry);
}

void read_config(const Directory& entry, Function& function) {
  function.config = parse_config_space(entry.read_as_wanted("config", config_space_wanted).value);
  if (!function.config) return;
  function.header_type = function.config->header_type;
  function.revision = function.config->revision;
}

/// `is_stuck`: to read its uevent may wait for an unbind that never returns.
Function read_function(const Host& host, const Directory& all, const PciAddress& address,
                       const std::string& name, bool with_bars, bool is_stuck) {
  Function function;
  function.address = address;
  const Directory entry(host, all.path_of(name));
  const auto link = all.link(name.c_str());
  function.path = functions_on(link.value);
  if (function.path.empty() || function.path.back() != address)
    function.unread = entry.path() + ": " + (link ? "it leads to no device" : link.reason());
  if (!function.path.empty()) function.path.pop_back();

  if (is_stuck || !read_uevent(entry, function)) read_single_files(entry, function);
  read_config(entry, function);
  if (with_bars) read_bars(entry, function);
  function.irq = number_at<unsigned>(entry, "irq", 10);
  if (const auto methods = line_at(entry, "reset_method"))
    function.reset_methods = split_words(*methods);
  function.can_reset = entry.exists("reset");
  function.numa_node = number_at<int>(entry, "numa_node", 10);
  if (function.class_code && function.class_code->is_display())
    if (const auto vga = line_at(entry, "boot_vga")) function.boot_vga = *vga == "1";
  const auto physical = entry.link("physfn");
  if (physical) function.physical_function = PciAddress::parse(base_name(physical.value));
  if (!physical.absent() && !function.physical_function)
    function.unread =
        entry.path_of("physfn") + ": " + (physical ? "it leads nowhere" : physical.reason());
  return function;
}

void link_virtual_functions(std::vector<Function>& functions) {
  for (const auto& function : functions) {
    if (!function.physical_function) continue;
    const auto physical =
        std::ranges::lower_bound(functions, *function.physical_function, {}, &Function::address);
    if (physical != functions.end() && physical->address == *function.physical_function)
      physical->virtual_functions.push_back(function.address);
  }
}

/// A tree in which no function has the file was kept without it.
void forget_unkept_resets(std::vector<Function>& functions) {
  if (std::ranges::count(functions, std::optional(true), &Function::can_reset) != 0) return;
  for (auto& function : functions) function.can_reset.reset();
}

}  // namespace

void probe_functions(const Host& host, bool with_bars, Snapshot& snapshot) {
  auto names = host.list(devices);
  if (!names) snapshot.unreadable[devices] = names.reason();
  if (names.value.size() > most_functions) {
    snapshot.unreadable[devices] =
        fmt::format("it holds more than {} functions, the most that is read", most_functions);
    names.value.clear();
  }
  const Directory all(host, devices);
  snapshot.functions.reserve(names.value.size());
  for (const auto& name : names.value)
    if (const auto address = PciAddress::parse(name))
      snapshot.functions.push_back(
          read_function(host, all, *address, name, with_bars,
                        snapshot.unfinished && snapshot.unfinished->device == *address));
  std::ranges::sort(snapshot.functions, {}, &Function::address);
  link_virtual_functions(snapshot.functions);
  forget_unkept_resets(snapshot.functions);
}

}  // namespace pci_passthrough
