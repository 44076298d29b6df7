#include "plugin/commands/device_words.hpp"

#include <algorithm>
#include <span>
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
                           {"enabled", ""}};

constexpr Word kinds[] = {
    {"0100", "SCSI"}, {"0101", "IDE"}, {"0104", "RAID"},   {"0106", "SATA"},   {"0107", "SAS"},
    {"0108", "NVMe"}, {"0200", "NIC"}, {"0207", "IB"},     {"0280", "NIC"},    {"0300", "VGA"},
    {"0302", "GPU"},  {"0380", "GPU"}, {"0400", "video"},  {"0401", "audio"},  {"0403", "audio"},
    {"0600", "host"}, {"0601", "ISA"}, {"0604", "bridge"}, {"0700", "serial"}, {"0c00", "1394"},
    {"0c03", "USB"},  {"0c04", "FC"},  {"0c05", "SMBus"},  {"1200", "accel"}};

const Word* look_up(std::span<const Word> words, std::string_view key) {
  const auto found = std::ranges::find(words, key, &Word::key);
  return found == words.end() ? nullptr : &*found;
}

std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" ,")); }

std::string short_address(const std::string& address) {
  return address.starts_with("0000:") ? address.substr(5) : address;
}

/// "/run/sr-mount/c41f7e0a-..." is SR c41f7e0a to those who know it.
std::string mount_word(const std::string& target) {
  const auto at = target.find("/sr-mount/");
  return at == std::string::npos ? target : "SR " + target.substr(at + 10, 8);
}

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

bool dom0_needs(const object& device) {
  return std::ranges::any_of(device.at("used_by").as_array(), [](const auto& use) {
    return use.as_object().at("critical").as_bool();
  });
}

std::string dom0_word(const object& device) {
  const auto* state = look_up(states, member(device, "dom0_access"));
  const std::string word(state ? state->word : "?");
  if (!dom0_needs(device)) return word;
  return word.empty() || word == "?" ? "NEEDED" : word + " !";
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
  return name.starts_with(vendor) ? name : vendor + " " + name;
}

std::string use_words(const object& device, const array& devices) {
  const auto id = member(device, "class_id");
  if (id == "0604") return leads_to(device, devices);
  std::vector<std::string> words, disks;
  for (const auto& value : device.at("used_by").as_array()) {
    const auto& use = value.as_object();
    const auto kind = member(use, "kind"), name = member(use, "name");
    if (kind == "disk")
      disks.push_back(name);
    else if (kind == "mount")
      words.push_back(mount_word(name));
    else if (kind == "swap")
      words.emplace_back("swap");
    else if (kind == "management")
      words.push_back("mgmt " + name);
    else
      words.push_back(name);
  }
  if (!disks.empty()) words.push_back(disks_word(disks));
  return joined(words);
}

}  // namespace pci_passthrough::reports
