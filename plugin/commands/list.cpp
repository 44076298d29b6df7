#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/hardware.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough::reports {
namespace {

ListedHost host_of(const Analysis& host) {
  const auto& snapshot = host.snapshot();
  const auto& boot = snapshot.boot;
  const bool is_known = !boot.path.empty();
  return {snapshot.host.uuid,
          snapshot.host.name,
          snapshot.host.product,
          snapshot.host.version,
          is_known ? boot.file.loader == BootLoader::extlinux ? "extlinux" : "grub" : "",
          boot.path,
          host.hardware().iommu.on,
          boot.efi};
}

ListedDevice facts_of(const Function& function) {
  ListedDevice device;
  device.address = function.address;
  device.path = function.path;
  device.vendor_id = function.vendor_id;
  device.device_id = function.device_id;
  device.subsystem_vendor_id = function.subsystem_vendor_id;
  device.subsystem_device_id = function.subsystem_device_id;
  if (function.class_code) {
    device.class_id = function.class_code->id();
    device.prog_if = function.class_code->prog_if();
  }
  device.revision = function.revision;
  device.header_type = function.header_type;
  device.vendor = function.vendor;
  device.device = function.device;
  device.subsystem = function.subsystem;
  device.class_name = function.class_name;
  device.numa_node = function.numa_node;
  device.boot_vga = function.boot_vga;
  device.driver = function.driver;
  device.physical_function = function.physical_function;
  device.virtual_functions = function.virtual_functions;
  if (function.config) device.capabilities = capabilities_of(*function.config);
  return device;
}

void put_reset(ListedDevice& device, const Function& function, const ResetWays& reset) {
  device.reset = reset.methods;
  if (device.reset && device.reset->empty() && !function.is_bridge())
    device.reset_hits = reset.bus_hits;
}

std::vector<ListedUse> uses_of(const Usage& usage, const PciAddress& address) {
  std::vector<ListedUse> uses;
  if (const auto found = usage.find(address); found != usage.end())
    for (const auto& use : found->second) uses.push_back({use.kind, use.name, use.critical});
  return uses;
}

std::vector<ListedVm> vms_wanting(const Analysis& host, const PciAddress& address) {
  std::vector<ListedVm> vms;
  const auto& wanting = host.vms().by_device;
  if (const auto found = wanting.find(address); found != wanting.end())
    for (const auto* assignment : found->second)
      vms.push_back({assignment->vm->uuid, assignment->vm->name, assignment->vm->power_state});
  return vms;
}

using Codes = std::map<PciAddress, std::vector<std::string>>;

Codes codes_of(const std::vector<Finding>& findings) {
  Codes codes;
  for (const auto& finding : findings) {
    if (!finding.device) continue;
    auto& said = codes[*finding.device];
    if (std::ranges::count(said, finding.code) == 0) said.push_back(finding.code);
  }
  return codes;
}

using Wanted = std::optional<std::set<PciAddress>>;  ///< absent: all

bool is_asked_for(const Wanted& wanted, const Function& function) {
  return !wanted || wanted->contains(function.address);
}

/// Hands over all that is told of each function, or of these alone.
template <typename Take>
void for_each_listed(const Analysis& host, const Wanted& wanted, Take take) {
  const auto codes = codes_of(judge(host, host.rules().unattended));
  const auto& groups = host.hardware().groups;
  for (const auto& function : host.snapshot().functions) {
    if (!is_asked_for(wanted, function)) continue;
    const auto& address = function.address;
    auto device = facts_of(function);
    device.dom0_access = host.dom0_access(function);
    if (const auto group = groups.find(address); group != groups.end())
      device.isolation_group = group->second;
    put_reset(device, function, host.reset_of(function));
    device.used_by = uses_of(host.hardware().usage, address);
    if (vms_are_known(host.snapshot())) device.vms = vms_wanting(host, address);
    const auto said = codes.find(address);
    device.findings = said == codes.end() ? std::vector<std::string>{} : said->second;
    take(std::move(device));
  }
}

Listing listing_of(const Analysis& host, const Wanted& wanted) {
  Listing listing{host_of(host), {}, host.snapshot().unreadable};
  for_each_listed(host, wanted,
                  [&](ListedDevice device) { listing.devices.push_back(std::move(device)); });
  return listing;
}

/// What is asked for, and what to say of it.
struct Asked {
  std::vector<Selected> parts;
  Wanted wanted;
};
Asked read_asked(const Analysis& host, const Arguments& arguments) {
  const auto selection = select_devices(host, arguments.devices);
  for (const auto& address : selection.devices)
    if (!host.find(address)) throw no_such_device(host.snapshot(), address);
  if (arguments.devices.empty()) return {selection.parts, {}};
  return {selection.parts, Wanted({selection.devices.begin(), selection.devices.end()})};
}

void write_json(const Analysis& host, const Asked& asked, const Output& output) {
  JsonWriter json(output);
  json.begin_object();
  json.key("schema").number(schema);
  object head;
  put_selected(head, asked.parts);
  put_trial(head, host);
  for (const auto& [name, value] : head) json.key(name).raw(ascii_json(value));
  write_listed(json.key("host"), host_of(host));
  json.key("devices").begin_array();
  for_each_listed(host, asked.wanted,
                  [&](const ListedDevice& device) { write_listed(json, device); });
  json.end_array();
  if (const auto& unreadable = host.snapshot().unreadable; !unreadable.empty()) {
    object reasons;
    for (const auto& [name, why] : unreadable) reasons[name] = why;
    json.key("unreadable").raw(ascii_json(reasons));
  }
  json.end_object();
  json.flush();
}

}  // namespace

object list(const Analysis& host, const Arguments& arguments) {
  std::string text;
  write_json(host, read_asked(host, arguments), [&](std::string_view piece) { text += piece; });
  return boost::json::parse(text).as_object();
}

Write write_list(const Analysis& host, const Arguments& arguments, const Terminal& terminal) {
  auto asked = read_asked(host, arguments);
  if (arguments.format == Format::json)
    return [=](const Output& output) { write_json(host, asked, output); };
  object head;
  put_selected(head, asked.parts);
  put_trial(head, host);
  auto listing = listing_of(host, asked.wanted);
  auto text = arguments.format == Format::svg
                  ? listing_picture(listing, arguments)
                  : listing_text(host, listing, head, arguments, terminal);
  return [text = std::move(text)](const Output& output) { output(text); };
}

}  // namespace pci_passthrough::reports
