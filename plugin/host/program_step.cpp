#include "plugin/host/program_step.hpp"

#include "plugin/host/program.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

std::string last_line(std::string_view output) {
  output = output.substr(0, output.find_last_not_of(" \t\r\n") + 1);
  return printable(output.substr(output.find_last_of('\n') + 1));
}

}  // namespace

std::string run_step(const Host& host, const Lock& lock, const RunProgram& step) {
  const auto result = run_program(host, step.program, step.arguments,
                                  std::chrono::seconds(step.deadline_seconds), lock.descriptor());
  const std::string command = joined(std::vector{step.program, joined(step.arguments, " ")}, " ");
  if (!result.not_run.empty()) return result.not_run;
  if (result.timed_out)
    return command + " did not end within " + std::to_string(step.deadline_seconds) +
           " s and was killed";
  if (result.status == 0) return "";
  const std::string line = last_line(result.output);
  return command + " failed with status " + std::to_string(result.status) +
         (line.empty() ? "" : ": " + line);
}

}  // namespace pci_passthrough
