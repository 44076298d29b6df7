#include "plugin/boot/grub_lexer.hpp"

namespace pci_passthrough {

std::vector<TextRange> words_of_grub(std::string_view text) {
  std::vector<TextRange> words;
  for (const auto& token : split_grub_tokens(text).tokens)
    if (token.kind == GrubToken::Kind::word) words.push_back({token.begin, token.end});
  return words;
}

}  // namespace pci_passthrough
