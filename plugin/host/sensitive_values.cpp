#include "plugin/host/sensitive_values.hpp"

#include <algorithm>
#include <array>

#include "plugin/model/paths.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view serial_files[] = {
    "serial",       "serial_number", "wwid",           "wwn",      "unique_id",
    "product_uuid", "board_serial",  "product_serial", "vpd_pg80", "chassis_serial"};
constexpr std::string_view host_name_files[] = {"/etc/hostname", "/proc/sys/kernel/hostname"};
constexpr std::string_view mount_files[] = {"/proc/mounts", "/proc/self/mounts", paths::mountinfo};
/// Names that hosts bear, and that mean something else in the files that are recorded.
constexpr std::string_view common_names[] = {
    "localhost", "localdomain", "xen",  "xenserver", "xcp-ng", "xcp",    "dom0",
    "linux",     "boot",        "root", "grub",      "host",   "server", "test"};
constexpr std::size_t least_serial = 4, least_id = 8;

template <typename Table>
bool holds(const Table& table, std::string_view word) {
  return std::find(std::begin(table), std::end(table), word) != std::end(table);
}

std::string_view trimmed(std::string_view text) {
  constexpr char blanks[] = " \t\n";
  const auto begin = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> split(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(between), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// An address is known by its shape, and is no name.
void add_host_name(std::vector<std::string>& values, std::string_view name) {
  if (name.find_first_not_of("0123456789.:") == std::string_view::npos) return;
  for (const auto part : {name, name.substr(0, name.find('.'))})
    if (part.size() > 1 && !holds(common_names, part)) values.emplace_back(part);
}

void add_servers(std::vector<std::string>& values, std::string_view mounts) {
  for (const auto word : split(mounts, " \n")) {
    const auto colon = word.find(":/");
    if (colon != std::string_view::npos && colon < word.find('/'))
      add_host_name(values, word.substr(0, colon));
  }
}

/// Every value of a string member: "nas.example" of "server":"nas.example".
void add_members(std::vector<std::string>& values, std::string_view json, std::string_view name) {
  const auto head = "\"" + std::string(name) + "\":\"";
  for (auto at = json.find(head); at != json.npos; at = json.find(head, at + 1)) {
    const auto begin = at + head.size();
    const auto end = std::min(json.find('"', begin), json.size());
    if (end - begin >= least_serial) values.emplace_back(json.substr(begin, end - begin));
  }
}

void add_ids(std::vector<std::string>& values, std::string_view name) {
  for (const auto part : split(name, "-_.:"))
    if (part.size() >= least_id && std::any_of(part.begin(), part.end(), is_digit))
      values.emplace_back(part);
}

/// Where the name of a device begins in a word: "3600a0b8" of "root=/dev/mapper/3600a0b8"; npos
/// nowhere.
std::size_t device_name_in(std::string_view word) {
  for (const std::string_view head : {"/dev/mapper/", "mpath-"})
    if (const auto at = word.find(head); at != word.npos) return at + head.size();
  const auto link = word.find("/dev/disk/by-");
  const auto slash = link == word.npos ? link : word.find('/', link + sizeof "/dev/disk/by");
  return slash == word.npos ? slash : slash + 1;
}

bool names_a_server(std::string_view word) {
  return word.find(":/") != word.npos || word.starts_with("//") || word.find("addr=") != word.npos;
}

}  // namespace

std::vector<std::string> sensitive_values(const Section& section) {
  std::vector<std::string> values;
  const std::string_view path = section.path;
  const auto name = path.substr(path.rfind('/') + 1);
  const auto content = trimmed(section.content);
  if (holds(serial_files, name) && content.size() >= least_serial) values.emplace_back(content);
  if (holds(host_name_files, path)) add_host_name(values, content);
  if (holds(mount_files, path)) add_servers(values, content);
  if (section.kind == SectionKind::xapi)
    for (const auto* member : {"SCSIid", "server", "target", "targetIQN"})
      add_members(values, content, member);
  if (path.starts_with("/dev/disk/by-uuid/") && name.size() >= least_id) values.emplace_back(name);
  if (path.starts_with("/dev/disk/by-id/")) add_ids(values, name);
  return values;
}

ValuePlaces value_places(const Section& section) {
  const std::string_view path = section.path;
  if (section.kind == SectionKind::xapi) return ValuePlaces::in_json_values;
  if (holds(mount_files, path)) return ValuePlaces::in_mounts;
  if (path.ends_with("/dm/name")) return ValuePlaces::at_begin;
  if (path.ends_with("/dm/uuid") || path == paths::kernel_command_line ||
      path.starts_with("/boot/"))
    return ValuePlaces::in_device_names;
  if (holds(host_name_files, path) || holds(serial_files, path.substr(path.rfind('/') + 1)))
    return ValuePlaces::anywhere;
  for (const std::string_view of_the_kernel : {"/sys/", "/proc/"})
    if (path.starts_with(of_the_kernel)) return ValuePlaces::nowhere;
  return ValuePlaces::anywhere;
}

ValuePlaces value_places_in_path(std::string_view path) {
  for (const std::string_view of_values : {"/dev/disk/", "/dev/mapper/", "/run/", "/var/run/"})
    if (path.starts_with(of_values)) return ValuePlaces::anywhere;
  return ValuePlaces::nowhere;
}

bool Beginnings::is_in_json_value(std::size_t at) {
  if (quote_ == 0 || quote_ < at) quote_ = std::min(text_.find('"', at), text_.size());
  return quote_ == text_.size() || !text_.substr(quote_ + 1).starts_with(':');
}

bool Beginnings::is_in_name(std::size_t at) {
  constexpr std::string_view blanks = " \n";
  if (blanks.find(text_[at]) != blanks.npos) return false;
  if (at >= blank_) {
    word_ = text_.find_last_of(blanks, at) + 1;
    blank_ = std::min(text_.find_first_of(blanks, at), text_.size());
    const auto word = text_.substr(word_, blank_ - word_);
    const bool is_server = places_ == ValuePlaces::in_mounts && names_a_server(word);
    name_ = is_server ? 0 : device_name_in(word);
  }
  return at - word_ >= name_;
}

bool Beginnings::allow(std::size_t at) {
  const bool begins = at == 0 || !is_alphanumeric(text_[at - 1]);
  if (!begins || places_ == ValuePlaces::nowhere) return false;
  if (places_ == ValuePlaces::anywhere) return true;
  if (places_ == ValuePlaces::at_begin) return at == 0;
  return places_ == ValuePlaces::in_json_values ? is_in_json_value(at) : is_in_name(at);
}

}  // namespace pci_passthrough
