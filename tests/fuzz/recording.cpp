#include "plugin/host/recording.hpp"

#include "plugin/host/section.hpp"
#include "plugin/model/failure.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

std::string written(const std::vector<Section>& sections) {
  std::string text(recording_head);
  for (const auto& section : sections) text += write_section(section);
  return text;
}

bool same(const Section& a, const Section& b) {
  return a.kind == b.kind && a.path == b.path && a.words == b.words && a.target == b.target &&
         a.content == b.content && a.mode == b.mode && a.error == b.error && a.status == b.status;
}

/// Sections of every kind with these bytes in all places that take any.
std::vector<Section> made_of(const std::string& bytes) {
  const auto name = bytes.substr(0, bytes.find('\0'));
  std::string part = "x" + name.substr(0, name.find('/'));
  return {{.kind = SectionKind::text, .path = "/a" + part, .content = bytes, .mode = 0640},
          {.kind = SectionKind::link, .path = "/b" + part, .target = part},
          {.kind = SectionKind::command, .words = {"xl", name, "info", name}, .content = bytes},
          {.kind = SectionKind::xapi, .path = part + ".get_all_records", .content = bytes}};
}

void require_lossless(const std::vector<Section>& sections) {
  const auto again = read_sections(written(sections));
  require(again.size() == sections.size(), "as many sections as were written");
  for (std::size_t i = 0; i < again.size(); ++i)
    require(same(again[i], sections[i]), "a section that was written reads back");
}

}  // namespace

void try_input(std::string_view input) {
  require_lossless(made_of(std::string(input)));
  try {
    require_lossless(read_sections(input));
    const ScratchRoot scratch(input);
  } catch (const Failure& failure) {
    require(failure.code == code::invalid_argument, "a recording that is none is refused");
  }
}

}  // namespace pci_passthrough
