#include <string.h>

#include <algorithm>
#include <cstdio>

#include "plugin/host/section.hpp"

namespace pci_passthrough {
namespace {

constexpr char digits[] = "0123456789abcdef";

void append_escaped(std::string& text, unsigned char c) {
  text += "\\x";
  text += digits[c >> 4];
  text += digits[c & 15];
}

std::string escaped(std::string_view word) {
  std::string text;
  for (const unsigned char c : word)
    if (c > ' ' && c < 0x7f && c != '\\')
      text += static_cast<char>(c);
    else
      append_escaped(text, c);
  return text;
}

/// An argument that would be read as an option of the section begins escaped.
std::string escaped_argument(std::string_view word) {
  if (word != "hex" && word != "no-newline" && !word.starts_with("status=")) return escaped(word);
  std::string text;
  append_escaped(text, static_cast<unsigned char>(word.front()));
  return text + escaped(word.substr(1));
}

bool is_plain(std::string_view content) {
  return std::all_of(content.begin(), content.end(), [](unsigned char c) {
    return c == '\n' || c == '\t' || (c >= ' ' && c <= 0x7e);
  });
}

std::string hex_lines(std::string_view content) {
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const auto byte = static_cast<unsigned char>(content[i]);
    if (i % 16 != 0) text += ' ';
    text += digits[byte >> 4];
    text += digits[byte & 15];
    if (i % 16 == 15 || i + 1 == content.size()) text += '\n';
  }
  return text;
}

std::string text_lines(std::string_view content) {
  std::string text;
  while (!content.empty()) {
    const auto end = std::min(content.find('\n'), content.size());
    const auto line = content.substr(0, end);
    if (line.starts_with("===") || line.starts_with("\\")) text += '\\';
    text.append(line) += '\n';
    content.remove_prefix(std::min(end + 1, content.size()));
  }
  return text;
}

std::string body(std::string_view content) {
  if (!is_plain(content)) return " hex\n" + hex_lines(content);
  const bool whole_lines = content.empty() || content.ends_with('\n');
  return (whole_lines ? "\n" : " no-newline\n") + text_lines(content);
}

std::string octal(unsigned mode) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", mode);
  return text;
}

}  // namespace

std::string write_section(const Section& section) {
  std::string head = "===";
  if (section.kind == SectionKind::command) {
    head += " $";
    for (const auto& word : section.words) head += " " + escaped_argument(word);
    if (section.status != 0) head += " status=" + std::to_string(section.status);
    return head + body(section.content);
  }
  if (section.kind == SectionKind::xapi)
    return head + " xapi " + escaped(section.path) + body(section.content);
  head += " " + escaped(section.path);
  switch (section.kind) {
    case SectionKind::file:
      return head + " file\n";
    case SectionKind::directory:
      return head + " directory\n";
    case SectionKind::program:
      return head + " program\n";
    case SectionKind::link:
      return head + " -> " + escaped(section.target) + "\n";
    case SectionKind::error:
      return head + " error=" + ::strerrorname_np(section.error) + "\n";
    default:
      break;
  }
  if (section.mode != 0644) head += " mode=" + octal(section.mode);
  return head + body(section.content);
}

}  // namespace pci_passthrough
