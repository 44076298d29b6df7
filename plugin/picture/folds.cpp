#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/tree.hpp"
#include "plugin/picture/words.hpp"

namespace pci_passthrough::picture {
namespace {

/// So many alike, and they are one row.
constexpr std::size_t many_vfs = 5;
/// A picture of more rows than these is a wall of boxes.
constexpr std::size_t most_rows = 120;

using Key = std::tuple<Holder, std::string, std::optional<PciAddress>>;

/// The virtual functions of one card that are all alike.
std::optional<Key> as_virtual_function(const Part& part) {
  if (!part.is_plain() || !part.device->physical_function) return {};
  return Key{part.holder, "", part.device->physical_function};
}

/// Where there are too many rows: everything plain of one kind; then all of one kind.
std::optional<Key> as_plain(const Part& part) {
  if (!part.is_plain()) return {};
  return Key{part.holder, tile_word(*part.device), {}};
}
std::optional<Key> as_any(const Part& part) {
  return Key{part.holder, tile_word(*part.device) + (part.is_plain() ? "" : "!"), {}};
}

std::string words_of(const Key& key, const std::vector<Part>& parts) {
  const auto& [holder, kind, of_card] = key;
  if (of_card)
    return counted(parts.size(), "virtual function") + " made by " + short_text(*of_card);
  const bool is_plain = !kind.ends_with('!');
  const auto name = plain_line(is_plain ? kind : kind.substr(0, kind.size() - 1));
  return counted(parts.size(), "more function") + " of kind " + name +
         (is_plain ? "" : ", needed, pending or wanted");
}

std::vector<Row> folded_by(std::vector<Row> rows, std::optional<Key> (*key_of)(const Part&),
                           std::size_t many) {
  std::map<Key, std::size_t> counts;
  for (const auto& row : rows)
    if (const auto key = row.folded.empty() ? key_of(row.part) : std::nullopt) ++counts[*key];
  std::map<Key, std::size_t> places;
  std::vector<Row> shorter;
  for (auto& row : rows) {
    const auto key = row.folded.empty() ? key_of(row.part) : std::nullopt;
    if (!key || counts.at(*key) < many) {
      shorter.push_back(std::move(row));
      continue;
    }
    const auto [place, is_first] = places.emplace(*key, shorter.size());
    if (is_first) shorter.push_back({row.part, {}, ""});
    shorter[place->second].folded.push_back(row.part);
  }
  for (const auto& [key, place] : places)
    shorter[place].fold_words = words_of(key, shorter[place].folded);
  return shorter;
}

/// The bridges above what is drawn.
std::set<PciAddress> bridges_above(const std::vector<Row>& rows) {
  std::set<PciAddress> above;
  for (const auto& row : rows)
    if (row.part.device->path)
      above.insert(row.part.device->path->begin(), row.part.device->path->end());
  return above;
}

}  // namespace

Folded fold(const Listing& listing) {
  Folded folded;
  std::vector<Part> bridges;
  for (const auto& device : listing.devices) {
    const auto part = part_of(device);
    if (is_bridge(device) && part.is_told && part.holder == Holder::dom0)
      bridges.push_back(part);
    else if (is_of_chipset(device) && part.is_plain())
      folded.chipset.push_back(part);
    else
      folded.rows.push_back({part, {}, ""});
  }
  folded.rows = folded_by(std::move(folded.rows), as_virtual_function, many_vfs);
  if (folded.rows.size() > most_rows)
    folded.rows = folded_by(std::move(folded.rows), as_plain, many_vfs);
  if (folded.rows.size() > most_rows) folded.rows = folded_by(std::move(folded.rows), as_any, 2);
  const auto above = bridges_above(folded.rows);
  for (const auto& bridge : bridges)
    if (!above.contains(bridge.device->address)) folded.chipset.push_back(bridge);
  std::ranges::sort(folded.chipset, {}, [](const Part& part) { return part.device->address; });
  return folded;
}

std::string ranges(const Listing& listing, const std::vector<Part>& parts) {
  const auto* base = listing.devices.data();
  std::vector<std::string> texts;
  for (std::size_t first = 0; first < parts.size();) {
    auto last = first;
    const auto at = [&](std::size_t i) { return parts[i].device - base; };
    while (last + 1 < parts.size() && at(last + 1) == at(last) + 1) ++last;
    auto text = short_text(parts[first].device->address);
    if (last > first)
      text += (last > first + 1 ? " to " : ", ") + short_text(parts[last].device->address);
    texts.push_back(std::move(text));
    first = last + 1;
  }
  return joined(texts);
}

}  // namespace pci_passthrough::picture
