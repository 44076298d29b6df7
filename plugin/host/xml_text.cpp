#include "plugin/host/xml_text.hpp"

#include <charconv>
#include <cstdint>

#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

struct Entity {
  std::string_view name;
  char32_t meaning;
};
constexpr Entity entities[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};

void append(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c >= 0x10000) put(0xf0 | c >> 18);
  if (c >= 0x800) put((c >= 0x10000 ? 0x80 : 0xe0) | (c >> 12 & (c >= 0x10000 ? 0x3f : 0x0f)));
  put((c >= 0x800 ? 0x80 : 0xc0) | (c >> 6 & (c >= 0x800 ? 0x3f : 0x1f)));
  put(0x80 | (c & 0x3f));
}

}  // namespace

std::optional<char32_t> meaning_of(std::string_view reference) {
  for (const auto& entity : entities)
    if (entity.name == reference) return entity.meaning;
  if (!reference.starts_with('#')) return std::nullopt;
  const bool is_hex = reference.starts_with("#x");
  const auto digits = reference.substr(is_hex ? 2 : 1);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole && is_xml_character(value) ? std::optional<char32_t>(value) : std::nullopt;
}

std::string text_of_xml(std::string_view xml) {
  constexpr std::size_t longest = 10;
  std::string text;
  while (!xml.empty()) {
    const auto at = xml.find('&');
    text += xml.substr(0, at);
    if (at == xml.npos) break;
    xml.remove_prefix(at + 1);
    const auto end = xml.substr(0, longest).find(';');
    const auto meaning = end == xml.npos ? std::nullopt : meaning_of(xml.substr(0, end));
    append(text, meaning.value_or('&'));
    if (meaning) xml.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace pci_passthrough
