#include "plugin/host/xml_rpc.hpp"

#include <algorithm>
#include <initializer_list>
#include <pugixml.hpp>
#include <vector>

#include "plugin/host/well_formed.hpp"
#include "plugin/host/xml_text.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

using Nodes = std::vector<pugi::xml_node>;

constexpr unsigned kept = pugi::parse_cdata | pugi::parse_ws_pcdata | pugi::parse_escapes |
                          pugi::parse_eol | pugi::parse_fragment;

[[noreturn]] void refuse_call(const std::string& why, std::size_t position) {
  throw misuse("the argument is no XML-RPC methodCall: at byte " + std::to_string(position) + ": " +
               why);
}

[[noreturn]] void refuse_node(const std::string& why, const pugi::xml_node& node) {
  refuse_call(why, static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)));
}

std::string tag(const pugi::xml_node& node) { return "<" + std::string(node.name()) + ">"; }

bool is_element(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

/// Blank text between elements means nothing; any other text is refused.
Nodes elements(const pugi::xml_node& parent) {
  Nodes found;
  for (const auto& child : parent.children()) {
    if (is_element(child)) {
      found.push_back(child);
    } else if (std::string_view(child.value()).find_first_not_of(xml_blanks) !=
               std::string_view::npos) {
      refuse_node("text stands where only elements may", child);
    }
  }
  return found;
}

/// The element children, which must be these and no others.
Nodes expect(const pugi::xml_node& parent, std::initializer_list<std::string_view> names) {
  Nodes found = elements(parent);
  const auto has_name = [](const pugi::xml_node& node, std::string_view name) {
    return node.name() == name;
  };
  if (std::equal(found.begin(), found.end(), names.begin(), names.end(), has_name)) return found;
  std::vector<std::string> tags;
  for (const auto& node : found) tags.push_back(tag(node));
  refuse_node((parent.name()[0] ? tag(parent) : "the document") + " holds " +
                  (tags.empty() ? "nothing" : joined(tags)) + " where <" + joined(names, ">, <") +
                  "> should be",
              parent);
}

std::string content(const pugi::xml_node& node) {
  std::string text;
  for (const auto& child : node.children()) {
    if (is_element(child)) refuse_node(tag(child) + " stands where only text may", child);
    text += child.value();
  }
  return text;
}

std::string string_of(const pugi::xml_node& value, const std::string& what) {
  if (std::none_of(value.begin(), value.end(), is_element)) return content(value);
  const auto type = elements(value)[0];
  if (type.name() == std::string_view("string")) return content(expect(value, {"string"})[0]);
  refuse_node("the value of " + what + " is " + tag(type) + " where only a <string> may be", type);
}

void put(Request& request, std::string key, std::string value) {
  auto& all = request.arguments;
  const auto same = [&](const auto& argument) { return argument.first == key; };
  const auto found = std::find_if(all.begin(), all.end(), same);
  if (found != all.end()) {
    found->second = std::move(value);
  } else {
    all.emplace_back(std::move(key), std::move(value));
  }
}

void read_arguments(const pugi::xml_node& param, Request& request) {
  const auto value = expect(param, {"value"})[0];
  const auto members = expect(value, {"struct"})[0];
  for (const auto& member : elements(members)) {
    if (member.name() != std::string_view("member")) {
      refuse_node(tag(member) + " stands where only <member> may", member);
    }
    const auto pair = expect(member, {"name", "value"});
    std::string key = content(pair[0]);
    std::string text = string_of(pair[1], "\"" + printable(key) + "\"");
    put(request, std::move(key), std::move(text));
  }
}

Request read_call(const pugi::xml_node& document) {
  const auto parts = expect(expect(document, {"methodCall"})[0], {"methodName", "params"});
  Request request;
  request.function = content(parts[0]);
  const bool has_arguments = elements(parts[1]).size() > 1;
  const auto params =
      has_arguments ? expect(parts[1], {"param", "param"}) : expect(parts[1], {"param"});
  request.caller.session = string_of(expect(params[0], {"value"})[0], "the session");
  if (has_arguments) read_arguments(params[1], request);
  return request;
}

/// What the XML declaration names, in small letters; "" where it names none.
std::string declared_encoding(std::string_view document) {
  if (!document.starts_with("<?xml ")) return "";
  const auto head = document.substr(0, document.find("?>") + 2);
  pugi::xml_document parsed;
  const auto result =
      parsed.load_buffer(head.data(), head.size(), pugi::parse_declaration | pugi::parse_fragment);
  const auto declaration = parsed.first_child();
  if (!result || !declaration.attribute("version")) {
    refuse_call("the XML declaration is broken", 0);
  }
  std::string name = declaration.attribute("encoding").value();
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name;
}

std::string latin1_as_utf8(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xc0 | byte >> 6);
    text += byte < 0x80 ? c : static_cast<char>(0x80 | (byte & 0x3f));
  }
  return text;
}

std::string as_utf8(std::string_view document) {
  if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);
  const std::string encoding = declared_encoding(document);
  if (encoding == "iso-8859-1") return latin1_as_utf8(document);
  if (encoding == "" || encoding == "utf-8" || encoding == "us-ascii") return std::string(document);
  refuse_call("the encoding " + printable(encoding) + " is declared where UTF-8 would be right", 0);
}

}  // namespace

Request read_method_call(std::string_view document) {
  const std::string text = as_utf8(document);
  if (const auto flaw = flaw_in(text)) refuse_call(flaw->why, flaw->position);
  pugi::xml_document parsed;
  const auto result = parsed.load_buffer(text.data(), text.size(), kept, pugi::encoding_utf8);
  if (!result) refuse_call(result.description(), static_cast<std::size_t>(result.offset));
  return read_call(parsed);
}

}  // namespace pci_passthrough
