#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

std::string_view escaped(const char& c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\r':
      return "&#13;";
    default:
      return {&c, 1};
  }
}

std::string xml_value(const boost::json::value& value) {
  const auto* map = value.if_object();
  if (const auto* number = value.if_int64()) return fmt::format("<value>{}</value>", *number);
  if (!map) return "<value>" + xml_text(value.as_string()) + "</value>";
  std::string members;
  for (const auto& [key, text] : *map)
    members += "<member><name>" + xml_text(key) + "</name>" + xml_value(text) + "</member>";
  return "<value><struct>" + members + "</struct></value>";
}

}  // namespace

std::string xml_text(std::string_view bytes) {
  std::string xml;
  for (const char& c : valid_text(bytes)) xml += escaped(c);
  return xml;
}

std::string write_method_call(std::string_view method, const boost::json::array& parameters) {
  std::string xml = "<?xml version=\"1.0\"?><methodCall><methodName>" + xml_text(method) +
                    "</methodName><params>";
  for (const auto& parameter : parameters) xml += "<param>" + xml_value(parameter) + "</param>";
  return xml + "</params></methodCall>";
}

}  // namespace pci_passthrough
