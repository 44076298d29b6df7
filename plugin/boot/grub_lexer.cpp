#include "plugin/boot/grub_lexer.hpp"

#include <algorithm>

#include "plugin/boot/grub_bytes.hpp"
#include "plugin/boot/line_counter.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

using Kind = GrubToken::Kind;

bool is_in_name(char c) { return is_letter(c) || c == '_'; }
bool is_one_of(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

struct Lexer {
  std::string_view text;
  std::vector<std::uint32_t> bytes;  ///< where each stands
  LineCounter lines{text};
  std::size_t next = 0;
  GrubTokens result{};
  GrubToken word{};
  char quote = '\0';  ///< that is open

  char peek(std::size_t ahead = 0) const {
    const auto at = bytes[std::min(next + ahead, bytes.size() - 1)];
    return at < text.size() ? text[at] : '\0';
  }
  bool ended() const { return next + 1 >= bytes.size(); }
  char take() { return text[bytes[next++]]; }
  bool keep_behind(std::size_t escapes) {
    word.places.push_back({bytes[next - escapes], bytes[next] + 1, quote});
    word.value += take();
    return true;
  }
  bool keep() { return keep_behind(0); }

  bool fail(std::size_t start, std::string sentence) {
    result.error = BootError{lines.line_at(bytes[start]), std::move(sentence)};
    return false;
  }

  bool name() {
    const auto start = next;
    if (is_in_name(peek()))
      while (is_in_name(peek()) || is_digit(peek())) keep();
    else if (is_digit(peek()))
      while (is_digit(peek())) keep();
    else if (is_one_of("?#*@", peek()))
      keep();
    return next > start;
  }

  bool braced_name() {
    keep();
    if (!name() || peek() != '}') return false;
    keep();
    return true;
  }

  bool variable() {
    const auto start = next;
    word.variable = true;
    keep();
    return (peek() == '{' ? braced_name() : name()) ||
           fail(start, "'$' stands without a variable's name; right is '$' in single quotes");
  }

  bool quoted(bool (Lexer::*piece)(), const char* never_closed) {
    const auto start = next;
    for (quote = take(); peek() != quote;) {
      if (ended()) return fail(start, never_closed);
      if (!(this->*piece)()) return false;
    }
    take();
    quote = '\0';
    return true;
  }

  bool escape_in_quotes() {
    if (peek(1) == '\n') return take(), take(), true;
    const bool escapes = is_one_of("$\\\"", peek(1));
    if (escapes) take();
    return keep_behind(escapes);
  }

  bool piece_in_quotes() {
    if (peek() == '\\') return escape_in_quotes();
    if (peek() == '$') return variable();
    return keep();
  }

  bool single_quoted() {
    return quoted(&Lexer::keep, "the single quote that opens here is never closed");
  }
  bool double_quoted() {
    return quoted(&Lexer::piece_in_quotes, "the double quote that opens here is never closed");
  }
  bool translated() { return take(), double_quoted(); }
  bool escape() {
    take();
    return ended() ? fail(next, "the file ends behind a backslash") : keep_behind(1);
  }

  bool piece() {
    const char c = peek();
    word.quoted |= is_one_of("'\"\\", c);
    if (c == '\'') return single_quoted();
    if (c == '"') return double_quoted();
    if (c == '\\') return escape();
    if (c == '$') return peek(1) == '"' ? translated() : variable();
    return keep();
  }

  bool line_continuation() {
    word.quoted = true;
    next += 2;
    return !ended() || fail(next, "the file ends behind a backslash");
  }

  bool word_piece() {
    if (word.end == word.begin) word.begin = bytes[next];
    if (!piece()) return false;
    word.end = bytes[next - 1] + 1;
    return true;
  }

  bool read_word() {
    word = token(Kind::word);
    word.end = word.begin;
    while (!ended() && !is_one_of(" \t\n{}|&;<>", peek()))
      if (!(peek() == '\\' && peek(1) == '\n' ? line_continuation() : word_piece())) return false;
    if (!word.quoted && (word.value == "[[" || word.value == "]]"))
      return fail(next,
                  "'" + word.value + "' is no word of GRUB's; right is single quotes around it");
    if (!word.quoted && word.value.size() == word.end - word.begin) word.places = {};
    result.tokens.push_back(std::move(word));
    return true;
  }

  GrubToken token(Kind kind) {
    const auto at = bytes[next];
    return {kind, {}, {}, at, at + 1, lines.line_at(at)};
  }

  bool read_symbol(Kind kind) {
    const auto& all = result.tokens;
    const bool is_empty_line =
        kind == Kind::newline && !all.empty() && all.back().kind == Kind::newline;
    if (!is_empty_line) result.tokens.push_back(token(kind));
    return take(), true;
  }

  bool skip_comment() {
    while (!ended() && peek() != '\n') take();
    return true;
  }

  bool reserved() {
    return fail(next, std::string("'") + peek() +
                          "' stands outside quotes, where GRUB takes no such thing; right is "
                          "single quotes around it");
  }

  bool read_token() {
    switch (peek()) {
      case ' ':
      case '\t':
        return take(), true;
      case '#':
        return skip_comment();
      case '\n':
        return read_symbol(Kind::newline);
      case '{':
        return read_symbol(Kind::open);
      case '}':
        return read_symbol(Kind::close);
      case ';':
        return peek(1) == ';' ? reserved() : read_symbol(Kind::semicolon);
      default:
        return is_one_of("|&<>", peek()) ? reserved() : read_word();
    }
  }
};

}  // namespace

GrubTokens split_grub_tokens(std::string_view text) {
  Lexer lexer{text, read_as_grub(text)};
  auto& [tokens, error] = lexer.result;
  for (std::size_t i = 0; i + 1 < lexer.bytes.size() && !error; ++i)
    if (lexer.peek(i) == '\0') lexer.fail(i, "a NUL byte stands here; a configuration is text");
  while (!error && !lexer.ended()) lexer.read_token();
  lexer.next = lexer.bytes.size() - 1;
  tokens.push_back(lexer.token(Kind::end));
  return std::move(lexer.result);
}

}  // namespace pci_passthrough
