#include <fmt/format.h>
#include <algorithm>
#include <boost/json/value_from.hpp>
#include <map>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/assignments.hpp"
#include "plugin/commands/hardware.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

void put(object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <typename Number>
void put_hex(object& object, std::string_view name, const std::optional<Number>& number,
             int digits) {
  if (number) object[name] = fmt::format("{:0{}x}", static_cast<unsigned>(*number), digits);
}

template <typename Value>
void put_known(object& object, std::string_view name, const std::optional<Value>& value) {
  if (value) object[name] = *value;
}

array texts(const std::vector<PciAddress>& addresses) {
  array all;
  for (const auto& address : addresses) all.emplace_back(address.text());
  return all;
}

array used_by(const Usage& usage, const PciAddress& address) {
  array uses;
  const auto found = usage.find(address);
  if (found == usage.end()) return uses;
  for (const auto& use : found->second)
    uses.push_back({{"kind", use.kind}, {"name", use.name}, {"critical", use.critical}});
  return uses;
}

object host_json(const Analysis& analysis) {
  const Snapshot& snapshot = analysis.snapshot();
  object host;
  put(host, "uuid", snapshot.host.uuid);
  put(host, "name", snapshot.host.name);
  put(host, "product", snapshot.host.product);
  put(host, "version", snapshot.host.version);
  if (!snapshot.boot.path.empty()) {
    host["boot_loader"] = snapshot.boot.file.loader == BootLoader::extlinux ? "extlinux" : "grub";
    host["boot_file"] = snapshot.boot.path;
  }
  if (const auto on = analysis.hardware().iommu.on) host["iommu"] = *on ? "on" : "off";
  if (snapshot.boot.efi) host["firmware"] = *snapshot.boot.efi ? "UEFI" : "BIOS";
  return host;
}

object function_json(const Analysis& analysis, const Function& function) {
  object device;
  device["address"] = function.address.text();
  device["parent"] =
      function.path.empty() ? json::value(nullptr) : json::value(function.path.back().text());
  device["path"] = texts(function.path);
  put_hex(device, "vendor_id", function.vendor_id, 4);
  put_hex(device, "device_id", function.device_id, 4);
  put_hex(device, "subsystem_vendor_id", function.subsystem_vendor_id, 4);
  put_hex(device, "subsystem_device_id", function.subsystem_device_id, 4);
  if (function.class_code) {
    device["class_id"] = fmt::format("{:04x}", function.class_code->id());
    device["prog_if"] = fmt::format("{:02x}", function.class_code->prog_if());
  }
  put_hex(device, "revision", function.revision, 2);
  put(device, "vendor", function.vendor);
  put(device, "device", function.device);
  put(device, "subsystem", function.subsystem);
  put(device, "class", function.class_name);
  put_known(device, "header_type", function.header_type);
  put_known(device, "numa_node", function.numa_node);
  put_known(device, "boot_vga", function.boot_vga);
  if (function.driver) {
    device["driver"] =
        function.driver->empty() ? json::value(nullptr) : json::value(*function.driver);
    device["assignable"] = *function.driver == "pciback";
  }
  const auto access = analysis.dom0_access(function);
  if (access != Dom0Access::unknown) device["dom0_access"] = name_of(access);
  if (function.physical_function) device["physical_function"] = function.physical_function->text();
  if (!function.virtual_functions.empty())
    device["virtual_functions"] = texts(function.virtual_functions);
  return device;
}

void add_once(array& codes, const std::string& code) {
  if (std::ranges::count(codes, json::value(code)) == 0) codes.emplace_back(code);
}

bool is_asked_for(const std::vector<PciAddress>& wanted, const Function& function) {
  return wanted.empty() || std::ranges::count(wanted, function.address) != 0;
}

}  // namespace

object list(const Analysis& analysis, const Arguments& arguments) {
  if (arguments.of_pool) return list_of_pool(analysis.snapshot());
  const Snapshot& snapshot = analysis.snapshot();
  for (const auto& address : arguments.devices)
    if (!snapshot.find(address)) throw no_such_device(address, "");

  std::map<PciAddress, array> codes;
  for (const auto& finding : judge(analysis, analysis.rules().unattended))
    if (finding.device) add_once(codes[*finding.device], finding.code);

  array devices;
  for (const auto& function : snapshot.functions) {
    if (!is_asked_for(arguments.devices, function)) continue;
    auto device = function_json(analysis, function);
    put_hardware(device, analysis, function);
    device["used_by"] = used_by(analysis.hardware().usage, function.address);
    if (vms_are_known(snapshot))
      device["vms"] = vms_wanting(analysis.vms().assignments, function.address);
    device["findings"] = codes[function.address];
    devices.push_back(std::move(device));
  }
  object reply = {
      {"schema", schema}, {"host", host_json(analysis)}, {"devices", std::move(devices)}};
  if (!snapshot.unreadable.empty()) reply["unreadable"] = json::value_from(snapshot.unreadable);
  return reply;
}

}  // namespace pci_passthrough::reports
