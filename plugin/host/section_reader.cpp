#include <algorithm>
#include <optional>

#include "plugin/host/section_head.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view section_mark = "=== ";
constexpr std::size_t most_bytes = 16 << 20;

void add_hex(std::string& content, std::string_view text, std::size_t line) {
  for (const auto word : words_of_head(text)) {
    const auto byte = word.size() == 2 ? read_unsigned(word, 16) : std::nullopt;
    if (!byte) refuse(line, "bytes are two hex digits each, a blank between them");
    content += static_cast<char>(*byte);
  }
}

void add_text(std::string& content, std::string_view text, std::size_t line) {
  if (std::any_of(text.begin(), text.end(),
                  [](unsigned char c) { return (c < ' ' && c != '\t') || c > 0x7e; }))
    refuse(line, "a control character or a byte above 7e; such a text is written in hex");
  content.append(text.substr(text.starts_with('\\') ? 1 : 0)) += '\n';
}

void add_line(Draft& draft, std::string_view text, std::size_t line) {
  auto& section = draft.section;
  if (section.kind != SectionKind::text && section.kind < SectionKind::command)
    refuse(line, section.path + " holds no text");
  draft.hex ? add_hex(section.content, text, line) : add_text(section.content, text, line);
  if (section.content.size() > most_bytes) refuse(line, "a section of more than 16 MiB");
}

void finish(std::vector<Section>& sections, std::optional<Draft>& draft) {
  if (!draft) return;
  auto& content = draft->section.content;
  if (draft->no_newline) {
    if (draft->hex || content.empty())
      refuse(draft->section.line, "no-newline is for a text of at least one line");
    content.pop_back();
  }
  sections.push_back(std::move(draft->section));
  draft.reset();
}

}  // namespace

void refuse(std::size_t line, const std::string& sentence) {
  throw misuse("line " + std::to_string(line) + " of the recording: " + sentence);
}

std::vector<Section> read_sections(std::string_view recording) {
  if (!recording.starts_with(recording_head))
    refuse(1, "a recording begins with \"pci-passthrough recording 1\"");
  std::vector<Section> sections;
  std::optional<Draft> draft;
  std::size_t line = 1;
  recording.remove_prefix(recording_head.size());
  while (!recording.empty()) {
    const auto end = std::min(recording.find('\n'), recording.size());
    const auto text = recording.substr(0, end);
    recording.remove_prefix(std::min(end + 1, recording.size()));
    ++line;
    if (text.starts_with(section_mark)) {
      finish(sections, draft);
      draft = read_head(text.substr(section_mark.size()), line);
    } else if (draft) {
      add_line(*draft, text, line);
    } else if (!text.starts_with("#")) {
      refuse(line, "before the first section only remarks stand, which begin with \"#\"");
    }
  }
  finish(sections, draft);
  return sections;
}

}  // namespace pci_passthrough
