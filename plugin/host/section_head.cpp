#include <string.h>

#include <algorithm>
#include <charconv>

#include "plugin/host/section_head.hpp"

namespace pci_passthrough {
namespace {

int error_named(std::string_view name) {
  constexpr int last_errno = 133;
  for (int error = 1; error <= last_errno; ++error)
    if (const char* known = ::strerrorname_np(error); known && name == known) return error;
  return 0;
}

struct Option {
  std::string_view name;  ///< with "=" where a value follows
  bool of_command;        ///< may stand behind a command too
  bool (*take)(Draft&, std::string_view value);
};

bool set_kind(Draft& draft, SectionKind kind) {
  if (draft.section.kind != SectionKind::text) return false;
  draft.section.kind = kind;
  return true;
}

constexpr Option options[] = {
    {"hex", true, [](Draft& draft, std::string_view) { return draft.hex = true; }},
    {"no-newline", true, [](Draft& draft, std::string_view) { return draft.no_newline = true; }},
    {"file", false, [](Draft& d, std::string_view) { return set_kind(d, SectionKind::file); }},
    {"directory", false,
     [](Draft& d, std::string_view) { return set_kind(d, SectionKind::directory); }},
    {"program", false,
     [](Draft& d, std::string_view) { return set_kind(d, SectionKind::program); }},
    {"mode=", false,
     [](Draft& draft, std::string_view value) {
       const auto mode = read_unsigned(value, 8);
       if (mode) draft.section.mode = *mode;
       return mode && *mode <= 07777;
     }},
    {"error=", false,
     [](Draft& draft, std::string_view value) {
       draft.section.error = error_named(value);
       return draft.section.error != 0 && set_kind(draft, SectionKind::error);
     }},
    {"status=", true,
     [](Draft& draft, std::string_view value) {
       const auto status = read_unsigned(value, 10);
       if (status) draft.section.status = static_cast<int>(*status);
       return draft.section.kind == SectionKind::command && status && *status <= 255;
     }},
};

bool take_option(Draft& draft, std::string_view word) {
  const bool command = draft.section.kind >= SectionKind::command;
  for (const auto& option : options) {
    const bool named =
        option.name.ends_with('=') ? word.starts_with(option.name) : word == option.name;
    if (named && (option.of_command || !command))
      return option.take(draft, word.substr(option.name.size()));
  }
  return false;
}

void take_options(Draft& draft, const std::vector<std::string_view>& words, std::size_t first) {
  for (std::size_t i = first; i < words.size(); ++i)
    if (!take_option(draft, words[i]))
      refuse(draft.section.line,
             "\"" + std::string(words[i]) + "\" is no option of " + draft.section.path);
}

std::string unescaped(std::string_view word, std::size_t line) {
  std::string text;
  for (; !word.empty(); word.remove_prefix(1)) {
    if (const auto c = static_cast<unsigned char>(word[0]); c < ' ' || c == 0x7f)
      refuse(line, "a control character in a path is written \\xHH");
    if (word[0] != '\\') {
      text += word[0];
      continue;
    }
    const auto byte = word.starts_with("\\x") && word.size() >= 4
                          ? read_unsigned(word.substr(2, 2), 16)
                          : std::nullopt;
    if (!byte || *byte == 0) refuse(line, "a \\ in a path begins \\xHH, two hex digits but 00");
    text += static_cast<char>(*byte);
    word.remove_prefix(3);
  }
  return text;
}

void check_path(const std::string& path, std::size_t line) {
  if (!path.starts_with('/') || path.size() < 2)
    refuse(line, "a path begins with / and names something below it");
  for (const auto* part : {"//", "/./", "/../"})
    if ((path + "/").find(part) != std::string::npos)
      refuse(line, path + " has an empty part or . or .. in it");
}

}  // namespace

std::optional<unsigned> read_unsigned(std::string_view text, int base) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of_head(std::string_view head) {
  std::vector<std::string_view> words;
  for (bool more = !head.empty(); more;) {
    const auto end = std::min(head.find(' '), head.size());
    words.push_back(head.substr(0, end));
    more = end < head.size();
    head.remove_prefix(end + more);
  }
  return words;
}

Draft read_head(std::string_view head, std::size_t line) {
  Draft draft;
  draft.section.line = line;
  draft.section.kind = SectionKind::text;
  auto words = words_of_head(head);
  if (words.empty() || words.front().empty()) refuse(line, "a section names a path");
  if (words.front() == "$") {
    draft.section.kind = SectionKind::command;
    while (words.size() > 2 && take_option(draft, words.back())) words.pop_back();
    for (std::size_t i = 1; i < words.size(); ++i)
      draft.section.words.push_back(unescaped(words[i], line));
    if (draft.section.words.empty() || draft.section.words.front().empty())
      refuse(line, "a $ section names a program");
    const std::string& program = draft.section.words.front();
    check_path(program.find('/') == std::string::npos ? "/" + program : program, line);
    return draft;
  }
  if (words.front() == "xapi") {
    draft.section.kind = SectionKind::xapi;
    draft.section.path = words.size() > 1 ? unescaped(words[1], line) : "";
    const auto& method = draft.section.path;
    if (!(method.ends_with(".get_all_records") || method.ends_with(".get_all_records_where")) ||
        method.find('/') != std::string::npos)
      refuse(line, "an xapi section names a method: VM.get_all_records");
    take_options(draft, words, 2);
    return draft;
  }
  draft.section.path = unescaped(words.front(), line);
  check_path(draft.section.path, line);
  if (words.size() == 3 && words[1] == "->" && !words[2].empty()) {
    draft.section.kind = SectionKind::link;
    draft.section.target = unescaped(words[2], line);
    return draft;
  }
  take_options(draft, words, 1);
  return draft;
}

}  // namespace pci_passthrough
