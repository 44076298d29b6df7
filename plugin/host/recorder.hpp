#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "plugin/host/beneath.hpp"
#include "plugin/host/host.hpp"
#include "plugin/host/section.hpp"

namespace pci_passthrough {

/// What a Host was asked for, and what it answered; a thing that was absent is not noted.
class Recorder {
 public:
  void note_links(const std::vector<Walk::Link>& links);
  void note_read(const std::string& path, const Read<std::string>& read, mode_t mode);
  void note_list(int root, const std::string& path, const Read<std::vector<std::string>>& read);
  void note_link(int root, const Walk& walk, const Read<std::string>& read);
  void note_exists(const Walk& walk, bool there, mode_t mode);
  void note_excerpt(const std::string& path, std::string text);
  void note_program(const std::string& path);
  void note_command(const std::string& program, const std::vector<std::string>& arguments,
                    const std::string& output, int status);
  void note_xapi(const std::string& method, std::string json);

  std::string text(bool masked) const;

 private:
  void note(Section section);
  void note_error(const std::string& path, int error);
  void note_present(int root, const std::string& path);

  std::map<std::string, Section>
      sections_;  ///< by path, a command by "$ xl info"; of two notes the one that tells more
};

}  // namespace pci_passthrough
