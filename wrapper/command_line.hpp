#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// What a person typed, held against the table of commands.
struct CommandLine {
  Request request;
  std::string root = "/";
  std::string recording;  ///< --host FILE
  std::string unpack_to;  ///< --unpack DIR: where to unpack it; then there is no request
  bool json = false;
  std::string message;  ///< help or version text, or what was wrong; then there is no request
  int status = -1;      ///< exit status that goes with the message: 0, or 2 for misuse; else -1
};
CommandLine read_command_line(int argc, const char* const* argv);

/// The completion script for bash, from the same table; the options of every command, by a blank.
std::string bash_completion(std::string_view everywhere);

}  // namespace pci_passthrough
