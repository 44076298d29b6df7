#pragma once

#include <string>
#include <utility>
#include <vector>

#include "plugin/model/terminal.hpp"

namespace pci_passthrough {

/// Who asks. Only a person at a root shell on the host may accept the gravest checks.
struct Caller {
  bool at_shell = false;
  std::string name;  ///< for the backup and the log: "root at a shell", "xapi, via the coordinator"
  std::string session{};  ///< xapi's, of the call: opaque, never logged out, never shown
};

/// One call, whatever shim it came through.
struct Request {
  std::string function;
  std::vector<std::pair<std::string, std::string>> arguments;  ///< in the caller's order
  Caller caller;
  Terminal terminal{};  ///< whom a text is for
};

}  // namespace pci_passthrough
