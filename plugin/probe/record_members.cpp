#include <charconv>

#include "plugin/probe/records.hpp"

namespace pci_passthrough {
namespace json = boost::json;

std::string text_in(const json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

std::optional<std::string> told_text_in(const json::object& record, std::string_view name,
                                        std::optional<std::string> otherwise) {
  const auto* value = record.if_contains(name);
  if (!value) return otherwise;
  return value->is_string() ? std::optional(std::string(value->as_string())) : std::nullopt;
}

std::optional<bool> flag_in(const json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  if (const auto* flag = value ? value->if_bool() : nullptr) return *flag;
  const auto text = text_in(record, name);
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::uint64_t> number_in(const json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  if (!value) return std::nullopt;
  if (const auto* number = value->if_int64(); number && *number >= 0)
    return static_cast<std::uint64_t>(*number);
  if (const auto* number = value->if_uint64()) return *number;
  const auto text = text_in(record, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string ref_in(const json::object& record, std::string_view name) {
  const auto ref = text_in(record, name);
  return ref == "OpaqueRef:NULL" ? "" : ref;
}

std::vector<std::string> texts_in(const json::object& record, std::string_view name) {
  std::vector<std::string> texts;
  const auto* value = record.if_contains(name);
  const auto* array = value ? value->if_array() : nullptr;
  if (array)
    for (const auto& item : *array)
      if (item.is_string()) texts.emplace_back(item.as_string());
  return texts;
}

const json::object& map_in(const json::object& record, std::string_view name) {
  static const json::object empty;
  const auto* value = record.if_contains(name);
  const auto* object = value ? value->if_object() : nullptr;
  return object ? *object : empty;
}

std::vector<std::string> values_of(const json::object& map) {
  std::vector<std::string> values;
  for (const auto& [key, value] : map)
    if (value.is_string()) values.emplace_back(value.as_string());
  return values;
}

std::vector<std::string> keys_of(const json::object& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.emplace_back(key);
  return keys;
}

}  // namespace pci_passthrough
