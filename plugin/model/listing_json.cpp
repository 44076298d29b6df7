#include "plugin/model/listing_json.hpp"

namespace pci_passthrough {
namespace {

void put(JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) json.key(name).text(text);
}

/// Of `digits` hex digits.
void write_hex(JsonWriter& json, unsigned number, std::size_t digits) {
  char text[8];
  for (std::size_t i = 0; i < digits; ++i)
    text[i] = "0123456789abcdef"[number >> 4 * (digits - 1 - i) & 0xf];
  json.text({text, digits});
}

template <typename Number>
void put_hex(JsonWriter& json, std::string_view name, const std::optional<Number>& number) {
  if (number) write_hex(json.key(name), *number, 2 * sizeof(Number));
}

void write(JsonWriter& json, bool value) { json.boolean(value); }
void write(JsonWriter& json, int value) { json.number(value); }
void write(JsonWriter& json, unsigned value) { json.number(value); }
void write(JsonWriter& json, std::uint8_t value) { json.number(value); }
void write(JsonWriter& json, const std::string& value) { json.text(value); }
void write(JsonWriter& json, const PciAddress& address) { json.text(address.text()); }

void write(JsonWriter& json, const ListedUse& use);
void write(JsonWriter& json, const ListedVm& vm);
void write(JsonWriter& json, const ListedCapabilities& capabilities);

template <typename Value>
void write(JsonWriter& json, const std::vector<Value>& values) {
  json.begin_array();
  for (const auto& value : values) write(json, value);
  json.end_array();
}

void write(JsonWriter& json, const Vectors& vectors) {
  json.begin_object();
  json.key("vectors").number(vectors.count);
  json.key("enabled").boolean(vectors.enabled);
  json.end_object();
}

void write(JsonWriter& json, const ListedAcs& acs) {
  json.begin_object();
  write(json.key("can"), acs.can);
  write(json.key("does"), acs.does);
  json.end_object();
}

template <typename Value>
void put_known(JsonWriter& json, std::string_view name, const std::optional<Value>& value) {
  if (value) write(json.key(name), *value);
}

void write(JsonWriter& json, const ListedPcie& pcie) {
  json.begin_object();
  json.key("type").text(pcie.type);
  json.key("flr").boolean(pcie.flr);
  put_known(json, "slot", pcie.slot);
  json.end_object();
}

void write(JsonWriter& json, const ListedUse& use) {
  json.begin_object();
  json.key("kind").text(use.kind);
  json.key("name").text(use.name);
  json.key("critical").boolean(use.critical);
  json.end_object();
}

void write(JsonWriter& json, const ListedVm& vm) {
  json.begin_object();
  json.key("uuid").text(vm.uuid);
  json.key("name").text(vm.name);
  json.key("power_state").text(vm.power_state);
  json.end_object();
}

template <typename Fact>
void put_capability(JsonWriter& json, std::string_view name, const Told<Fact>& fact) {
  if (!fact) return;
  json.key(name);
  if (*fact)
    write(json, **fact);
  else
    json.null();
}

void write(JsonWriter& json, const ListedCapabilities& capabilities) {
  json.begin_object();
  put_capability(json, "pcie", capabilities.pcie);
  put_capability(json, "msi", capabilities.msi);
  put_capability(json, "msix", capabilities.msix);
  put_capability(json, "af_flr", capabilities.af_flr);
  put_capability(json, "no_soft_reset", capabilities.no_soft_reset);
  put_capability(json, "acs", capabilities.acs);
  put_capability(json, "total_vfs", capabilities.total_vfs);
  put_capability(json, "serial", capabilities.serial);
  json.end_object();
}

void put_what_it_is(JsonWriter& json, const ListedDevice& device) {
  if (device.path) {
    json.key("parent");
    if (device.path->empty())
      json.null();
    else
      write(json, device.path->back());
    write(json.key("path"), *device.path);
  }
  put_hex(json, "vendor_id", device.vendor_id);
  put_hex(json, "device_id", device.device_id);
  put_hex(json, "subsystem_vendor_id", device.subsystem_vendor_id);
  put_hex(json, "subsystem_device_id", device.subsystem_device_id);
  put_hex(json, "class_id", device.class_id);
  put_hex(json, "prog_if", device.prog_if);
  put_hex(json, "revision", device.revision);
  put(json, "vendor", device.vendor);
  put(json, "device", device.device);
  put(json, "subsystem", device.subsystem);
  put(json, "class", device.class_name);
  put_known(json, "header_type", device.header_type);
  put_known(json, "numa_node", device.numa_node);
  put_known(json, "boot_vga", device.boot_vga);
}

void put_who_has_it(JsonWriter& json, const ListedDevice& device) {
  if (device.driver) {
    json.key("driver");
    if (device.driver->empty())
      json.null();
    else
      json.text(*device.driver);
    json.key("assignable").boolean(*device.driver == "pciback");
  }
  if (device.dom0_access != Dom0Access::unknown)
    json.key("dom0_access").text(name_of(device.dom0_access));
  put_known(json, "physical_function", device.physical_function);
  if (!device.virtual_functions.empty())
    write(json.key("virtual_functions"), device.virtual_functions);
}

}  // namespace

void write_listed(JsonWriter& json, const ListedDevice& device) {
  json.begin_object();
  write(json.key("address"), device.address);
  put_what_it_is(json, device);
  put_who_has_it(json, device);
  put_known(json, "isolation_group", device.isolation_group);
  put_known(json, "reset", device.reset);
  if (!device.reset_hits.empty()) write(json.key("reset_hits"), device.reset_hits);
  put_known(json, "capabilities", device.capabilities);
  write(json.key("used_by"), device.used_by);
  put_known(json, "vms", device.vms);
  put_known(json, "findings", device.findings);
  json.end_object();
}

void write_listed(JsonWriter& json, const ListedHost& host) {
  json.begin_object();
  put(json, "uuid", host.uuid);
  put(json, "name", host.name);
  put(json, "product", host.product);
  put(json, "version", host.version);
  put(json, "boot_loader", host.boot_loader);
  put(json, "boot_file", host.boot_file);
  if (host.iommu) json.key("iommu").text(*host.iommu ? "on" : "off");
  if (host.efi) json.key("firmware").text(*host.efi ? "UEFI" : "BIOS");
  json.end_object();
}

}  // namespace pci_passthrough
