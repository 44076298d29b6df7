#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// Where one byte of a word's value stands in the file: its escape included, in these quotes.
struct GrubPlace {
  std::uint32_t begin = 0, end = 0;
  char quote = '\0';  ///< '\'', '"', or '\0' outside quotes
};

/// One token of GRUB's shell (grub-core/script/yylex.l).
struct GrubToken {
  enum class Kind { word, newline, semicolon, open, close, end };

  Kind kind = Kind::end;
  std::string value{};              ///< a word's, unquoted; a variable stays as it is written
  std::vector<GrubPlace> places{};  ///< one for each byte of `value`; none: as it is written
  std::uint32_t begin = 0;  ///< in the text, quotes included, line continuations around it not
  std::uint32_t end = 0;
  std::uint32_t line = 0;  ///< from 1
  bool quoted = false;     ///< quotes, backslashes, continuations: then it is no keyword
  bool is_nothing() const { return begin == end; }  ///< line continuations alone: no word
  bool variable = false;                            ///< GRUB puts a variable's value in

  GrubPlace place(std::size_t at) const {
    const auto plain = begin + static_cast<std::uint32_t>(at);
    return places.empty() ? GrubPlace{plain, plain + 1} : places[at];
  }
};

/// The last token is `end`, with or without an error.
struct GrubTokens {
  std::vector<GrubToken> tokens;
  std::optional<BootError> error;
};

/// As GRUB reads a file: carriage returns, and lines that begin with '#', are not there at all.
GrubTokens split_grub_tokens(std::string_view text);
/// Where its words stand.
std::vector<TextRange> words_of_grub(std::string_view text);

}  // namespace pci_passthrough
