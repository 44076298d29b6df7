#include "plugin/boot/grub_script.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

using Kind = GrubToken::Kind;
using Commands = std::vector<GrubCommand>;

constexpr std::string_view inner_keywords[] = {"then", "elif", "else", "fi",     "do",      "done",
                                               "in",   "case", "esac", "select", "function"};
constexpr int deepest = 64;

bool is_keyword(const GrubToken& token, std::string_view word) {
  return token.kind == Kind::word && !token.quoted && token.value == word;
}

bool is_name(const GrubToken& token) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return token.kind == Kind::word && !token.quoted &&
         token.value.find_first_not_of(allowed) == std::string::npos &&
         token.value.find_first_of("0123456789") != 0;
}

std::string shown(const GrubToken& token) {
  constexpr std::string_view symbols[] = {"",    "the end of the line", "';'", "'{'",
                                          "'}'", "the end of the file"};
  if (token.kind == Kind::word) return "'" + token.value + "'";
  return std::string(symbols[static_cast<std::size_t>(token.kind)]);
}

void drop_nothings(std::vector<GrubToken>& words) {
  const auto first = words.front();
  std::erase_if(words, &GrubToken::is_nothing);
  if (words.empty()) words.push_back(first);
}

struct Parser {
  std::vector<GrubToken> tokens;
  std::optional<BootError> error;
  std::size_t at = 0;
  int depth = 0;

  const GrubToken& next() const { return tokens[at]; }
  /// Moved: what is taken is read again only where it has no value.
  GrubToken take() { return std::move(tokens[at + 1 < tokens.size() ? at++ : at]); }

  bool fail(std::size_t line, std::string sentence) {
    if (!error) error = BootError{line, std::move(sentence)};
    return false;
  }
  bool unexpected(std::string_view wanted) {
    return fail(next().line, shown(next()) + " stands where " + std::string(wanted) + " should");
  }
  bool missing(const GrubToken& opener, std::string_view closer) {
    if (next().kind != Kind::end) return unexpected(closer);
    return fail(opener.line,
                shown(opener) + " stands here, and its " + std::string(closer) + " is missing");
  }

  bool newlines() {
    while (next().kind == Kind::newline) take();
    return true;
  }
  bool delimiter() {
    if (next().kind != Kind::newline && next().kind != Kind::semicolon) return false;
    take();
    return newlines();
  }
  bool keyword(std::string_view word, const GrubToken& opener) {
    return is_keyword(next(), word) ? (take(), true) : missing(opener, word);
  }

  bool starts_command() const {
    const auto is_next = [&](std::string_view word) { return is_keyword(next(), word); };
    return next().kind == Kind::word && std::ranges::none_of(inner_keywords, is_next);
  }

  bool simple(GrubCommand& result) {
    while (next().kind == Kind::word) result.words.push_back(take());
    drop_nothings(result.words);
    if (next().kind != Kind::open) return true;
    const bool closed = block(result.body);
    result.end = tokens[at - 1].end;
    return closed;
  }

  bool block(Commands& body) {
    const auto opener = take();
    if (!commands(body)) return false;
    delimiter();
    return next().kind == Kind::close ? (take(), true) : missing(opener, "'}'");
  }

  /// One command or more; a delimiter behind the last one is left to the caller.
  bool commands(Commands& list) {
    for (newlines();;) {
      if (!starts_command()) return unexpected("a command");
      if (!command(list)) return false;
      const auto end = at;
      if (delimiter() && starts_command()) continue;
      at = end;
      return true;
    }
  }
  bool delimited_commands(Commands& list) {
    return commands(list) && (delimiter() || unexpected("the end of the line or ';'"));
  }

  bool if_command(Commands& body, const GrubToken& opener) {
    do {
      if (!delimited_commands(body) || !keyword("then", opener) || !delimited_commands(body))
        return false;
    } while (is_keyword(next(), "elif") && (take(), true));
    if (is_keyword(next(), "else") && (take(), !delimited_commands(body))) return false;
    return keyword("fi", opener);
  }

  bool loop_body(Commands& body, const GrubToken& opener) {
    return keyword("do", opener) && delimited_commands(body) && keyword("done", opener);
  }
  bool while_command(Commands& body, const GrubToken& opener) {
    return delimited_commands(body) && loop_body(body, opener);
  }

  bool name() {
    return is_name(next()) && starts_command() ? (take(), true) : unexpected("a name");
  }
  bool for_command(Commands& body, const GrubToken& opener) {
    if (!name() || !keyword("in", opener)) return false;
    while (next().kind == Kind::word) take();
    return (delimiter() || unexpected("the end of the line or ';'")) && loop_body(body, opener);
  }
  bool function(Commands& body, const GrubToken& opener) {
    if (!name() || !newlines()) return false;
    if (next().kind != Kind::open) return missing(opener, "'{'");
    take();
    return delimited_commands(body) &&
           (next().kind == Kind::close ? (take(), true) : missing(opener, "'}'"));
  }

  bool compound(GrubCommand& result, bool (Parser::*rest)(Commands&, const GrubToken&)) {
    result.compound = true;
    result.words = {take()};
    return (this->*rest)(result.body, result.words.front());
  }

  bool command(Commands& list);
  bool script(Commands& list);
};

constexpr struct {
  std::string_view keyword;
  bool (Parser::*rest)(Commands&, const GrubToken&);
} compounds[] = {{"if", &Parser::if_command},
                 {"for", &Parser::for_command},
                 {"while", &Parser::while_command},
                 {"until", &Parser::while_command}};

bool Parser::command(Commands& list) {
  if (++depth > deepest) return fail(next().line, "blocks stand too deep in each other here");
  const auto found = std::ranges::find_if(
      compounds, [&](const auto& row) { return is_keyword(next(), row.keyword); });
  GrubCommand result;
  const bool valid = found == std::end(compounds) ? simple(result) : compound(result, found->rest);
  list.push_back(std::move(result));
  --depth;
  return valid;
}

bool Parser::script(Commands& list) {
  for (newlines(); next().kind != Kind::end;) {
    if (is_keyword(next(), "function")) {
      if (!compound(list.emplace_back(), &Parser::function)) return false;
    } else if (!starts_command()) {
      return unexpected("a command");
    } else if (!command(list)) {
      return false;
    }
    if (next().kind != Kind::end && !delimiter()) return unexpected("the end of the line or ';'");
  }
  return true;
}

}  // namespace

GrubScript parse_grub_script(std::string_view text) {
  auto [tokens, error] = split_grub_tokens(text);
  Parser parser{std::move(tokens), std::move(error)};
  GrubScript script;
  if (!parser.error) parser.script(script.commands);
  script.error = std::move(parser.error);
  return script;
}

}  // namespace pci_passthrough
