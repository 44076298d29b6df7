#include "plugin/commands/device_words.hpp"

#include <algorithm>
#include <span>
#include <sstream>
#include <vector>

#include "plugin/commands/layout.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

using boost::json::array;
using boost::json::object;

struct Word {
  std::string_view key, word;
};

constexpr Word states[] = {{"disabled", "hidden"},
                           {"disable_on_reboot", "hides at boot"},
                           {"enable_on_reboot", "back at boot"},
                           {"not_held", "not held"},
                           {"enabled", ""}};

constexpr Word kinds[] = {
    {"0100", "SCSI"},  {"0101", "IDE"},    {"0104", "RAID"},   {"0106", "SATA"},
    {"0107", "SAS"},   {"0108", "NVMe"},   {"0200", "NIC"},    {"0207", "IB"},
    {"0280", "NIC"},   {"0300", "VGA"},    {"0302", "GPU"},    {"0380", "GPU"},
    {"0400", "video"}, {"0401", "audio"},  {"0403", "audio"},  {"0600", "host"},
    {"0601", "ISA"},   {"0604", "bridge"}, {"0700", "serial"}, {"0c00", "1394"},
    {"0c03", "USB"},   {"0c04", "FC"},     {"0c05", "SMBus"},  {"1200", "accel"},
    {"0180", "disk"},  {"0500", "memory"}, {"0580", "memory"}, {"0780", "comm"},
    {"0800", "PIC"},   {"0805", "SD"},     {"0880", "system"}, {"0c80", "bus"},
    {"1101", "perf"},  {"1180", "signal"}, {"ff00", "other"},  {"0480", "media"},
    {"0b40", "coproc"}};

/// Words of pci.ids that tell a reader nothing and take the room of those that do.
constexpr std::string_view noise[] = {"Series",     "Chipset",   "Family",      "Controller",
                                      "Connection", "Processor", "Corporation", "Technology",
                                      "series",     "chipset",   "family",      "controller"};

const Word* look_up(std::span<const Word> words, std::string_view key) {
  const auto found = std::ranges::find(words, key, &Word::key);
  return found == words.end() ? nullptr : &*found;
}

/// dom0_access, but for where the driver says otherwise: dom0's has what a rule hides, or pciback
/// what no rule names.
std::string state_of(const object& device) {
  const auto access = member(device, "dom0_access"), driver = member(device, "driver");
  if (access == "disabled" && driver != "pciback" && !driver.empty()) return "not_held";
  return access == "enabled" && driver == "pciback" ? "enable_on_reboot" : access;
}

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" ,")); }

std::string short_address(const std::string& address) {
  return address.starts_with("0000:") ? address.substr(5) : address;
}

/// "/run/sr-mount/c41f7e0a-..." and "VG_XenStorage-c41f7e0a-..." are SR c41f7e0a to those who know
/// it.
std::string volume_word(const std::string& name) {
  for (const std::string_view before :
       {"/sr-mount/", "VG_XenStorage-", "XSLocalEXT-", "XSLocalXFS-"})
    if (const auto at = name.find(before); at != std::string::npos)
      return "SR " + name.substr(at + before.size(), 8);
  return name;
}

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

std::string leads_to(const object& bridge, const array& devices) {
  std::vector<std::string> below;
  for (const auto& value : devices)
    if (member(value.as_object(), "parent") == member(bridge, "address"))
      below.push_back(short_address(member(value.as_object(), "address")));
  return below.empty() ? "" : "to " + joined(below, " ");
}

std::string disks_word(const std::vector<std::string>& disks) {
  constexpr std::size_t few = 3;
  return (disks.size() > few ? counted(disks.size(), "disk") + ": " : "") + joined(disks);
}

}  // namespace

bool is_kept_from_dom0(const object& device) {
  const auto state = state_of(device);
  return state == "disabled" || state == "enable_on_reboot";
}

bool dom0_needs(const object& device) {
  return std::ranges::any_of(device.at("used_by").as_array(), [](const auto& use) {
    return use.as_object().at("critical").as_bool();
  });
}

std::string dom0_word(const object& device) {
  const auto* state = look_up(states, state_of(device));
  std::string word(state ? state->word : "?");
  if (!dom0_needs(device)) return word;
  return word.empty() || word == "?" ? "NEEDED" : word + " !";
}

std::string access_word(const object& device) {
  const auto* state = look_up(states, state_of(device));
  if (!state) return "?";
  return state->word.empty() ? "dom0's" : std::string(state->word);
}

std::string kind_word(const object& device) {
  const auto id = member(device, "class_id");
  const auto* kind = look_up(kinds, id);
  return kind ? std::string(kind->word) : id;
}

std::string driver_word(const object& device) {
  const auto* driver = device.if_contains("driver");
  if (!driver) return "?";
  return driver->is_null() ? "-" : member(device, "driver");
}

std::string name_words(const object& device) {
  const auto vendor = first_word(member(device, "vendor")), name = member(device, "device");
  if (name.empty())
    return vendor + (vendor.empty() ? "" : " ") + member(device, "vendor_id") + ":" +
           member(device, "device_id");
  return without_noise(name.starts_with(vendor) ? name : vendor + " " + name);
}

std::string use_words(const object& device, const array& devices) {
  const auto id = member(device, "class_id");
  if (id == "0604") return leads_to(device, devices);
  std::vector<std::string> words, disks;
  for (const auto& value : device.at("used_by").as_array()) {
    const auto& use = value.as_object();
    const auto kind = member(use, "kind"), name = member(use, "name");
    const auto* how = std::ranges::find(spoken, kind, &Spoken::kind);
    auto word = how == std::end(spoken) ? name : how->say(name);
    auto& said = kind == "disk" ? disks : words;
    if (std::ranges::find(said, word) == said.end()) said.push_back(std::move(word));
  }
  if (!disks.empty()) words.push_back(disks_word(disks));
  if (const auto* vms = device.if_contains("vms"))
    for (const auto& vm : vms->as_array()) words.push_back("VM " + member(vm.as_object(), "name"));
  return joined(words);
}

}  // namespace pci_passthrough::reports
