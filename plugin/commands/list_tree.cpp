#include <map>

#include "plugin/commands/colours.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

/// What lies behind a bridge, or on a root bus.
struct Branch {
  const ListedDevice* device = nullptr;
  std::map<PciAddress, Branch> below;
};

std::string port_word(const ListedDevice& bridge) {
  const auto& capabilities = bridge.capabilities;
  const bool is_pcie = capabilities && capabilities->pcie && *capabilities->pcie;
  return is_pcie && !(*capabilities->pcie)->type.empty() ? (*capabilities->pcie)->type : "bridge";
}

std::string words_of(const PciAddress& address, const Branch& branch, const Terminal& terminal) {
  if (!branch.device) return address.text();
  const auto& device = *branch.device;
  auto words = address.text() + " ";
  if (const auto state = dom0_word(device); !state.empty())
    words += coloured(state, device, terminal) + " ";
  if (!branch.below.empty()) return words + port_word(device);
  words += kind_word(device) + " " + name_words(device);
  const auto uses = use_words(device, {});
  return words + (uses.empty() ? "" : ": " + uses);
}

/// As `lspci -t` draws it: "+-" goes on, "\-" is the last.
void add_lines(const std::map<PciAddress, Branch>& branches, const std::string& indent,
               const Terminal& terminal, std::string& text) {
  for (auto at = branches.begin(); at != branches.end(); ++at) {
    const bool is_last = std::next(at) == branches.end();
    text += indent + (is_last ? "\\-" : "+-");
    text += fitted_line(words_of(at->first, at->second, terminal),
                        terminal.columns - indent.size() - 2) +
            "\n";
    add_lines(at->second.below, indent + (is_last ? "  " : "| "), terminal, text);
  }
}

}  // namespace

std::string tree_text(const Listing& listing, const Terminal& terminal) {
  std::map<std::pair<std::uint32_t, std::uint8_t>, std::map<PciAddress, Branch>> buses;
  std::map<PciAddress, Branch> lost;
  for (const auto& device : listing.devices) {
    if (!device.path) {
      lost[device.address].device = &device;
      continue;
    }
    const auto& root = device.path->empty() ? device.address : device.path->front();
    auto* branches = &buses[{root.segment, root.bus}];
    for (const auto& bridge : *device.path) branches = &(*branches)[bridge].below;
    (*branches)[device.address].device = &device;
  }
  std::string text;
  for (const auto& [bus, branches] : buses) {
    const PciAddress root{bus.first, bus.second};
    text += "[" + root.text().substr(0, root.text().rfind(':')) + "]\n";
    add_lines(branches, "", terminal, text);
  }
  if (!lost.empty()) text += "[unknown]\n";
  add_lines(lost, "", terminal, text);
  return text + unread_text(listing, terminal);
}

}  // namespace pci_passthrough::reports
