#include "plugin/boot/own_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plugin/boot/grub_lexer.hpp"
#include "plugin/boot/text_edit.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view loader_keywords[] = {"kernel", "linux", "com32"};
/// What two entries cannot both have, or what would be another entry's.
constexpr std::string_view options_left_out[] = {"--id", "--hotkey"};
constexpr std::string_view kept_with_value[] = {"--class", "--users", "--source"};

using Lines = std::vector<TextRange>;

template <typename Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::ranges::find(names, name) != std::end(names);
}

std::size_t line_begin(const BootFile& file, std::size_t at) {
  return at == 0 ? 0 : file.text.rfind('\n', at - 1) + 1;
}

/// Each without its line end.
Lines lines_of(const BootFile& file, std::size_t begin, std::size_t end) {
  Lines lines;
  while (begin < end) {
    const auto stop = std::min(file.text.find('\n', begin), file.text.size());
    const auto carriage = std::min(file.text.find('\r', begin), stop);
    lines.push_back({begin, carriage});
    begin = stop + 1;
  }
  return lines;
}

std::string keyword_of(const BootFile& file, const TextRange& line) {
  auto text = part_of(file.text, line);
  return lower(take_word(text));
}

/// Of a label: all lines up to the next one.
Lines lines_of_label(const BootFile& file, const BootEntry& entry) {
  auto lines = lines_of(file, line_begin(file, entry.range.begin), entry.range.end);
  const auto next = std::ranges::find_if(lines, [&, first = true](const auto& line) mutable {
    return !std::exchange(first, false) && keyword_of(file, line) == "label";
  });
  lines.erase(next, lines.end());
  return lines;
}

std::optional<std::string> extlinux_text(const BootFile& file, const BootEntry& model,
                                         const OwnEntry& own) {
  std::string_view loader, append;
  for (const auto& line : lines_of_label(file, model)) {
    auto text = part_of(file.text, line);
    if (is_one_of(lower(take_word(text)), loader_keywords)) loader = text;
    if (line.holds(model.kernel_line.begin)) append = text;
  }
  if (loader.empty() || append.empty()) return {};
  return fmt::format("label {}\n  # {}\n  kernel {}\n  append {}", own.label, own.title, loader,
                     append);
}

/// The options of a menuentry that its copy keeps, as they are written.
std::string kept_options(std::string_view text, const std::vector<GrubToken>& tokens,
                         std::size_t open) {
  std::string kept;
  bool titled = false;
  for (std::size_t i = 1; i < open; ++i) {
    if (tokens[i].is_nothing()) continue;
    const std::string_view word = tokens[i].value;
    const bool is_left_out = is_one_of(word, options_left_out);
    const bool takes_next = (is_left_out || is_one_of(word, kept_with_value)) && i + 1 < open;
    const bool is_title = !word.starts_with("--") && !std::exchange(titled, true);
    const auto begin = tokens[i].begin, end = tokens[takes_next ? i + 1 : i].end;
    i += takes_next;
    if (!is_title && !is_left_out && !word.starts_with("--id="))
      kept += fmt::format(" {}", text.substr(begin, end - begin));
  }
  return kept;
}

std::optional<std::string> grub_text(const BootFile& file, const BootEntry& model,
                                     const OwnEntry& own) {
  const auto text = part_of(file.text, model.range);
  const auto split = split_grub_tokens(text);
  const auto& tokens = split.tokens;
  const auto open = std::ranges::find(tokens, GrubToken::Kind::open, &GrubToken::kind);
  if (split.error || open == tokens.end() || open == tokens.begin()) return {};
  const auto options = kept_options(text, tokens, static_cast<std::size_t>(open - tokens.begin()));
  return fmt::format("menuentry '{}'{} {}", own.title, options, text.substr(open->begin));
}

}  // namespace

BootFile own_alone(BootLoader loader, const OwnEntry& own, const std::string& block) {
  if (loader == BootLoader::grub) return parse_grub(block);
  return parse_extlinux(fmt::format("default {}\n", own.label) + block);
}

std::string block_alone(const BootFile& file, std::string text) {
  return file.loader == BootLoader::grub ? text : text.substr(text.find('\n') + 1);
}

std::optional<std::string> copy_without_rules(const BootFile& file, const BootEntry& model,
                                              const OwnEntry& own) {
  const auto text = file.loader == BootLoader::grub ? grub_text(file, model, own)
                                                    : extlinux_text(file, model, own);
  if (!text) return {};
  const auto copy = own_alone(file.loader, own, *text);
  if (copy.error || copy.entries.size() != 1 || !copy.entries.front().is_xen) return {};
  return block_alone(copy, edit_hide_lists(copy, {{0, PcibackKind::pvops, ""}}));
}

TextRange block_of(const BootFile& file, const BootEntry& entry) {
  if (file.loader == BootLoader::grub) return entry.range;
  const auto lines = lines_of_label(file, entry);
  TextRange block = lines.front();
  for (const auto& line : lines) {
    const auto keyword = keyword_of(file, line);
    if (keyword == "append" || is_one_of(keyword, loader_keywords)) block.end = line.end;
  }
  return block;
}

bool same_words(std::string_view a, std::string_view b) {
  const auto words = [](std::string_view text) {
    std::vector<std::string_view> all;
    while (!text.empty()) {
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      line = line.substr(0, line.find('\r'));
      for (auto word = take_word(line); !word.empty() && !word.starts_with('#');
           word = take_word(line))
        all.push_back(word);
    }
    return all;
  };
  return words(a) == words(b);
}

}  // namespace pci_passthrough
