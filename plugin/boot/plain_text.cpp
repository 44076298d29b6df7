#include "plugin/boot/plain_text.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

struct Likeness {
  std::string_view raw, plain;
};

/// What pages and word processors put in the place of an ASCII character (UTF-8), and what GRUB
/// reads over. The longer ones first.
constexpr Likeness likenesses[] = {{"\\\r\n", " "},
                                   {"\\\n", " "},
                                   {"\xe2\x80\x90", "-"},
                                   {"\xe2\x80\x91", "-"},
                                   {"\xe2\x80\x92", "-"},
                                   {"\xe2\x80\x93", "-"},
                                   {"\xe2\x80\x94", "-"},
                                   {"\xe2\x80\x95", "-"},
                                   {"\xe2\x88\x92", "-"},
                                   {"\xe2\x80\x98", "'"},
                                   {"\xe2\x80\x99", "'"},
                                   {"\xe2\x80\x9a", "'"},
                                   {"\xe2\x80\x9b", "'"},
                                   {"\xe2\x80\x9c", "\""},
                                   {"\xe2\x80\x9d", "\""},
                                   {"\xe2\x80\x9e", "\""},
                                   {"\xe2\x80\x9f", "\""},
                                   {"\xe2\x80\xb2", "'"},
                                   {"\xe2\x80\xb3", "\""},
                                   {"\xe2\x80\xaf", " "},
                                   {"\xe2\x80\x87", " "},
                                   {"\xe2\x80\x8b", ""},
                                   {"\xe2\x80\x8c", ""},
                                   {"\xe2\x80\x8d", ""},
                                   {"\xe2\x81\xa0", ""},
                                   {"\xef\xbb\xbf", ""},
                                   {"\xef\xbc\x88", "("},
                                   {"\xef\xbc\x89", ")"},
                                   {"\xef\xbc\x9a", ":"},
                                   {"\xef\xbc\x9d", "="},
                                   {"\xc2\xa0", " "},
                                   {"\xc2\xad", ""},
                                   {"\xc2\xab", "\""},
                                   {"\xc2\xbb", "\""},
                                   {"\xc2\xb4", "'"},
                                   {"\xa0", " "},
                                   {"\t", " "},
                                   {"\v", " "},
                                   {"\f", " "},
                                   {"\r", " "},
                                   {"\n", " "}};

/// The likenesses that begin with each byte, as a range of `likenesses` to look through.
const std::array<bool, 256>& starts() {
  static const auto table = [] {
    std::array<bool, 256> result{};
    for (const auto& one : likenesses) result[static_cast<unsigned char>(one.raw.front())] = true;
    return result;
  }();
  return table;
}

}  // namespace

PlainText read_as_person(std::string_view raw, std::size_t offset) {
  PlainText plain;
  plain.text.reserve(raw.size());
  plain.begins.reserve(raw.size());
  plain.ends.reserve(raw.size());
  const auto put = [&](std::string_view text, std::size_t begin, std::size_t size) {
    plain.text += text;
    plain.begins.insert(plain.begins.end(), text.size(),
                        static_cast<std::uint32_t>(offset + begin));
    plain.ends.insert(plain.ends.end(), text.size(),
                      static_cast<std::uint32_t>(offset + begin + size));
  };
  for (std::size_t at = 0; at < raw.size();) {
    const auto rest = raw.substr(at);
    const auto* like = std::end(likenesses);
    if (starts()[static_cast<unsigned char>(rest.front())])
      like = std::ranges::find_if(likenesses,
                                  [&](const Likeness& one) { return rest.starts_with(one.raw); });
    if (like == std::end(likenesses))
      put(rest.substr(0, 1), at, 1);
    else
      put(like->plain, at, like->raw.size());
    at += like == std::end(likenesses) ? 1 : like->raw.size();
  }
  return plain;
}

std::size_t size_of_joined_line(std::string_view text, bool joins) {
  for (std::size_t from = 0;;) {
    const auto end = text.find('\n', from);
    if (end == std::string_view::npos) return text.size();
    const auto line = text.substr(0, end);
    const bool continues = line.ends_with('\\') || line.ends_with("\\\r");
    if (!joins || !continues || text.starts_with('#')) return end;
    from = end + 1;
  }
}

}  // namespace pci_passthrough
