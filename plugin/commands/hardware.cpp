#include "plugin/commands/hardware.hpp"

#include <fmt/format.h>

#include <array>

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

template <typename Capability, typename Shown>
void put_capability(object& all, std::string_view name, const std::optional<Capability>& one,
                    bool is_known, Shown shown) {
  if (one)
    all[name] = shown(*one);
  else if (is_known)
    all[name] = nullptr;
}

bool may_have_slot(PcieType type) {
  return type == PcieType::root_port || type == PcieType::downstream_port ||
         type == PcieType::pci_to_pcie_bridge;
}

json::value pcie_json(const Pcie& pcie) {
  object shown = {{"type", name_of(pcie.type)}, {"flr", pcie.flr}};
  if (may_have_slot(pcie.type)) shown["slot"] = pcie.slot;
  return shown;
}

json::value vectors_json(const Vectors& vectors) {
  return object{{"vectors", vectors.count}, {"enabled", vectors.enabled}};
}

/// The kernel's names of the bits, from bit 0 on (pci_regs.h PCI_ACS_SV to PCI_ACS_DT).
array acs_names(unsigned bits) {
  constexpr std::array names = {"SV", "TB", "RR", "CR", "UF", "EC", "DT"};
  array shown;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (bits >> i & 1) shown.emplace_back(names[i]);
  return shown;
}

json::value acs_json(const Acs& acs) {
  return object{{"can", acs_names(acs.can)}, {"does", acs_names(acs.does)}};
}

/// As lspci writes it: "a0-36-9f-ff-ff-5c-21-80".
json::value serial_json(std::uint64_t serial) {
  auto text = fmt::format("{:016x}", serial);
  for (std::size_t at = text.size() - 2; at > 0; at -= 2) text.insert(at, "-");
  return json::value(text);
}

object capabilities_json(const ConfigSpace& config) {
  const auto as_it_is = [](const auto& value) { return json::value(value); };
  object all;
  put_capability(all, "pcie", config.pcie, config.all_capabilities, pcie_json);
  put_capability(all, "msi", config.msi, config.all_capabilities, vectors_json);
  put_capability(all, "msix", config.msix, config.all_capabilities, vectors_json);
  put_capability(all, "af_flr", config.af_flr, config.all_capabilities, as_it_is);
  put_capability(all, "no_soft_reset", config.no_soft_reset, config.all_capabilities, as_it_is);
  put_capability(all, "acs", config.acs, config.all_extended, acs_json);
  put_capability(all, "total_vfs", config.total_vfs, config.all_extended, as_it_is);
  put_capability(all, "serial", config.serial, config.all_extended, serial_json);
  return all;
}

}  // namespace

void put_hardware(object& device, const Analysis& host, const Function& function) {
  const auto& groups = host.hardware().groups;
  if (const auto group = groups.find(function.address); group != groups.end())
    device["isolation_group"] = group->second.text();
  const auto& [methods, bus_hits] = host.reset_of(function);
  if (methods) {
    device["reset"] = array(methods->begin(), methods->end());
    array hits;
    if (methods->empty() && !function.is_bridge())
      for (const auto& other : bus_hits) hits.emplace_back(other.text());
    if (!hits.empty()) device["reset_hits"] = std::move(hits);
  }
  if (function.config) device["capabilities"] = capabilities_json(*function.config);
}

}  // namespace pci_passthrough::reports
