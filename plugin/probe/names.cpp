#include "plugin/pci/ids.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

/// CentOS and XenServer, Debian, and what update-pciids writes.
constexpr const char* places[] = {"/usr/share/hwdata/pci.ids", "/usr/share/misc/pci.ids",
                                  "/usr/share/pci.ids"};

/// Calls `each` with the map and the key of every name of a device that this function has an id
/// for, and its member.
template <typename Names, typename Each>
void for_each_name(Names& names, Function& function, Each each) {
  const auto vendor = function.vendor_id, device = function.device_id;
  if (!vendor) return;
  each(names.vendors, *vendor, function.vendor);
  if (!device) return;
  each(names.devices, std::tuple{*vendor, *device}, function.device);
  if (function.subsystem_vendor_id && function.subsystem_device_id)
    each(names.subsystems,
         std::tuple{*vendor, *device, *function.subsystem_vendor_id, *function.subsystem_device_id},
         function.subsystem);
}

void ask_for(PciNames& names, Function& function) {
  for_each_name(names, function, [](auto& map, const auto& key, auto&) { map[key]; });
  if (!function.class_code) return;
  names.classes[function.class_code->id()];
  names.base_classes[function.class_code->base()];
}

void take_over(const PciNames& names, Function& function) {
  for_each_name(names, function,
                [](const auto& map, const auto& key, auto& name) { name = map.at(key); });
  if (function.class_code) function.class_name = names.class_name(function.class_code->id());
}

}  // namespace

void probe_names(const Host& host, Snapshot& snapshot) {
  PciNames names;
  for (auto& function : snapshot.functions) ask_for(names, function);
  for (const char* place : places) {
    PciIdsReader reader(names);
    const auto take = [&](std::string_view piece) {
      reader.take(piece);
      return true;
    };
    if (host.read_in_pieces(place, take) != 0) continue;
    reader.end();
    host.record_excerpt(place, names.excerpt());
    break;
  }
  for (auto& function : snapshot.functions) take_over(names, function);
}

}  // namespace pci_passthrough
