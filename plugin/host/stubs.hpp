#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/host/section.hpp"

namespace pci_passthrough {

/// The stubs that stand for a recorded host's programs. All have the same text, nothing recorded in
/// it; what each knows stands beside it: PATH.answers (its own path, then a line a command: number,
/// exit status, arguments) and the outputs PATH.1, PATH.2, ...
class Stubs {
 public:
  void add_program(const Section& section);
  /// A name without '/' is that of a program section, else one of /usr/sbin.
  void add_command(const Section& section);

  /// The files to make, by path; those that are executable are the stubs themselves.
  struct File {
    std::size_t line = 0;
    bool executable = false;
    std::string content;
  };
  std::map<std::string, File> files() const;

 private:
  std::string place_of(const std::string& name) const;

  std::vector<Section> programs_, commands_;
};

}  // namespace pci_passthrough
