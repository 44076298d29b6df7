#include "wrapper/well_formed.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

#include "plugin/model/failure.hpp"
#include "plugin/model/utf8.hpp"

namespace pci_passthrough {
namespace {

/// Markup inside which "&" and "<" mean themselves.
struct Section {
  std::string_view begin, end;
};
constexpr Section sections[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}};

struct Refused {
  std::string_view text, why;
};
constexpr Refused refused[] = {
    {"<?", "a processing instruction stands elsewhere than at the very start"},
    {"<!DOCTYPE", "a document type is declared, which a call has none of"},
    {"]]>", "\"]]>\" stands in text, where it is written \"]]&gt;\""},
};

constexpr std::string_view entities[] = {"amp", "lt", "gt", "quot", "apos"};

bool names_character(std::string_view reference) {
  if (!reference.starts_with('#')) {
    return std::find(std::begin(entities), std::end(entities), reference) != std::end(entities);
  }
  const int base = reference.starts_with("#x") ? 16 : 10;
  const std::string_view digits = reference.substr(base == 16 ? 2 : 1);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc{} && end == digits.data() + digits.size() && is_xml_character(value);
}

void require_characters(std::string_view document) {
  for (std::size_t at = 0; at < document.size();) {
    const auto c = first_character(document.substr(at));
    if (!c.valid) refuse_call("a byte is not UTF-8", at);
    if (!is_xml_character(c.value)) refuse_call("a character is one that XML forbids", at);
    at += c.size;
  }
}

/// The position after the piece of markup or text that begins at `at`.
std::size_t after_piece(std::string_view document, std::size_t at) {
  const std::string_view rest = document.substr(at);
  for (const auto& [text, why] : refused) {
    if (rest.starts_with(text)) refuse_call(std::string(why), at);
  }
  for (const auto& [begin, end] : sections) {
    if (!rest.starts_with(begin)) continue;
    const auto found = rest.find(end, begin.size());
    if (found == rest.npos) refuse_call("\"" + std::string(begin) + "\" is never closed", at);
    return at + found + end.size();
  }
  if (rest[0] == '&') {
    const auto end = rest.find(';');
    if (end == rest.npos || !names_character(rest.substr(1, end - 1))) {
      refuse_call("\"&\" begins no reference that XML knows; alone it is written \"&amp;\"", at);
    }
  }
  return at + 1;
}

}  // namespace

void refuse_call(const std::string& why, std::size_t position) {
  throw Failure(code::invalid_argument, "the argument is no XML-RPC methodCall: at byte " +
                                            std::to_string(position) + ": " + why);
}

void require_well_formed(std::string_view document) {
  require_characters(document);
  const std::size_t declaration = document.starts_with("<?xml ") ? document.find("?>") + 2 : 0;
  for (std::size_t at = declaration; at < document.size();) at = after_piece(document, at);
}

}  // namespace pci_passthrough
