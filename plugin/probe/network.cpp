#include <algorithm>
#include <boost/json/parse.hpp>
#include <sstream>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
constexpr char net[] = "/sys/class/net";

bool belongs_to_a_guest(std::string_view name) {
  return name.starts_with("vif") || name.starts_with("tap");
}

/// A bond lends its address to its NICs: then addr_assign_type is no NET_ADDR_PERM (if.h); kernels
/// before 3.8 do not tell.
std::string own_mac(const Host& host, const std::string& directory) {
  const auto type = host.read(directory + "/addr_assign_type");
  if (!type.absent() && (!type || !type.value.starts_with('0'))) return "";
  return read_line(host, directory + "/address").value_or("");
}

NetInterface read_interface(const Host& host, const std::string& name) {
  const auto directory = std::string(net) + "/" + name;
  NetInterface interface { name, "", functions_on(host.link(directory).value), {}, directory };
  if (!interface.path.empty()) {
    interface.mac = own_mac(host, directory);
    return interface;
  }
  if (const auto ports = host.list(directory + "/brif")) {
    interface.kind = "bridge";
    std::ranges::remove_copy_if(ports.value, std::back_inserter(interface.below),
                                belongs_to_a_guest);
  } else if (const auto slaves = host.read(directory + "/bonding/slaves")) {
    interface.kind = "bond";
    interface.below = split_words(slaves.value);
  }
  return interface;
}

NetInterface& interface_named(Snapshot& snapshot, const std::string& name) {
  const auto found = std::ranges::find(snapshot.interfaces, name, &NetInterface::name);
  if (found != snapshot.interfaces.end()) return *found;
  auto& added = snapshot.interfaces.emplace_back();
  added.name = name;
  return added;
}

/// "eth0.100       | 100  | eth0", two lines of heading first.
void probe_vlans(const Host& host, Snapshot& snapshot) {
  constexpr char path[] = "/proc/net/vlan/config";
  const auto config = host.read(path);
  std::istringstream lines(config.value);
  for (std::string line; std::getline(lines, line);) {
    const auto parts = split_words(line);
    if (parts.size() != 5 || parts[1] != "|" || parts[3] != "|") continue;
    auto& interface = interface_named(snapshot, parts[0]);
    interface.kind = "vlan";
    interface.below = {parts[4]};
    interface.evidence = path;
  }
}

/// xcp-networkd writes its maps as objects; as arrays of pairs they are read too.
template <typename Each>
void for_each_pair(const json::value* map, Each each) {
  if (!map) return;
  if (const auto* object = map->if_object())
    for (const auto& [key, value] : *object) each(std::string(key), value);
  if (const auto* array = map->if_array())
    for (const auto& item : *array)
      if (const auto* pair = item.if_array(); pair && pair->size() == 2 && pair->at(0).is_string())
        each(std::string(pair->at(0).as_string()), pair->at(1));
}

const json::value* member(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object ? object->if_contains(name) : nullptr;
}

std::vector<std::string> strings(const json::value* array) {
  std::vector<std::string> texts;
  if (array && array->is_array())
    for (const auto& item : array->as_array())
      if (item.is_string()) texts.emplace_back(item.as_string());
  return texts;
}

/// Open vSwitch's bridges, by networkd.db: ports, the NICs of a bond, the parent of a VLAN's bridge
/// (xapi network_interface.ml bridge_config_t).
void add_bridge(Snapshot& snapshot, const std::string& name, const json::value& config,
                const std::string& evidence) {
  std::vector<std::string> ports;
  for_each_pair(member(config, "ports"), [&](const std::string& port, const json::value& value) {
    if (belongs_to_a_guest(port)) return;
    ports.push_back(port);
    const auto nics = strings(member(value, "interfaces"));
    if (nics == std::vector{port}) return;
    auto& bond = interface_named(snapshot, port);
    if (bond.path.empty() && bond.below.empty()) bond = {port, "bond", {}, nics, evidence};
  });
  if (const auto* vlan = member(config, "vlan");
      vlan && vlan->is_array() && !vlan->as_array().empty() && vlan->as_array()[0].is_string())
    ports = {std::string(vlan->as_array()[0].as_string())};
  auto& bridge = interface_named(snapshot, name);
  if (bridge.below.empty()) bridge = {name, "bridge", bridge.path, ports, evidence};
}

/// Where it lies: 6.5 and later; 6.2.
void probe_network_database(const Host& host, Snapshot& snapshot) {
  for (const char* path : {"/var/lib/xcp/networkd.db", "/var/xapi/networkd.db"}) {
    const auto text = host.read(path);
    if (!text) continue;
    json::error_code error;
    const auto database = json::parse(text.value, error);
    if (error)
      snapshot.unreadable[path] = "it is no JSON: " + error.message();
    else
      for_each_pair(member(database, "bridge_config"), [&](const auto& name, const auto& config) {
        add_bridge(snapshot, name, config, path);
      });
    return;
  }
}

}  // namespace

void probe_network(const Host& host, Snapshot& snapshot) {
  const auto names = host.list(net);
  if (!names) snapshot.unreadable[net] = names.reason();
  for (const auto& name : names.value)
    if (name != "lo" && name != "bonding_masters" && !belongs_to_a_guest(name))
      snapshot.interfaces.push_back(read_interface(host, name));
  probe_vlans(host, snapshot);
  probe_network_database(host, snapshot);
}

}  // namespace pci_passthrough
