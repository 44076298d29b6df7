#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "plugin/commands/command.hpp"
#include "plugin/commands/status.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/log.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/model/text.hpp"
#include "plugin/run/run.hpp"
#include "wrapper/caller.hpp"
#include "wrapper/command_line.hpp"
#include "wrapper/named_file.hpp"
#include "wrapper/standard_descriptors.hpp"
#include "wrapper/terminal.hpp"
#include "wrapper/ticker.hpp"
#include "wrapper/xapi.hpp"

namespace pci_passthrough {
namespace {

/// The exception in flight, whatever it is.
Failure failure_in_flight() {
  try {
    throw;
  } catch (const Failure& failure) {
    return failure;
  } catch (const std::exception& error) {
    return {code::internal_error, fmt::format("pci-passthrough failed: {}.", error.what())};
  } catch (...) {
    return {code::internal_error, "pci-passthrough failed, for an unknown reason."};
  }
}

/// Writes to standard output, and remembers whether it has begun, and the first error (an errno).
struct Writing {
  bool begun = false;
  int error = 0;

  void operator()(std::string_view piece) {
    begun = true;
    if (!error) error = write_all(1, piece);
  }
};

void answer_xapi(int argc, const char* const* argv, Writing& writing) try {
  open_log(true);
  if (argc != 2) {
    throw misuse(fmt::format("{} arguments; xapi gives one, a methodCall in XML", argc - 1));
  }
  Request request = read_method_call(argv[1]);
  Host host(root_of_environment());
  request.caller = caller_through_xapi(host, std::move(request.caller.session));
  const auto reply = run(host, request);
  write_success(std::ref(writing), [&](const Output& output) { write_to(output, reply); });
} catch (...) {
  if (writing.begun) throw;
  writing(write_failure(failure_in_flight()));
}

/// xapi reads a reply only where the exit status is 0.
int serve_xapi(int argc, const char* const* argv) {
  constexpr std::string_view last_resort =
      "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>"
      "<member><name>Status</name><value>Failure</value></member>"
      "<member><name>ErrorDescription</name><value><array><data>"
      "<value>PCI_PASSTHROUGH_INTERNAL_ERROR</value><value>Out of memory.</value>"
      "</data></array></value></member></struct></value></param></params></methodResponse>\n";
  std::signal(SIGPIPE, SIG_IGN);
  Writing writing;
  try {
    answer_xapi(argc, argv, writing);
  } catch (...) {
    if (writing.begun) return 1;  // half a reply: xapi calls it a failure
    write_all(1, last_resort);
  }
  return 0;
}

void unpack_into(const std::string& directory, const std::string& recording) {
  std::filesystem::create_directories(directory);
  unpack(content_of(recording, max_recording), directory);
}

bool has_status(const Request& request) {
  const std::pair<std::string, std::string> status("status", "true");
  return std::ranges::count(request.arguments, status) != 0;
}

/// The same, where the command line could not be read.
bool asks_for_status(int argc, const char* const* argv) {
  const std::span words(argv, static_cast<std::size_t>(argc));
  return std::ranges::any_of(
      words, [](std::string_view word) { return word == "--status" || word == "status=true"; });
}

/// What monitoring reads instead of a complaint.
int tell_unknown(const std::string& why) {
  using reports::Status;
  write_all(1, reports::status_line(Status::unknown, why) + "\n");
  return static_cast<int>(Status::unknown);
}

/// A file's name becomes what it holds.
void read_files(Request& request) {
  for (const auto& rule : find_command(request.function).arguments)
    for (auto& [name, value] : request.arguments)
      if (rule.is_file && name == rule.name) value = content_of(value, max_argument_file);
}

int complain(const Failure& failure) {
  const bool bare = failure.code == code::unknown_function;  // for xapi it is the name alone
  const auto sentence = printable(failure.sentence);
  auto text =
      bare ? fmt::format("pci-passthrough: unknown function '{}'; help lists them\n", sentence)
           : fmt::format("pci-passthrough: {}\n", sentence);
  for (const auto& detail : failure.details) text += fmt::format("  {}\n", printable(detail));
  write_all(2, text);
  return failure.code == code::invalid_argument ? 2 : 1;
}

int written(int error, int status) {
  if (error == 0) return status;
  if (error == EPIPE) return 1;
  return complain({code::internal_error,
                   fmt::format("Cannot write to standard output ({}).", error_text(error))});
}

/// Writes the table or JSON; the exit status. A recording that was unpacked for it is gone again.
int answer_person(CommandLine line) {
  Ticker ticker;
  std::optional<ScratchRoot> scratch;
  if (!line.recording.empty()) scratch.emplace(content_of(line.recording, max_recording));
  Host host(scratch ? scratch->path() : line.root);
  host.tell(ticker.progress());
  line.request.caller = caller_at_shell();
  read_files(line.request);
  line.request.terminal = terminal_of_output();
  const auto reply = run(host, line.request);
  Writing writing;
  char last = '\0';
  write_to(
      [&](std::string_view piece) {
        if (!piece.empty()) last = piece.back();
        ticker.write(piece, std::ref(writing));
      },
      reply);
  ticker.stop();
  if (last != '\n') writing("\n");
  const auto* status = reply.json.if_contains("status");
  return written(writing.error,
                 status && has_status(line.request) ? status->at("code").to_number<int>() : 0);
}

int serve_person(int argc, const char* const* argv) try {
  open_log(false);
  const CommandLine line = read_command_line(argc, argv);
  if (line.status > 0 && asks_for_status(argc, argv))
    return tell_unknown(line.message.substr(0, line.message.find('\n')));
  if (line.status >= 0)
    return written(write_all(line.status == 0 ? 1 : 2, line.message), line.status);
  if (!line.unpack_to.empty()) {
    unpack_into(line.unpack_to, line.recording);
    return 0;
  }
  return answer_person(line);
} catch (...) {
  const auto failure = failure_in_flight();
  return asks_for_status(argc, argv) ? tell_unknown(failure.sentence) : complain(failure);
}

}  // namespace
}  // namespace pci_passthrough

int main(int argc, char** argv) {
  using namespace pci_passthrough;
  occupy_standard_descriptors();
  return is_xapi_form(argc, argv) ? serve_xapi(argc, argv) : serve_person(argc, argv);
}
