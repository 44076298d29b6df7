#include "plugin/probe/records.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view pool_fields[] = {"uuid", "name_label", "master", "ha_enabled",
                                            "other_config.auto_poweron"};
void add_pool(Reading& reading, const std::string&, const json::object& record) {
  auto& pool = reading.pool;
  pool.uuid = text_in(record, "uuid");
  pool.name = text_in(record, "name_label");
  pool.coordinator = ref_in(record, "master");
  pool.ha_enabled = flag_in(record, "ha_enabled");
  if (record.contains("other_config"))
    pool.auto_poweron = text_in(map_in(record, "other_config"), "auto_poweron") == "true";
}

constexpr std::string_view host_fields[] = {"uuid",
                                            "name_label",
                                            "enabled",
                                            "metrics",
                                            "address",
                                            "software_version.xapi_build",
                                            "chipset_info.iommu"};
void add_host(Reading& reading, const std::string& ref, const json::object& record) {
  if (const auto metrics = ref_in(record, "metrics"); !metrics.empty())
    reading.host_of_metrics[metrics] = ref;
  reading.pool.hosts[ref] = {
      .uuid = text_in(record, "uuid"),
      .name = text_in(record, "name_label"),
      .xapi_build = text_in(map_in(record, "software_version"), "xapi_build"),
      .enabled = flag_in(record, "enabled"),
      .live = std::nullopt,
      .iommu = flag_in(map_in(record, "chipset_info"), "iommu"),
      .address = text_in(record, "address")};
}

constexpr std::string_view metrics_fields[] = {"live"};
void add_metrics(Reading& reading, const std::string& ref, const json::object& record) {
  const auto host = reading.host_of_metrics.find(ref);
  if (host != reading.host_of_metrics.end())
    reading.pool.hosts[host->second].live = flag_in(record, "live");
}

constexpr std::string_view vm_fields[] = {"uuid",
                                          "name_label",
                                          "power_state",
                                          "is_a_template",
                                          "is_a_snapshot",
                                          "is_control_domain",
                                          "resident_on",
                                          "affinity",
                                          "other_config.pci",
                                          "other_config.auto_poweron",
                                          "ha_restart_priority",
                                          "domain_type",
                                          "HVM_boot_policy",
                                          "memory_dynamic_min",
                                          "memory_dynamic_max",
                                          "attached_PCIs",
                                          "current_operations",
                                          "blocked_operations",
                                          "platform.mmio_hole_size",
                                          "VBDs"};
void add_vm(Reading& reading, const std::string& ref, const json::object& record) {
  auto& vm = reading.pool.vms[ref];
  vm.uuid = text_in(record, "uuid");
  vm.name = text_in(record, "name_label");
  vm.power_state = text_in(record, "power_state");
  vm.is_template = flag_in(record, "is_a_template").value_or(false);
  vm.is_snapshot = flag_in(record, "is_a_snapshot").value_or(false);
  vm.is_control_domain = flag_in(record, "is_control_domain").value_or(false);
  vm.resident_on = ref_in(record, "resident_on");
  vm.affinity = ref_in(record, "affinity");
  const auto& other_config = map_in(record, "other_config");
  const auto* map = record.if_contains("other_config");
  const auto* pci = other_config.if_contains("pci");
  if ((map && !map->is_object()) || (pci && !pci->is_string()))
    reading.pool.unreadable["VM"] = "the other_config of the VM " + vm.uuid + " is none";
  else if (pci)
    vm.pci = text_in(other_config, "pci");
  vm.auto_poweron = text_in(other_config, "auto_poweron") == "true";
  vm.ha_restart_priority = text_in(record, "ha_restart_priority");
  vm.domain_type = text_in(record, "domain_type");
  if (vm.domain_type.empty() && record.contains("HVM_boot_policy"))
    vm.domain_type = text_in(record, "HVM_boot_policy").empty() ? "pv" : "hvm";
  vm.memory_dynamic_min = number_in(record, "memory_dynamic_min");
  vm.memory_dynamic_max = number_in(record, "memory_dynamic_max");
  vm.attached_pcis = texts_in(record, "attached_PCIs");
  const auto* operations = record.if_contains("current_operations");
  if (operations && operations->is_object())
    vm.current_operations = values_of(operations->as_object());
  vm.blocked_operations = keys_of(map_in(record, "blocked_operations"));
  vm.mmio_hole_size = number_in(map_in(record, "platform"), "mmio_hole_size");
  if (vm.is_template || vm.is_snapshot || vm.is_control_domain) return;
  for (auto& vbd : texts_in(record, "VBDs")) reading.vm_of_vbd[std::move(vbd)] = &vm;
}

constexpr std::string_view pci_fields[] = {"pci_id", "host", "vendor_name", "device_name",
                                           "class_name"};
void add_pci(Reading& reading, const std::string& ref, const json::object& record) {
  reading.pool.pcis[ref] = {text_in(record, "pci_id"), ref_in(record, "host"),
                            text_in(record, "vendor_name"), text_in(record, "device_name"),
                            text_in(record, "class_name")};
}

constexpr std::string_view pif_fields[] = {"device",
                                           "host",
                                           "management",
                                           "physical",
                                           "currently_attached",
                                           "disallow_unplug",
                                           "ip_configuration_mode",
                                           "ipv6_configuration_mode",
                                           "bond_master_of",
                                           "bond_slave_of",
                                           "VLAN_master_of",
                                           "VLAN_slave_of",
                                           "tunnel_access_PIF_of",
                                           "tunnel_transport_PIF_of",
                                           "sriov_logical_PIF_of",
                                           "sriov_physical_PIF_of"};
void add_pif(Reading& reading, const std::string& ref, const json::object& record) {
  const bool told = reading.pif_links.note(ref, record);
  reading.pool.pifs[ref] = {
      .device = text_in(record, "device"),
      .host = ref_in(record, "host"),
      .management = flag_in(record, "management"),
      .physical = flag_in(record, "physical"),
      .attached = flag_in(record, "currently_attached"),
      .disallow_unplug = flag_in(record, "disallow_unplug"),
      .ip_configuration_mode = told_text_in(record, "ip_configuration_mode"),
      .below = {},
      .ipv6_configuration_mode = told_text_in(record, "ipv6_configuration_mode", ""),
      .below_is_told = told,
      .shares_functions = !texts_in(record, "sriov_physical_PIF_of").empty()};
}

constexpr RecordClass classes[] = {
    {"pool", pool_fields, add_pool},
    {"host", host_fields, add_host},
    {"host_metrics", metrics_fields, add_metrics},
    {"VM", vm_fields, add_vm},
    {"PCI", pci_fields, add_pci},
    {"PIF", pif_fields, add_pif},
};

}  // namespace

std::span<const RecordClass> record_classes() {
  static const auto all = [] {
    std::vector<RecordClass> both(std::begin(classes), std::end(classes));
    both.insert(both.end(), {pbd_records(), sr_records()});
    return both;
  }();
  return all;
}

}  // namespace pci_passthrough
