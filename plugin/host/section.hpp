#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// What a section says of its path; the later, the more it tells.
enum class SectionKind { file, directory, error, text, program, link, command, xapi };

/// One section of a recording (recording.hpp).
struct Section {
  SectionKind kind = SectionKind::file;
  std::string path{};                ///< "" for a command; of xapi the method
  std::vector<std::string> words{};  ///< of a command: "xl", "info"
  std::string target{};              ///< of a link
  std::string content{};             ///< of a text or a command
  unsigned mode = 0644;
  int error = 0;         ///< an errno
  int status = 0;        ///< a command's exit status
  std::size_t line = 0;  ///< where its head stands, from 1; 0 where it was not read
};

inline constexpr std::string_view recording_head = "pci-passthrough recording 1\n";

/// The section as it stands in a recording, head and text.
std::string write_section(const Section& section);

/// Every section in its order. Throws Failure invalid_argument with the line that is wrong.
std::vector<Section> read_sections(std::string_view recording);

/// Does a link at `path` lead above the root by its ".."?
bool leads_above(std::string_view path, std::string_view target);

/// What stops unpacking: "line 7 of the recording: ...".
[[noreturn]] void refuse(std::size_t line, const std::string& sentence);

}  // namespace pci_passthrough
