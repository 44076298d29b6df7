#include "plugin/host/json_numbers.hpp"

#include <algorithm>

#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

bool is_of_number(char c) { return is_digit(c) || c == '.'; }

constexpr std::size_t longest_word = 8;  ///< "Infinity"

}  // namespace

void JsonNumbers::end_word() {
  const bool number = word_ == "NaN" || word_ == "nan" || word_ == "Infinity" || word_ == "inf";
  text_ += number ? "0" : word_;
  word_.clear();
}

/// Most of a reply is strings: what stands in one goes through as it is.
std::size_t JsonNumbers::take_string_part(std::string_view text) {
  const auto end = std::min(text.find('"'), text.size());
  const auto size = std::min(text.substr(0, end).find('\\'), end);
  text_ += text.substr(0, size);
  return size;
}

std::string_view JsonNumbers::cleaned(std::string_view piece) {
  text_.clear();
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (in_string_ && !escaped_ && (i += take_string_part(piece.substr(i))) == piece.size()) break;
    const char c = piece[i];
    const bool begins = word_.empty() ? !is_of_number(last_) : word_.size() < longest_word;
    const bool of_word = !in_string_ && is_letter(c) && begins;
    if (!word_.empty() && !of_word) end_word();
    if (of_word)
      word_ += c;
    else
      text_ += c;
    if (c == '"' && !escaped_) in_string_ = !in_string_;
    escaped_ = in_string_ && c == '\\' && !escaped_;
    last_ = c;
  }
  return text_;
}

}  // namespace pci_passthrough
