#include "plugin/commands/assignments.hpp"

#include <fmt/format.h>

#include "plugin/model/entry_words.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/unreadable.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

void put_names(object& one, const std::string& vendor, const std::string& device,
               const std::string& class_name) {
  if (!vendor.empty()) one["vendor"] = vendor;
  if (!device.empty()) one["device"] = device;
  if (!class_name.empty()) one["class"] = class_name;
}

/// Where a VM runs or prefers to; "": anywhere.
const std::string& host_of(const VmRecord& vm) {
  return is_running(vm) ? vm.resident_on : vm.affinity;
}

bool is_of_another_host(const Pool& pool, const VmAssignment& assignment) {
  const auto& host = host_of(*assignment.vm);
  return assignment.starts() && !pool.this_host.empty() && host != pool.this_host &&
         pool.hosts.contains(host);
}

/// What an address is on this host; of a VM of another, what xapi has on record of it there, which
/// it has of the classes 01 to 03 and what shares their slot (plugin/model/README.md, "Which
/// devices xapi has on record").
object device_json(const Analysis& host, const VmAssignment& assignment,
                   const PciAddress& address) {
  object device = {{"address", address.text()}};
  if (is_of_another_host(*host.snapshot().pool, assignment)) {
    for (const auto& [ref, pci] : host.snapshot().pool->pcis)
      if (pci.host == host_of(*assignment.vm) && pci.address == address.text())
        put_names(device, pci.vendor_name, pci.device_name, pci.class_name);
    return device;
  }
  const Function* function = host.find(address);
  if (why_functions_are_unknown(host.snapshot().unreadable).empty())
    device["present"] = function != nullptr;
  if (!function) return device;
  put_names(device, function->vendor, function->device, function->class_name);
  if (function->driver)
    device["driver"] =
        function->driver->empty() ? json::value(nullptr) : json::value(*function->driver);
  const auto access = host.dom0_access(*function);
  if (access != Dom0Access::unknown) device["dom0_access"] = name_of(access);
  return device;
}

array misread_json(const VmEntry& entry) {
  array misread;
  for (const auto& device : entry.devices) {
    if (device.flaw == EntryFlaw::none) continue;
    object one = {{"text", device.text}, {"read", device.read}, {"message", misreading(device)}};
    if (device.address) one["address"] = device.address->text();
    misread.push_back(std::move(one));
  }
  return misread;
}

/// Null where it may start anywhere.
void put_host(object& one, const Analysis& host, const VmRecord& vm) {
  const Pool& pool = *host.snapshot().pool;
  const auto& ref = host_of(vm);
  if (ref.empty()) {
    one["host"] = nullptr;
  } else if (const auto host = pool.hosts.find(ref); host != pool.hosts.end()) {
    one["host"] = host->second.uuid;
    one["host_name"] = host->second.name;
  }
}

}  // namespace

object assignment_json(const Analysis& host, const VmAssignment& assignment) {
  const VmRecord& vm = *assignment.vm;
  object one = {{"uuid", vm.uuid},
                {"name", vm.name},
                {"power_state", vm.power_state},
                {"is_snapshot", vm.is_snapshot},
                {"is_template", vm.is_template}};
  put_host(one, host, vm);
  one["value"] = vm.pci ? json::value(*vm.pci) : json::value(nullptr);
  array devices;
  for (const auto& address : assignment.entry.plugged())
    devices.push_back(device_json(host, assignment, address));
  one["devices"] = std::move(devices);
  one["misread"] = misread_json(assignment.entry);
  return one;
}

array assignments_of_pool(const Analysis& host) {
  array all;
  for (const auto& assignment : host.vms().assignments)
    all.push_back(assignment_json(host, assignment));
  return all;
}

object assignments(const Analysis& host, const Arguments&) {
  if (!vms_are_known(host.snapshot()))
    throw Failure(code::xapi_unavailable,
                  fmt::format("Cannot read the VMs' PCI assignments from xapi: {}.",
                              why_vms_are_unknown(host.snapshot())));
  return {{"schema", schema}, {"assignments", assignments_of_pool(host)}};
}

}  // namespace pci_passthrough::reports
