#include "plugin/model/listing_json.hpp"

#include <fmt/format.h>

#include <boost/json/value_from.hpp>

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using json::array;
using json::object;

void put(object& all, std::string_view name, const std::string& text) {
  if (!text.empty()) all[name] = text;
}

template <typename Number>
void put_hex(object& all, std::string_view name, const std::optional<Number>& number) {
  if (number)
    all[name] = fmt::format("{:0{}x}", static_cast<unsigned>(*number), 2 * sizeof(Number));
}

template <typename Value>
void put_known(object& all, std::string_view name, const std::optional<Value>& value) {
  if (value) all[name] = json::value_from(*value);
}

void put_address(object& all, std::string_view name, const std::optional<PciAddress>& address) {
  if (address) all[name] = address->text();
}

array address_texts(const std::vector<PciAddress>& addresses) {
  array all;
  for (const auto& address : addresses) all.emplace_back(address.text());
  return all;
}

void put_some(object& all, std::string_view name, const std::vector<PciAddress>& addresses) {
  if (!addresses.empty()) all[name] = address_texts(addresses);
}

json::value shown(bool value) { return value; }
json::value shown(unsigned value) { return value; }
json::value shown(const std::string& value) { return json::value(value); }
json::value shown(const Vectors& vectors) {
  return object{{"vectors", vectors.count}, {"enabled", vectors.enabled}};
}
json::value shown(const ListedAcs& acs) {
  return object{{"can", json::value_from(acs.can)}, {"does", json::value_from(acs.does)}};
}
json::value shown(const ListedPcie& pcie) {
  object all = {{"type", pcie.type}, {"flr", pcie.flr}};
  put_known(all, "slot", pcie.slot);
  return all;
}

template <typename Fact>
void put_capability(object& all, std::string_view name, const Told<Fact>& fact) {
  if (fact) all[name] = *fact ? shown(**fact) : json::value(nullptr);
}

object capabilities_json(const ListedCapabilities& capabilities) {
  object all;
  put_capability(all, "pcie", capabilities.pcie);
  put_capability(all, "msi", capabilities.msi);
  put_capability(all, "msix", capabilities.msix);
  put_capability(all, "af_flr", capabilities.af_flr);
  put_capability(all, "no_soft_reset", capabilities.no_soft_reset);
  put_capability(all, "acs", capabilities.acs);
  put_capability(all, "total_vfs", capabilities.total_vfs);
  put_capability(all, "serial", capabilities.serial);
  return all;
}

void put_what_it_is(object& all, const ListedDevice& device) {
  if (device.path) {
    all["parent"] =
        device.path->empty() ? json::value(nullptr) : json::value(device.path->back().text());
    all["path"] = address_texts(*device.path);
  }
  put_hex(all, "vendor_id", device.vendor_id);
  put_hex(all, "device_id", device.device_id);
  put_hex(all, "subsystem_vendor_id", device.subsystem_vendor_id);
  put_hex(all, "subsystem_device_id", device.subsystem_device_id);
  put_hex(all, "class_id", device.class_id);
  put_hex(all, "prog_if", device.prog_if);
  put_hex(all, "revision", device.revision);
  put(all, "vendor", device.vendor);
  put(all, "device", device.device);
  put(all, "subsystem", device.subsystem);
  put(all, "class", device.class_name);
  put_known(all, "header_type", device.header_type);
  put_known(all, "numa_node", device.numa_node);
  put_known(all, "boot_vga", device.boot_vga);
}

void put_who_has_it(object& all, const ListedDevice& device) {
  if (device.driver) {
    all["driver"] = device.driver->empty() ? json::value(nullptr) : json::value(*device.driver);
    all["assignable"] = *device.driver == "pciback";
  }
  if (device.dom0_access != Dom0Access::unknown) all["dom0_access"] = name_of(device.dom0_access);
  put_address(all, "physical_function", device.physical_function);
  put_some(all, "virtual_functions", device.virtual_functions);
}

object device_json(const ListedDevice& device) {
  object all = {{"address", device.address.text()}};
  put_what_it_is(all, device);
  put_who_has_it(all, device);
  put_address(all, "isolation_group", device.isolation_group);
  put_known(all, "reset", device.reset);
  put_some(all, "reset_hits", device.reset_hits);
  if (device.capabilities) all["capabilities"] = capabilities_json(*device.capabilities);
  auto& uses = all["used_by"].emplace_array();
  for (const auto& use : device.used_by)
    uses.push_back({{"kind", use.kind}, {"name", use.name}, {"critical", use.critical}});
  if (device.vms) {
    auto& vms = all["vms"].emplace_array();
    for (const auto& vm : *device.vms)
      vms.push_back({{"uuid", vm.uuid}, {"name", vm.name}, {"power_state", vm.power_state}});
  }
  put_known(all, "findings", device.findings);
  return all;
}

object host_json(const ListedHost& host) {
  object all;
  put(all, "uuid", host.uuid);
  put(all, "name", host.name);
  put(all, "product", host.product);
  put(all, "version", host.version);
  put(all, "boot_loader", host.boot_loader);
  put(all, "boot_file", host.boot_file);
  if (host.iommu) all["iommu"] = *host.iommu ? "on" : "off";
  if (host.efi) all["firmware"] = *host.efi ? "UEFI" : "BIOS";
  return all;
}

}  // namespace

void put_listing(object& reply, const Listing& listing) {
  reply["host"] = host_json(listing.host);
  auto& devices = reply["devices"].emplace_array();
  devices.reserve(listing.devices.size());
  for (const auto& device : listing.devices) devices.push_back(device_json(device));
  if (!listing.unreadable.empty()) reply["unreadable"] = json::value_from(listing.unreadable);
}

}  // namespace pci_passthrough
