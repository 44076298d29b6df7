#include "plugin/boot/grub_command_line.hpp"

namespace pci_passthrough {
namespace {

/// One word, as it is handed on.
struct Passed {
  std::string text;
  std::vector<std::size_t> from;  ///< which byte of the word's value each byte of `text` comes from
};

Passed passed_on(const GrubToken& word) {
  const bool quoted = word.value.find(' ') != std::string::npos;
  Passed passed;
  const auto put = [&](char c, std::size_t from) {
    passed.text += c;
    passed.from.push_back(from);
  };
  if (quoted) put('"', 0);
  for (std::size_t i = 0; i < word.value.size(); ++i) {
    const char c = word.value[i];
    if (c == '\\' || c == '\'' || c == '"') put('\\', i);
    put(c, i);
  }
  if (quoted) put('"', word.value.size() - 1);
  return passed;
}

/// A byte of the line: of which word, and which of its bytes. The blanks between words are no
/// word's.
struct Origin {
  std::size_t word = 0, byte = 0;
  bool first = false, last = false;  ///< of what is handed on of the word
};

struct Line {
  std::string text{};
  std::vector<Origin> origins{};

  void add(const GrubToken& word, std::size_t index) {
    if (index > 0) {
      text += ' ';
      origins.push_back(origins.empty() ? Origin{} : origins.back());
      origins.back().first = false;
    }
    const auto passed = passed_on(word);
    for (std::size_t i = 0; i < passed.text.size(); ++i)
      origins.push_back({index, passed.from[i], i == 0, i + 1 == passed.text.size()});
    text += passed.text;
  }
};

Line line_of(std::span<const GrubToken> words) {
  Line line;
  for (std::size_t i = 0; i < words.size(); ++i) line.add(words[i], i);
  return line;
}

}  // namespace

std::string grub_command_line(std::span<const GrubToken> words) { return line_of(words).text; }

std::vector<Argument> kernel_arguments(std::span<const GrubToken> words) {
  const auto line = line_of(words);
  auto arguments = split_command_line(line.text);
  for (auto& argument : arguments) {
    const auto& begin = line.origins[argument.begin];
    const auto& end = line.origins[argument.end - 1];
    const auto& from = words[begin.word].places[begin.byte];
    const auto& to = words[end.word].places[end.byte];
    argument.begin = begin.first ? words[begin.word].begin : from.begin;
    argument.end = end.last ? words[end.word].end : to.end;
    if (!begin.first) argument.quote_at_begin = from.quote;
    if (!end.last) argument.quote_at_end = to.quote;
  }
  return arguments;
}

}  // namespace pci_passthrough
