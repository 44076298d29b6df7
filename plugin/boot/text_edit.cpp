#include "plugin/boot/text_edit.hpp"

#include <algorithm>
#include <utility>

namespace pci_passthrough {
namespace {

/// Does a word end here, line continuations left aside?
bool ends_word(BootLoader loader, std::string_view text) {
  if (loader == BootLoader::extlinux)
    return text.empty() || std::string_view(" \t\v\f\r\n").find(text.front()) != text.npos;
  while (text.starts_with("\\\n") || text.starts_with("\\\r\n"))
    text.remove_prefix(text.find('\n') + 1);
  return text.empty() || std::string_view(" \t\r\n{}|&;<>").find(text.front()) != text.npos;
}

}  // namespace

std::string in_quotes_of(const Argument& argument, std::string text) {
  if (argument.quote_at_begin == argument.quote_at_end) return text;
  if (argument.quote_at_begin != '\0') text.insert(0, 1, argument.quote_at_begin);
  if (argument.quote_at_end != '\0') text += argument.quote_at_end;
  return text;
}

Replacement removal(const BootFile& file, const Argument& argument) {
  const std::string_view text = file.text;
  const char before = text[argument.begin - 1];
  const bool blank_too =
      (before == ' ' || before == '\t') && ends_word(file.loader, text.substr(argument.end));
  return {argument.begin - blank_too, argument.end, in_quotes_of(argument, "")};
}

std::size_t place_for_new_list(const BootFile& file, const BootEntry& entry) {
  const auto splash = std::ranges::find(entry.arguments, "splash", &Argument::value);
  const bool after_splash = file.loader == BootLoader::extlinux &&
                            splash != entry.arguments.end() &&
                            ends_word(file.loader, std::string_view(file.text).substr(splash->end));
  return after_splash ? splash->end : entry.arguments_end;
}

std::string_view part_of(std::string_view text, const TextRange& range) {
  return text.substr(range.begin, range.end - range.begin);
}

std::string with_replacements(std::string_view text, std::vector<Replacement> plan) {
  std::ranges::sort(plan, {}, [](const Replacement& one) { return std::pair(one.begin, one.end); });
  std::string result;
  std::size_t at = 0;
  for (const auto& [begin, end, replacement] : plan) {
    result.append(text.substr(at, begin - at)).append(replacement);
    at = end;
  }
  return result.append(text.substr(at));
}

}  // namespace pci_passthrough
