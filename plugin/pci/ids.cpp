#include "plugin/pci/ids.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace pci_passthrough {
namespace {

/// Takes `digits` hex digits and the white space behind them off the line.
std::optional<std::uint16_t> take_id(std::string_view& line, std::size_t digits) {
  std::uint16_t id = 0;
  if (line.size() < digits) return std::nullopt;
  const auto [end, error] = std::from_chars(line.data(), line.data() + digits, id, 16);
  if (error != std::errc{} || end != line.data() + digits) return std::nullopt;
  line.remove_prefix(digits);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return id;
}

template <typename Map, typename Key>
void fill(Map& names, const Key& key, std::string_view name) {
  const auto asked = names.find(key);
  if (asked != names.end() && asked->second.empty()) asked->second = name;
}

}  // namespace

void PciIdsReader::take(std::string_view piece) {
  for (auto end = piece.find('\n'); end != piece.npos; end = piece.find('\n')) {
    if (open_.empty()) {
      line(piece.substr(0, end));
    } else {
      line(open_ += piece.substr(0, end));
      open_.clear();
    }
    piece.remove_prefix(end + 1);
  }
  open_ += piece;
}

void PciIdsReader::end() { line(open_); }

void PciIdsReader::line(std::string_view text) {
  if (text.empty() || text[0] == '#') return;
  if (text[0] != '\t') return top(text);
  if (within_ == Within::nothing) return;
  if (text.starts_with("\t\t"))
    subsystem(text.substr(2));
  else
    device_or_subclass(text.substr(1));
}

void PciIdsReader::top(std::string_view text) {
  within_ = Within::nothing;
  if (text.starts_with("C ")) {
    text.remove_prefix(2);
    const auto base = take_id(text, 2);
    if (!base) return;
    within_ = Within::base_class;
    top_ = *base;
    fill(names_.base_classes, static_cast<std::uint8_t>(*base), text);
  } else if (const auto id = take_id(text, 4); id && names_.vendors.contains(*id)) {
    within_ = Within::vendor;
    top_ = *id;
    fill(names_.vendors, *id, text);
  }
}

void PciIdsReader::device_or_subclass(std::string_view text) {
  if (within_ == Within::base_class) {
    if (const auto sub = take_id(text, 2))
      fill(names_.classes, static_cast<std::uint16_t>(top_ << 8 | *sub), text);
    return;
  }
  within_ = Within::vendor;
  const auto id = take_id(text, 4);
  if (!id || !names_.devices.contains({top_, *id})) return;
  within_ = Within::device;
  device_ = *id;
  fill(names_.devices, std::tuple{top_, device_}, text);
}

void PciIdsReader::subsystem(std::string_view text) {
  if (within_ != Within::device) return;
  const auto vendor = take_id(text, 4);
  const auto device = vendor ? take_id(text, 4) : std::nullopt;
  if (device) fill(names_.subsystems, std::tuple{top_, device_, *vendor, *device}, text);
}

void PciNames::look_up(std::string_view pci_ids) {
  PciIdsReader reader(*this);
  reader.take(pci_ids);
  reader.end();
}

namespace {

/// A name, with what stands below it; "" where neither is known.
std::string line_of(std::string_view before, std::initializer_list<std::uint16_t> ids,
                    const std::string& name, const std::string& below = "", int digits = 4) {
  if (name.empty() && below.empty()) return "";
  std::string text(before);
  for (const auto id : ids) text += fmt::format("{:0{}x} ", id, digits);
  return text + " " + name + "\n" + below;
}

}  // namespace

std::string PciNames::class_name(std::uint16_t code) const {
  const auto own = classes.find(code);
  if (own != classes.end() && !own->second.empty()) return own->second;
  const auto base = base_classes.find(static_cast<std::uint8_t>(code >> 8));
  return base == base_classes.end() ? "" : base->second;
}

std::string PciNames::excerpt() const {
  std::string text;
  for (const auto& [vendor, name] : vendors) {
    std::string of_vendor;
    for (const auto& [ids, device_name] : devices) {
      const auto& [its_vendor, device] = ids;
      if (its_vendor != vendor) continue;
      std::string of_device;
      for (const auto& [all, subsystem_name] : subsystems) {
        const auto& [v, d, subvendor, subdevice] = all;
        if (v == vendor && d == device)
          of_device += line_of("\t\t", {subvendor, subdevice}, subsystem_name);
      }
      of_vendor += line_of("\t", {device}, device_name, of_device);
    }
    text += line_of("", {vendor}, name, of_vendor);
  }
  for (const auto& [base, base_name] : base_classes) {
    std::string of_base;
    for (const auto& [code, name] : classes)
      if (code >> 8 == base)
        of_base += line_of("\t", {static_cast<std::uint16_t>(code & 0xff)}, name, "", 2);
    text += line_of("C ", {base}, base_name, of_base, 2);
  }
  return text;
}

}  // namespace pci_passthrough
