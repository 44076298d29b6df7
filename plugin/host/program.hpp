#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

struct ProgramResult {
  int status = 0;  ///< exit status; 128 + signal where one killed it
  bool timed_out = false;
  std::string not_run;  ///< why it did not even start; "" where it did
  std::string output;   ///< standard output, then standard error; 64 KiB at most
};

/// Runs a program of the host to its end, or kills it at the deadline (with its children: it leads
/// a process group of its own). stdin is empty, the environment is PATH alone, no descriptor of
/// ours reaches it but 0 to 2 and `inherited`. An argument that begins with '/' is a path of the
/// host and is handed over below the root. On the live host it is started by the name given here,
/// link or not, for some look at their name (Debian's xl is such a link). One that may not run here
/// (Host::has_program) or cannot be started did not run.
ProgramResult run_program(const Host& host, const std::string& program,
                          const std::vector<std::string>& arguments,
                          std::chrono::milliseconds deadline, int inherited = -1);

}  // namespace pci_passthrough
