#include <fmt/format.h>

#include <cctype>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/pci/utf8.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/words.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr std::size_t longest_name = 120;

std::string short_name(const std::string& name) {
  auto line = plain_line(name);
  if (line.size() <= longest_name) return line;
  line.resize(longest_name);
  while (!line.empty() && !begins_character(line.back())) line.pop_back();
  line.pop_back();
  return line + "\u2026";
}

std::string holder_words(const Part& part) {
  if (!part.is_told) return phrase_of(part);
  if (part.holder == Holder::hidden) return "Hidden: " + phrase_of(part);
  return (part.needed ? "dom0 does not live without it, " : "dom0 has it: ") + phrase_of(part);
}

std::string group_words(const Listing& listing, const ListedDevice& device) {
  if (!device.isolation_group) return "Isolation group: unknown. ";
  std::vector<std::string> others;
  for (const auto& other : listing.devices)
    if (other.isolation_group == device.isolation_group && &other != &device)
      others.push_back(short_text(other.address));
  return others.empty() ? "" : "One group with " + joined(others) + ". ";
}

std::string reset_words(const ListedDevice& device) {
  if (!device.reset) return "Reset: unknown. ";
  return device.reset->empty() ? "It has no reset of its own. " : "";
}

}  // namespace

std::string label_of(const Part& part) {
  const auto& device = *part.device;
  auto label = short_name(sold_name(device)) + ", " + tile_word(device) + " at " +
               device.address.text() + ". " + short_name(holder_words(part)) + ".";
  if (part.next != Next::same) {
    const auto [first, second] = lines_of(part.next);
    std::string sentence = fmt::format("{}: {}.", first, second);
    sentence.front() =
        static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
    label += " " + sentence;
  }
  if (!device.vms) return label + " Which VMs want it is unknown.";
  for (const auto& vm : *device.vms)
    label += " VM " + short_name(vm.name) + " (" + power_word(vm) + ") " +
             claim_words(part.claim, vm, 1) + ".";
  return label;
}

std::string description_of(const Listing& listing, const Part& part) {
  const auto& device = *part.device;
  std::string text;
  if (!device.device.empty()) text = short_name(full_name_of(device)) + ". ";
  if (device.driver && !device.driver->empty())
    text += "Driver " + short_name(*device.driver) + ". ";
  if (device.dom0_access == Dom0Access::unknown) text += "The next boot: unknown. ";
  text += group_words(listing, device) + reset_words(device);
  if (device.findings && !device.findings->empty())
    text += "Findings: " + plain_line(joined(*device.findings)) + ".";
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

}  // namespace pci_passthrough::picture
