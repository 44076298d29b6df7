#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/words.hpp"

namespace pci_passthrough::picture {
namespace {

/// What a vendor's name ends with, and nobody says.
constexpr std::string_view of_companies[] = {"Corporation", "Corp.",      "Corp",  "Inc.",
                                             "Inc",         "Technology", "Ltd.",  "Ltd",
                                             "Limited",     "GmbH",       "Group", "Technologies"};
/// Words of a device's name that tell nothing beside its kind.
constexpr std::string_view of_devices[] = {"Chipset",    "Family",   "Controller",  "Network",
                                           "Connection", "Adapter",  "Processor",   "chipset",
                                           "family",     "Ethernet", "PCI-Express", "PCIe",
                                           "controller", "(2)",      "(3)",         "(4)"};

struct Shorter {
  std::string_view said, shown;
};
constexpr Shorter shorter[] = {{"High Definition", "HD"}, {"Virtual Function", "VF"}};

template <typename Words>
std::string without(const std::string& text, const Words& dropped) {
  std::istringstream words(text);
  std::vector<std::string> kept;
  for (std::string word; words >> word;)
    if (std::ranges::find(dropped, word) == std::end(dropped)) kept.push_back(word);
  return joined(kept, " ");
}

/// What stands in the last brackets; "" none.
std::string in_brackets(const std::string& text) {
  const auto open = text.rfind('['), close = text.rfind(']');
  if (open == text.npos || close == text.npos || close < open) return "";
  return text.substr(open + 1, close - open - 1);
}

/// "Advanced Micro Devices, Inc. [AMD/ATI]" is AMD, "Broadcom / LSI" Broadcom, "Red Hat, Inc." Red
/// Hat.
std::string vendor_word(const std::string& vendor) {
  if (const auto known = in_brackets(vendor); !known.empty())
    return known.substr(0, known.find_first_of("/,"));
  const auto name = without(vendor.substr(0, vendor.find(',')), of_companies);
  const bool is_long = std::ranges::count(name, ' ') > 1;
  return is_long ? name.substr(0, name.find(' ')) : name;
}

/// A display's and a NIC's brackets hold the name on the shop's shelf.
bool is_sold_by_brackets(const ListedDevice& device) {
  const auto base = device.class_id ? *device.class_id >> 8 : 0;
  return base == 0x02 || base == 0x03 || base == 0x12;
}

std::string model_word(const ListedDevice& device) {
  auto name = device.device;
  auto sold = in_brackets(name);
  if (!sold.empty() && is_sold_by_brackets(device)) return sold;
  if (const auto open = name.find(" ["); open != name.npos && open > 0) name.resize(open);
  for (const auto& one : shorter)
    if (const auto at = name.find(one.said); at != name.npos)
      name.replace(at, one.said.size(), one.shown);
  const auto telling = without(name, of_devices);
  return telling.empty() ? name : telling;
}

}  // namespace

std::string sold_name(const ListedDevice& device) {
  const auto vendor = vendor_word(device.vendor);
  if (device.device.empty()) {
    const auto ids = ids_of(device);
    return plain_line(ids.empty() ? "name unknown" : vendor + (vendor.empty() ? "" : " ") + ids);
  }
  const auto model = model_word(device);
  return plain_line(model.starts_with(vendor) ? model : vendor + " " + model);
}

std::string tile_word(const ListedDevice& device) {
  if (device.physical_function) return "VF";
  return kind_word(device);
}

}  // namespace pci_passthrough::picture
