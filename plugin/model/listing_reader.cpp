#include <algorithm>

#include "plugin/model/json_members.hpp"
#include "plugin/model/listing_json.hpp"

namespace pci_passthrough {
namespace {

using boost::json::object;
using boost::json::value;

/// A capability: null says that there is none, anything that `read` cannot read nothing at all.
template <typename Fact, typename Read>
Told<Fact> capability(const object& all, std::string_view name, Read read) {
  const auto* found = all.if_contains(name);
  if (!found) return {};
  if (found->is_null()) return Told<Fact>(std::in_place);
  std::optional<Fact> fact = read(all, name);
  return fact ? Told<Fact>(std::move(fact)) : Told<Fact>();
}

const object* object_in(const object& all, std::string_view name) {
  const auto* found = all.if_contains(name);
  return found ? found->if_object() : nullptr;
}

std::optional<Vectors> vectors(const object& all, std::string_view name) {
  const auto* one = object_in(all, name);
  if (!one) return {};
  const auto count = members::number<unsigned>(*one, "vectors");
  const auto enabled = members::flag(*one, "enabled");
  return count && enabled ? std::optional(Vectors{*count, *enabled}) : std::nullopt;
}

std::optional<ListedPcie> pcie(const object& all, std::string_view name) {
  const auto* one = object_in(all, name);
  if (!one || !members::text(*one, "type") || !members::flag(*one, "flr")) return {};
  return ListedPcie{members::word(*one, "type"), *members::flag(*one, "flr"),
                    members::flag(*one, "slot")};
}

std::optional<ListedAcs> acs(const object& all, std::string_view name) {
  const auto* one = object_in(all, name);
  if (!one) return {};
  auto can = members::texts(*one, "can"), does = members::texts(*one, "does");
  return can && does ? std::optional(ListedAcs{std::move(*can), std::move(*does)}) : std::nullopt;
}

std::optional<std::string> whole_text(const object& all, std::string_view name) {
  return members::text(all, name) ? std::optional(members::word(all, name)) : std::nullopt;
}

std::optional<ListedCapabilities> capabilities(const object& device) {
  const auto* all = object_in(device, "capabilities");
  if (!all) return {};
  return ListedCapabilities{capability<ListedPcie>(*all, "pcie", pcie),
                            capability<Vectors>(*all, "msi", vectors),
                            capability<Vectors>(*all, "msix", vectors),
                            capability<bool>(*all, "af_flr", members::flag),
                            capability<bool>(*all, "no_soft_reset", members::flag),
                            capability<ListedAcs>(*all, "acs", acs),
                            capability<unsigned>(*all, "total_vfs", members::number<unsigned>),
                            capability<std::string>(*all, "serial", whole_text)};
}

std::optional<ListedUse> use(const value& read) {
  const auto* one = read.if_object();
  if (!one || !members::text(*one, "kind") || !members::text(*one, "name") ||
      !members::flag(*one, "critical"))
    return {};
  return ListedUse{members::word(*one, "kind"), members::word(*one, "name"),
                   *members::flag(*one, "critical")};
}

std::optional<ListedVm> vm(const value& read) {
  const auto* one = read.if_object();
  if (!one) return {};
  return ListedVm{members::word(*one, "uuid"), members::word(*one, "name"),
                  members::word(*one, "power_state")};
}

/// Of a listing older than `path` the one bridge that it names.
std::optional<std::vector<PciAddress>> path(const object& device) {
  if (auto whole = members::addresses(device, "path")) return whole;
  const auto* parent = device.if_contains("parent");
  if (parent && parent->is_null()) return std::vector<PciAddress>{};
  if (const auto above = members::address(device, "parent")) return std::vector{*above};
  return {};
}

/// Null says that there is none.
std::optional<std::string> driver(const object& device) {
  const auto* found = device.if_contains("driver");
  return found && found->is_null() ? "" : whole_text(device, "driver");
}

Dom0Access access(const object& device) {
  const auto word_of_xapi = members::word(device, "dom0_access");
  for (const auto one : {Dom0Access::enabled, Dom0Access::disable_on_reboot, Dom0Access::disabled,
                         Dom0Access::enable_on_reboot})
    if (name_of(one) == word_of_xapi) return one;
  return Dom0Access::unknown;
}

std::optional<bool> is(const object& all, std::string_view name, std::string_view yes,
                       std::string_view no) {
  const auto said = members::word(all, name);
  return said == yes || said == no ? std::optional(said == yes) : std::nullopt;
}

ListedHost read_host(const object& host) {
  return {members::word(host, "uuid"),        members::word(host, "name"),
          members::word(host, "product"),     members::word(host, "version"),
          members::word(host, "boot_loader"), members::word(host, "boot_file"),
          is(host, "iommu", "on", "off"),     is(host, "firmware", "UEFI", "BIOS")};
}

/// What a report cannot do without.
bool is_well_formed(const object& device) {
  return members::address(device, "address") && members::each<ListedUse>(device, "used_by", use) &&
         (!device.contains("vms") || members::each<ListedVm>(device, "vms", vm));
}

}  // namespace

ListedDevice read_device(const object& object) {
  ListedDevice device;
  if (const auto place = members::address(object, "address")) device.address = *place;
  device.path = path(object);
  device.vendor_id = members::hex<std::uint16_t>(object, "vendor_id");
  device.device_id = members::hex<std::uint16_t>(object, "device_id");
  device.subsystem_vendor_id = members::hex<std::uint16_t>(object, "subsystem_vendor_id");
  device.subsystem_device_id = members::hex<std::uint16_t>(object, "subsystem_device_id");
  device.class_id = members::hex<std::uint16_t>(object, "class_id");
  device.prog_if = members::hex<std::uint8_t>(object, "prog_if");
  device.revision = members::hex<std::uint8_t>(object, "revision");
  device.header_type = members::number<std::uint8_t>(object, "header_type");
  device.vendor = members::word(object, "vendor");
  device.device = members::word(object, "device");
  device.subsystem = members::word(object, "subsystem");
  device.class_name = members::word(object, "class");
  device.numa_node = members::number<int>(object, "numa_node");
  device.boot_vga = members::flag(object, "boot_vga");
  device.driver = driver(object);
  device.dom0_access = access(object);
  device.physical_function = members::address(object, "physical_function");
  if (auto all = members::addresses(object, "virtual_functions"))
    device.virtual_functions = std::move(*all);
  device.isolation_group = members::address(object, "isolation_group");
  device.reset = members::texts(object, "reset");
  if (auto all = members::addresses(object, "reset_hits")) device.reset_hits = std::move(*all);
  device.capabilities = capabilities(object);
  if (auto all = members::each<ListedUse>(object, "used_by", use)) device.used_by = std::move(*all);
  device.vms = members::each<ListedVm>(object, "vms", vm);
  device.findings = members::texts(object, "findings");
  return device;
}

std::optional<Listing> read_listing(const object& reply) {
  const auto* host = object_in(reply, "host");
  const auto* devices = members::list(reply, "devices");
  if (!devices) return {};
  Listing listing{read_host(host ? *host : reply), {}, {}};
  for (const auto& one : *devices) {
    if (!one.is_object() || !is_well_formed(one.get_object())) return {};
    listing.devices.push_back(read_device(one.get_object()));
  }
  std::ranges::stable_sort(listing.devices, {}, &ListedDevice::address);
  if (const auto* unreadable = object_in(reply, "unreadable"))
    for (const auto& one : *unreadable)
      listing.unreadable[std::string(one.key())] = members::word(*unreadable, one.key());
  return listing;
}

}  // namespace pci_passthrough
