#pragma once

#include <map>
#include <regex>
#include <sstream>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// The sections of a recording by what they are of, with their heads.
inline std::map<std::string, std::string> sections_of(const std::string& recording) {
  static const std::regex options(
      "(( mode=\\S+| no-newline| hex| file| program| directory| error=\\S+)+| -> .*)$");
  std::map<std::string, std::string> sections;
  std::istringstream lines(recording);
  std::string key;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) key = std::regex_replace(line, options, "");
    if (!key.empty()) sections[key] += line + "\n";
  }
  return sections;
}

/// A host of tests/hosts/xen: what all have in common, and over it the sections of NAME.part.
inline std::string overlaid(const std::string& name) {
  const auto folder = recordings() / "xen";
  auto sections = sections_of(text_of_file(folder / (name + ".part")));
  sections.merge(sections_of(text_of_file(folder / "z97.base")));
  std::string text = "pci-passthrough recording 1\n";
  for (const auto& [key, section] : sections) text += section;
  return text;
}

}  // namespace pci_passthrough
