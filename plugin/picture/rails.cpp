#include <map>

#include "plugin/model/device_words.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/tree.hpp"

namespace pci_passthrough::picture {
namespace {

/// A bridge with what lies behind it.
struct Node {
  std::map<PciAddress, Node> below;
  std::vector<Row> rows;
};

struct PortWord {
  std::string_view type, word;
};
constexpr PortWord port_words[] = {{"root port", "root port"},
                                   {"upstream port", "switch"},
                                   {"downstream port", "port"},
                                   {"PCIe-to-PCI bridge", "PCI bridge"},
                                   {"PCI-to-PCIe bridge", "PCIe bridge"}};

/// "root port"; of one without a PCI Express capability that its bus is conventional PCI.
std::string word_of(const Listing& listing, const PciAddress& address) {
  const auto* bridge = listing.find(address);
  if (!bridge || !bridge->capabilities || !bridge->capabilities->pcie) return "bridge";
  const auto& pcie = *bridge->capabilities->pcie;
  if (!pcie) return "PCI bridge";
  for (const auto& one : port_words)
    if (one.type == pcie->type) return std::string(one.word);
  return "bridge";
}

std::string chain(const std::vector<std::string>& links) {
  std::string text;
  for (const auto& link : links) text += (text.empty() ? "" : " \u203a ") + link;
  return text;
}

void name(const Listing& listing, Rail& rail) {
  std::vector<std::string> links, shorter;
  for (const auto& bridge : rail.bridges) {
    links.push_back(word_of(listing, bridge) + " " + short_text(bridge));
    shorter.push_back(short_text(bridge));
  }
  rail.label = chain(links);
  shorter.back() = links.back();
  rail.short_label = chain(shorter);
}

Rail rail_of(const Listing& listing, const PciAddress& address, Node& node, int depth) {
  Rail rail;
  rail.depth = depth;
  rail.bridges.push_back(address);
  Node* last = &node;
  while (last->rows.empty() && last->below.size() == 1) {
    rail.bridges.push_back(last->below.begin()->first);
    last = &last->below.begin()->second;
  }
  name(listing, rail);
  rail.rows = std::move(last->rows);
  for (auto& [below, one] : last->below)
    rail.below.push_back(rail_of(listing, below, one, depth + 1));
  return rail;
}

}  // namespace

std::vector<Rail> rails_of(const Listing& listing, const std::vector<Row>& rows) {
  Node root;
  std::map<std::uint32_t, std::vector<Row>> boards;
  std::vector<Row> lost;
  for (const auto& row : rows) {
    const auto& device = *row.part.device;
    if (!device.path) {
      lost.push_back(row);
    } else if (device.path->empty()) {
      boards[device.address.segment].push_back(row);
    } else {
      Node* node = &root;
      for (const auto& bridge : *device.path) node = &node->below[bridge];
      node->rows.push_back(row);
    }
  }
  std::vector<Rail> rails;
  for (auto& [address, node] : root.below) rails.push_back(rail_of(listing, address, node, 0));
  for (auto& [segment, all] : boards) {
    const std::string label = segment == 0 ? "on the board itself"
                                           : "segment " +
                                                 PciAddress{segment}.text().substr(
                                                     0, PciAddress{segment}.text().find(':')) +
                                                 ", on the board";
    rails.push_back({{}, label, label, 0, std::move(all), {}});
  }
  if (!lost.empty()) {
    const std::string label = "unknown where it sits";
    rails.push_back({{}, label, label, 0, std::move(lost), {}});
  }
  return rails;
}

}  // namespace pci_passthrough::picture
