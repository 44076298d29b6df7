#include "plugin/boot/grub_command_line.hpp"

namespace pci_passthrough {
namespace {

/// One word, as it is handed on.
struct Passed {
  std::string text;
  std::vector<GrubPlace> places;  ///< where each byte of `text` comes from; empty: quotes of GRUB's
};

Passed passed_on(const GrubToken& word) {
  const bool quoted = word.value.find(' ') != std::string::npos;
  Passed passed;
  const auto put = [&](char c, const GrubPlace& place) {
    passed.text += c;
    passed.places.push_back(place);
  };
  const auto edge = [](std::uint32_t at, char quote) { return GrubPlace{at, at, quote}; };
  if (quoted) put('"', edge(word.place(0).begin, word.place(0).quote));
  for (std::size_t i = 0; i < word.value.size(); ++i) {
    const char c = word.value[i];
    if (c == '\\' || c == '\'' || c == '"') put('\\', word.place(i));
    put(c, word.place(i));
  }
  if (quoted) put('"', edge(passed.places.back().end, passed.places.back().quote));
  return passed;
}

/// Goes through the bytes of a line from the left: of which word each is, and which byte of it.
struct Origins {
  std::span<const GrubToken> words;
  std::size_t word = 0, begin = 0;  ///< the word, and where it begins in the line
  Passed passed = words.empty() ? Passed{} : passed_on(words.front());

  /// `at` is a byte of a word, and at none before the last one asked for.
  std::size_t byte_of(std::size_t at) {
    while (at >= begin + passed.text.size()) {
      begin += passed.text.size() + 1;
      passed = passed_on(words[++word]);
    }
    return at - begin;
  }
};

}  // namespace

std::string grub_command_line(std::span<const GrubToken> words) {
  std::string line;
  for (const auto& word : words) {
    if (&word != words.data()) line += ' ';
    line += passed_on(word).text;
  }
  return line;
}

std::vector<Argument> kernel_arguments(std::span<const GrubToken> words) {
  const auto line = grub_command_line(words);
  auto arguments = split_command_line(line);
  Origins origins{words};
  for (auto& argument : arguments) {
    auto last = argument.end - 1;
    while (line[last] == ' ') --last;  // between words, behind a quote that never closes
    const auto first = origins.byte_of(argument.begin);
    const auto& begin = words[origins.word];
    const auto from = origins.passed.places[first];
    const auto end_byte = origins.byte_of(last);
    const auto& end = words[origins.word];
    const auto to = origins.passed.places[end_byte];
    argument.begin = first == 0 ? begin.begin : from.begin;
    argument.end = end_byte + 1 == origins.passed.text.size() ? end.end : to.end;
    if (first != 0) argument.quote_at_begin = from.quote;
    if (end_byte + 1 != origins.passed.text.size()) argument.quote_at_end = to.quote;
  }
  return arguments;
}

}  // namespace pci_passthrough
