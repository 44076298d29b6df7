#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/pci/address.hpp"

/// Members of somebody else's JSON: nothing where one is absent or of another type.
namespace pci_passthrough::members {

inline const boost::json::string* text(const boost::json::object& all, std::string_view name) {
  const auto* value = all.if_contains(name);
  return value ? value->if_string() : nullptr;
}

/// "" too where there is none.
inline std::string word(const boost::json::object& all, std::string_view name) {
  const auto* found = text(all, name);
  return found ? std::string(*found) : "";
}

inline const boost::json::array* list(const boost::json::object& all, std::string_view name) {
  const auto* value = all.if_contains(name);
  return value ? value->if_array() : nullptr;
}

inline std::optional<bool> flag(const boost::json::object& all, std::string_view name) {
  const auto* value = all.if_contains(name);
  const auto* found = value ? value->if_bool() : nullptr;
  return found ? std::optional(*found) : std::nullopt;
}

template <typename Number>
std::optional<Number> number(const boost::json::object& all, std::string_view name) {
  const auto* value = all.if_contains(name);
  boost::json::error_code error;
  const auto found = value ? value->to_number<Number>(error) : Number{};
  return value && !error ? std::optional(found) : std::nullopt;
}

/// "0c03", no 0x.
template <typename Number>
std::optional<Number> hex(const boost::json::object& all, std::string_view name) {
  const auto digits = word(all, name);
  Number read{};
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, read, 16);
  return error == std::errc{} && stop == end ? std::optional(read) : std::nullopt;
}

inline std::optional<PciAddress> address(const boost::json::object& all, std::string_view name) {
  return PciAddress::parse(word(all, name));
}

/// Each element as `read` reads it; nothing where one of them is none.
template <typename Element, typename Read>
std::optional<std::vector<Element>> each(const boost::json::object& all, std::string_view name,
                                         Read read) {
  const auto* found = list(all, name);
  if (!found) return {};
  std::vector<Element> elements;
  for (const auto& value : *found) {
    std::optional<Element> one = read(value);
    if (!one) return {};
    elements.push_back(std::move(*one));
  }
  return elements;
}

inline std::optional<std::vector<std::string>> texts(const boost::json::object& all,
                                                     std::string_view name) {
  return each<std::string>(all, name, [](const boost::json::value& value) {
    return value.is_string() ? std::optional(std::string(value.get_string())) : std::nullopt;
  });
}

inline std::optional<std::vector<PciAddress>> addresses(const boost::json::object& all,
                                                        std::string_view name) {
  return each<PciAddress>(all, name, [](const boost::json::value& value) {
    return value.is_string() ? PciAddress::parse(value.get_string()) : std::nullopt;
  });
}

}  // namespace pci_passthrough::members
