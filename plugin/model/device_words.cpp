#include "plugin/model/device_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

struct KindWord {
  std::uint16_t class_id;
  std::string_view word;
};

constexpr KindWord kind_words[] = {
    {0x0100, "SCSI"},  {0x0101, "IDE"},    {0x0104, "RAID"},   {0x0106, "SATA"},
    {0x0107, "SAS"},   {0x0108, "NVMe"},   {0x0200, "NIC"},    {0x0207, "IB"},
    {0x0280, "NIC"},   {0x0300, "VGA"},    {0x0302, "GPU"},    {0x0380, "GPU"},
    {0x0400, "video"}, {0x0401, "audio"},  {0x0403, "audio"},  {0x0600, "host"},
    {0x0601, "ISA"},   {0x0604, "bridge"}, {0x0700, "serial"}, {0x0c00, "1394"},
    {0x0c03, "USB"},   {0x0c04, "FC"},     {0x0c05, "SMBus"},  {0x1200, "accel"},
    {0x0180, "disk"},  {0x0500, "memory"}, {0x0580, "memory"}, {0x0780, "comm"},
    {0x0800, "PIC"},   {0x0805, "SD"},     {0x0880, "system"}, {0x0c80, "bus"},
    {0x1101, "perf"},  {0x1180, "signal"}, {0xff00, "other"},  {0x0480, "media"},
    {0x0b40, "coproc"}};

/// By the base class, where the class has no word of its own.
constexpr std::string_view base_words[] = {
    "old",  "disk", "NIC", "GPU",   "media", "memory", "bridge", "comm",   "system", "input",
    "dock", "CPU",  "bus", "radio", "I2O",   "sat",    "crypto", "signal", "accel",  "instr"};

/// Words of pci.ids that tell a reader nothing and take the room of those that do.
constexpr std::string_view noise[] = {"Series",     "Chipset",   "Family",      "Controller",
                                      "Connection", "Processor", "Corporation", "Technology",
                                      "series",     "chipset",   "family",      "controller"};

constexpr std::string_view state_words[] = {
    "hidden", "hides at boot", "back at boot", "not held", "", "?"};

std::string_view word_of(DeviceState state) { return state_words[static_cast<int>(state)]; }

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" ,")); }

std::string without_noise(const std::string& name) {
  std::istringstream words(name);
  std::vector<std::string> telling;
  for (std::string word; words >> word;)
    if (std::ranges::find(noise, word) == std::end(noise)) telling.push_back(word);
  return joined(telling, " ");
}

struct Spoken {
  std::string_view kind;
  std::string (*say)(const std::string& name);
};
/// How each kind of use is said; the others by their name alone.
constexpr Spoken spoken[] = {
    {"mount", volume_word},
    {"lvm", volume_word},
    {"swap", [](const std::string&) -> std::string { return "swap"; }},
    {"multipath", [](const std::string&) -> std::string { return "multipath"; }},
    {"management", [](const std::string& name) { return "mgmt " + name; }}};

std::string leads_to(const PciAddress& bridge, const BelowBridges& below) {
  const auto found = below.find(bridge);
  if (found == below.end()) return "";
  std::vector<std::string> addresses;
  for (const auto& address : found->second) addresses.push_back(short_text(address));
  return "to " + joined(addresses, " ");
}

std::string disks_word(const std::vector<std::string>& disks) {
  constexpr std::size_t few = 3;
  return (disks.size() > few ? counted(disks.size(), "disk") + ": " : "") + joined(disks);
}

}  // namespace

DeviceState state_of(const ListedDevice& device) {
  const bool is_held = device.driver == "pciback";
  const bool is_driven = device.driver && !device.driver->empty() && !is_held;
  switch (device.dom0_access) {
    case Dom0Access::disabled:
      return is_driven ? DeviceState::not_held : DeviceState::hidden;
    case Dom0Access::disable_on_reboot:
      return is_held ? DeviceState::hidden : DeviceState::hides_at_boot;
    case Dom0Access::enable_on_reboot:
      return DeviceState::back_at_boot;
    case Dom0Access::enabled:
      return is_held ? DeviceState::back_at_boot : DeviceState::of_dom0;
    case Dom0Access::unknown:
      break;
  }
  return DeviceState::unknown;
}

std::string short_text(const PciAddress& address) {
  return address.segment == 0 ? address.text().substr(5) : address.text();
}

std::string volume_word(const std::string& name) {
  for (const std::string_view before :
       {"/sr-mount/", "VG_XenStorage-", "XSLocalEXT-", "XSLocalXFS-"})
    if (const auto at = name.find(before); at != std::string::npos)
      return "SR " + name.substr(at + before.size(), 8);
  return name;
}

bool is_kept_from_dom0(const ListedDevice& device) {
  const auto state = state_of(device);
  return state == DeviceState::hidden || state == DeviceState::back_at_boot;
}

bool waits_for_a_reboot(const ListedDevice& device) {
  return device.dom0_access == Dom0Access::disable_on_reboot ||
         device.dom0_access == Dom0Access::enable_on_reboot;
}

bool dom0_needs(const ListedDevice& device) {
  return std::ranges::any_of(device.used_by, &ListedUse::critical);
}

std::string counts_of(const Listing& listing) {
  if (const auto why = why_functions_are_unknown(listing.unreadable); !why.empty())
    return "unknown which PCI functions it has: " + why;
  const auto count = [&](bool (*is)(const ListedDevice&)) {
    return std::ranges::count_if(listing.devices, is);
  };
  return fmt::format("{}, {} hidden, {} waiting for a reboot, {} that dom0 needs",
                     counted(listing.devices.size(), "function"), count(is_kept_from_dom0),
                     count(waits_for_a_reboot), count(dom0_needs));
}

std::string dom0_word(const ListedDevice& device) {
  const auto state = state_of(device);
  std::string word(word_of(state));
  if (!dom0_needs(device)) return word;
  return state == DeviceState::of_dom0 || state == DeviceState::unknown ? "NEEDED" : word + " !";
}

std::string access_word(const ListedDevice& device) {
  const auto state = state_of(device);
  return state == DeviceState::of_dom0 ? "dom0's" : std::string(word_of(state));
}

std::string kind_word(const ListedDevice& device) {
  if (!device.class_id) return "?";
  const auto* kind = std::ranges::find(kind_words, *device.class_id, &KindWord::class_id);
  if (kind != std::end(kind_words)) return std::string(kind->word);
  const std::size_t base = *device.class_id >> 8;
  return std::string(base < std::size(base_words) ? base_words[base] : "other");
}

std::string driver_word(const ListedDevice& device) {
  if (!device.driver) return "?";
  return device.driver->empty() ? "-" : *device.driver;
}

std::string name_words(const ListedDevice& device) {
  const auto vendor = first_word(device.vendor);
  if (device.device.empty()) {
    const auto ids = ids_of(device);
    if (ids.empty()) return "?";
    return vendor + (vendor.empty() ? "" : " ") + ids;
  }
  return without_noise(device.device.starts_with(vendor) ? device.device
                                                         : vendor + " " + device.device);
}

BelowBridges below_bridges(const Listing& listing) {
  BelowBridges below;
  for (const auto& device : listing.devices)
    if (device.path && !device.path->empty()) below[device.path->back()].push_back(device.address);
  return below;
}

std::string use_words(const ListedDevice& device, const BelowBridges& below) {
  constexpr std::uint16_t pci_bridge = 0x0604;
  if (device.class_id == pci_bridge) return leads_to(device.address, below);
  std::vector<std::string> words, disks;
  for (const auto& use : device.used_by) {
    const auto* how = std::ranges::find(spoken, use.kind, &Spoken::kind);
    auto word = how == std::end(spoken) ? use.name : how->say(use.name);
    auto& said = use.kind == "disk" ? disks : words;
    if (std::ranges::find(said, word) == said.end()) said.push_back(std::move(word));
  }
  if (!disks.empty()) words.push_back(disks_word(disks));
  if (device.vms)
    for (const auto& vm : *device.vms) words.push_back("VM " + vm.name);
  return joined(words);
}

}  // namespace pci_passthrough
