#include "plugin/commands/hardware.hpp"

#include <fmt/format.h>

#include <array>

namespace pci_passthrough::reports {
namespace {

/// What a chain that was not read to its end does not hold is unknown.
template <typename Capability, typename Shown>
auto known(const std::optional<Capability>& one, bool is_whole, Shown shown)
    -> Told<decltype(shown(*one))> {
  using Fact = decltype(shown(*one));
  if (one) return Told<Fact>(shown(*one));
  return is_whole ? Told<Fact>(std::in_place) : Told<Fact>();
}

bool may_have_slot(PcieType type) {
  return type == PcieType::root_port || type == PcieType::downstream_port ||
         type == PcieType::pci_to_pcie_bridge;
}

ListedPcie pcie_words(const Pcie& pcie) {
  return {std::string(name_of(pcie.type)), pcie.flr,
          may_have_slot(pcie.type) ? std::optional(pcie.slot) : std::nullopt};
}

/// The kernel's names of the bits, from bit 0 on (pci_regs.h PCI_ACS_SV to PCI_ACS_DT).
std::vector<std::string> acs_names(unsigned bits) {
  constexpr std::array names = {"SV", "TB", "RR", "CR", "UF", "EC", "DT"};
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (bits >> i & 1) shown.emplace_back(names[i]);
  return shown;
}

ListedAcs acs_words(const Acs& acs) { return {acs_names(acs.can), acs_names(acs.does)}; }

/// As lspci writes it: "a0-36-9f-ff-ff-5c-21-80".
std::string serial_text(std::uint64_t serial) {
  auto text = fmt::format("{:016x}", serial);
  for (std::size_t at = text.size() - 2; at > 0; at -= 2) text.insert(at, "-");
  return text;
}

}  // namespace

ListedCapabilities capabilities_of(const ConfigSpace& config) {
  const auto as_it_is = [](const auto& value) { return value; };
  const bool all = config.all_capabilities, extended = config.all_extended;
  return {known(config.pcie, all, pcie_words),         known(config.msi, all, as_it_is),
          known(config.msix, all, as_it_is),           known(config.af_flr, all, as_it_is),
          known(config.no_soft_reset, all, as_it_is),  known(config.acs, extended, acs_words),
          known(config.total_vfs, extended, as_it_is), known(config.serial, extended, serial_text)};
}

}  // namespace pci_passthrough::reports
