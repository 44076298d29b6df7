#include "plugin/pci/vm_entry.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view separators = " \t\r\n;";

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// OCaml's scanf over one part: digits, of which all but the first may be '_', which takes room and
/// counts for nothing.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest(text) {}

  bool symbol(char wanted) {
    if (!rest.starts_with(wanted)) return false;
    rest.remove_prefix(1);
    return true;
  }

  bool decimal(std::int64_t& value) {
    constexpr std::int64_t highest = (std::int64_t{1} << 62) - 1;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    const auto digits = taken(rest.size(), is_digit);
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || error != std::errc{} || value > highest) return false;
    if (negative) value = -value;
    return true;
  }

  template <typename Number>
  bool hex(std::size_t width, Number& value) {
    const auto digits = taken(width, is_hex_digit);
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return !digits.empty();
  }

  std::string_view rest;

 private:
  std::string taken(std::size_t width, bool (*is)(char)) {
    std::string digits;
    for (std::size_t used = 0; used < width && !rest.empty(); ++used) {
      const char c = rest.front();
      if (!is(c) && (c != '_' || digits.empty())) break;
      if (c != '_') digits += c;
      rest.remove_prefix(1);
    }
    return digits;
  }
};

struct Scanned {
  std::int64_t number = 0;
  PciAddress address;
  std::string_view rest;
};

std::optional<Scanned> scanned(std::string_view text) {
  Scan scan(text);
  Scanned one;
  auto& [segment, bus, device, function] = one.address;
  const bool read = scan.decimal(one.number) && scan.symbol('/') && scan.hex(4, segment) &&
                    scan.symbol(':') && scan.hex(2, bus) && scan.symbol(':') &&
                    scan.hex(2, device) && scan.symbol('.') && scan.hex(1, function);
  one.rest = scan.rest;
  return read ? std::optional(one) : std::nullopt;
}

bool can_be(const PciAddress& address) { return address.device <= 0x1f && address.function <= 7; }

std::vector<std::string_view> split(std::string_view text, std::string_view between) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find_first_of(between);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_words(std::string_view text) {
  auto words = split(text, separators);
  std::erase(words, std::string_view());
  return words;
}

VmDevice not_read(std::string_view text, EntryFlaw flaw, std::optional<PciAddress> address) {
  return {std::string(text), flaw, false, 0, address};
}

/// What a word is meant to be, by its whole text.
VmDevice meant(std::string_view word, EntryFlaw where_well_formed) {
  if (const auto one = scanned(word); one && one->rest.empty() && can_be(one->address))
    return not_read(word, where_well_formed, one->address);
  constexpr std::size_t short_size = std::string_view("06:00.0").size();
  const auto slash = word.find('/');
  const auto numbered = slash != std::string_view::npos && slash > 0 &&
                        std::all_of(word.begin(), word.begin() + slash, is_digit);
  const auto bare = numbered ? word.substr(slash + 1) : word;
  const auto address = PciAddress::parse(bare);
  if (!address || address->segment > 0xffff)
    return not_read(word, EntryFlaw::not_understood, std::nullopt);
  const bool is_short = bare.size() == short_size;
  return not_read(word, is_short ? EntryFlaw::short_address : EntryFlaw::no_number, address);
}

std::vector<VmDevice> all_meant(std::string_view text, EntryFlaw first) {
  std::vector<VmDevice> devices;
  for (const auto word : split_words(text))
    devices.push_back(meant(word, devices.empty() ? first : EntryFlaw::no_comma));
  return devices;
}

bool are_understood(const std::vector<VmDevice>& devices) {
  return std::ranges::none_of(
      devices, [](const auto& one) { return one.flaw == EntryFlaw::not_understood; });
}

void add_part(std::string_view part, std::vector<VmDevice>& devices) {
  const auto one = scanned(part);
  auto others =
      all_meant(one ? one->rest : part, one ? EntryFlaw::no_comma : EntryFlaw::blank_before);
  const bool separated =
      !one || one->rest.empty() || separators.find(one->rest[0]) < separators.size();
  const bool understood = are_understood(others) && separated;
  if (!one && others.size() == 1) others[0].text = part;
  if (one) {
    const auto flaw = !can_be(one->address) ? EntryFlaw::out_of_range
                      : understood          ? EntryFlaw::none
                                            : EntryFlaw::garbage_tail;
    const auto text = understood ? part.substr(0, part.size() - one->rest.size()) : part;
    devices.push_back({std::string(text), flaw, true, one->number, one->address});
  } else if (!understood) {
    devices.push_back(not_read(part, EntryFlaw::not_understood, std::nullopt));
  }
  if (understood) devices.insert(devices.end(), others.begin(), others.end());
}

}  // namespace

bool VmEntry::names(const PciAddress& address) const {
  return std::ranges::any_of(
      devices, [&](const auto& device) { return device.read && device.address == address; });
}

std::vector<PciAddress> VmEntry::plugged() const {
  std::vector<const VmDevice*> read;
  for (auto device = devices.rbegin(); device != devices.rend(); ++device)
    if (device->read) read.push_back(&*device);
  std::ranges::stable_sort(read, {}, &VmDevice::number);
  std::vector<PciAddress> addresses;
  std::set<PciAddress> seen;
  for (const auto* device : read)
    if (seen.insert(*device->address).second) addresses.push_back(*device->address);
  return addresses;
}

VmEntry parse_vm_entry(std::string_view text) {
  VmEntry entry;
  for (const auto part : split(text, ",")) add_part(part, entry.devices);
  return entry;
}

std::string write_vm_entry(std::span<const PciAddress> addresses) {
  std::string text;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    text += (i == 0 ? "" : ",") + std::to_string(i) + "/" + addresses[i].text();
  return text;
}

}  // namespace pci_passthrough
