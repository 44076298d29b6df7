#include "plugin/host/well_formed.hpp"

#include <algorithm>
#include <iterator>

#include "plugin/host/xml_text.hpp"
#include "plugin/pci/utf8.hpp"

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
    {"<!DOCTYPE", "a document type is declared, which XML-RPC has none of"},
    {"]]>", "\"]]>\" stands in text, where it is written \"]]&gt;\""},
};

std::optional<Flaw> flaw_in_characters(std::string_view document) {
  for (std::size_t at = 0; at < document.size();) {
    const auto c = first_character(document.substr(at));
    if (!c.valid) return Flaw{"a byte is not UTF-8", at};
    if (!is_xml_character(c.value)) return Flaw{"a character is one that XML forbids", at};
    at += c.size;
  }
  return std::nullopt;
}

/// Moves `at` behind the piece of markup or text that begins there.
std::optional<Flaw> pass_piece(std::string_view document, std::size_t& at) {
  const std::string_view rest = document.substr(at);
  for (const auto& [text, why] : refused)
    if (rest.starts_with(text)) return Flaw{std::string(why), at};
  for (const auto& [begin, end] : sections) {
    if (!rest.starts_with(begin)) continue;
    const auto found = rest.find(end, begin.size());
    if (found == rest.npos) return Flaw{"\"" + std::string(begin) + "\" is never closed", at};
    at += found + end.size();
    return std::nullopt;
  }
  if (rest[0] == '&') {
    const auto end = rest.find(';');
    if (end == rest.npos || !meaning_of(rest.substr(1, end - 1)))
      return Flaw{"\"&\" begins no reference that XML knows; alone it is written \"&amp;\"", at};
  }
  ++at;
  return std::nullopt;
}

}  // namespace

std::optional<Flaw> flaw_in(std::string_view document) {
  auto flaw = flaw_in_characters(document);
  std::size_t at = document.starts_with("<?xml ") ? document.find("?>") + 2 : 0;
  while (!flaw && at < document.size()) flaw = pass_piece(document, at);
  return flaw;
}

}  // namespace pci_passthrough
