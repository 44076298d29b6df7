#include <fmt/format.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/colours.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

constexpr std::size_t indent = 14;
constexpr char not_known[] = "unknown";

std::string field(std::string label, const std::string& text, const Terminal& terminal) {
  auto lines = wrapped(text.empty() ? "-" : text, std::string(indent, ' '), terminal.columns);
  label.resize(indent, ' ');
  return lines.replace(0, indent, label);
}

std::string class_words(const ListedDevice& device) {
  if (!device.class_id) return not_known;
  auto words = fmt::format("{}, class {:04x}", kind_word(device), *device.class_id);
  if (!device.class_name.empty()) words += " (" + device.class_name + ")";
  return words + (device.revision ? fmt::format(", revision {:02x}", *device.revision) : "");
}

std::string id_words(const ListedDevice& device) {
  const auto ids = ids_of(device);
  if (!device.subsystem_vendor_id || !device.subsystem_device_id)
    return ids.empty() ? not_known : ids;
  const auto subsystem = fmt::format("{}, subsystem {:04x}:{:04x}", ids,
                                     *device.subsystem_vendor_id, *device.subsystem_device_id);
  return subsystem + (device.subsystem.empty() ? "" : " (" + device.subsystem + ")");
}

std::string place_words(const ListedDevice& device) {
  if (!device.path) return not_known;
  auto words = device.path->empty() ? "on a root bus" : "behind " + texts(*device.path);
  if (device.numa_node && *device.numa_node >= 0)
    words += fmt::format("; NUMA node {}", *device.numa_node);
  return words;
}

std::string group_words(const Analysis& host, const ListedDevice& device) {
  if (!device.isolation_group) return not_known;
  std::vector<PciAddress> others;
  for (const auto& [address, group] : host.hardware().groups)
    if (group == *device.isolation_group && address != device.address) others.push_back(address);
  return others.empty() ? "alone" : "with " + texts(others);
}

std::string reset_words(const ListedDevice& device) {
  if (!device.reset) return not_known;
  if (!device.reset->empty()) return joined(*device.reset);
  return device.reset_hits.empty() ? "none"
                                   : "none of its own; its bus's hits " + texts(device.reset_hits);
}

template <typename Fact, typename Said>
void add(std::vector<std::string>& all, const std::string& name, const Told<Fact>& fact,
         Said said) {
  if (!fact)
    all.push_back(name + " " + not_known);
  else if (*fact)
    all.push_back(name + said(**fact));
}

std::string capability_words(const ListedDevice& device) {
  if (!device.capabilities) return not_known;
  const auto& have = *device.capabilities;
  const auto vectors = [](const Vectors& one) {
    return fmt::format(" ({}, {})", counted(one.count, "vector"), one.enabled ? "on" : "off");
  };
  std::vector<std::string> all;
  add(all, "PCI Express", have.pcie, [](const ListedPcie& pcie) {
    return (pcie.type.empty() ? "" : " " + pcie.type) + (pcie.flr ? " with FLR" : "");
  });
  add(all, "MSI", have.msi, vectors);
  add(all, "MSI-X", have.msix, vectors);
  add(all, "ACS", have.acs, [](const ListedAcs& acs) {
    return acs.can.empty() ? std::string(" (without a control)")
                           : fmt::format(" ({} of {} on)", acs.does.size(), acs.can.size());
  });
  add(all, "SR-IOV", have.total_vfs,
      [](unsigned most) { return " (" + counted(most, "virtual function") + " at most)"; });
  add(all, "serial number", have.serial, [](const std::string& text) { return " " + text; });
  return all.empty() ? "none" : joined(all);
}

std::string user_words(const ListedDevice& device) {
  std::vector<std::string> all;
  for (const auto& use : device.used_by)
    all.push_back((use.name.starts_with(use.kind) ? "" : use.kind + " ") + use.name +
                  (use.critical ? " (dom0 needs it)" : ""));
  return all.empty() ? "nothing" : joined(all);
}

std::string vm_words(const ListedDevice& device) {
  if (!device.vms) return not_known;
  std::vector<std::string> all;
  for (const auto& vm : *device.vms)
    all.push_back(fmt::format("'{}' ({})", vm.name, vm.power_state));
  return all.empty() ? "none" : joined(all);
}

std::string findings_of(const Analysis& host, const PciAddress& address) {
  std::vector<Finding> own;
  for (auto& finding : judge(host, host.rules().unattended))
    if (finding.device == address) own.push_back(std::move(finding));
  const auto text = findings_table(findings_json(std::move(own)));
  return text.empty() ? "No findings.\n" : text;
}

}  // namespace

std::string device_text(const Analysis& host, const ListedDevice& device,
                        const Terminal& terminal) {
  const auto add = [&](const char* label, const std::string& text) {
    return field(label, text, terminal);
  };
  auto text =
      wrapped(device.address.text() + " " + full_name_of(device), "", terminal.columns) + "\n";
  const auto access = access_word(device) == "?" ? not_known : access_word(device);
  const auto state = access + (dom0_needs(device) ? ", NEEDED" : "");
  text += "DOM0          " + coloured(state, device, terminal) + "\n";
  text += add("DRIVER", !device.driver ? not_known : *device.driver);
  text += add("KIND", class_words(device)) + add("IDS", id_words(device));
  text += add("PLACE", place_words(device)) + add("GROUP", group_words(host, device));
  text += add("RESET", reset_words(device)) + add("CAPABILITIES", capability_words(device));
  if (device.physical_function) text += add("MADE BY", device.physical_function->text());
  if (!device.virtual_functions.empty()) text += add("MADE", texts(device.virtual_functions));
  text += add("USED BY", user_words(device)) + add("VMS", vm_words(device));
  return text + "\n" + findings_of(host, device.address);
}

}  // namespace pci_passthrough::reports
