#include "plugin/host/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>

#include <memory>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr char ident[] = "pci-passthrough";

std::shared_ptr<spdlog::sinks::sink> syslog_sink() {
  return std::make_shared<spdlog::sinks::syslog_sink_st>(ident, LOG_PID, LOG_USER, false);
}

std::shared_ptr<spdlog::sinks::sink> error_sink() {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  sink->set_pattern(std::string(ident) + ": %v");
  return sink;
}

/// Absent until open_log: a line must never reach standard output, which is the reply.
std::unique_ptr<spdlog::logger> log;

}  // namespace

void open_log(bool to_syslog) {
  log.reset();
  log = std::make_unique<spdlog::logger>(ident, to_syslog ? syslog_sink() : error_sink());
}

void log_line(const std::string& line) {
  if (log) log->info(spdlog::string_view_t(printable(line)));
}

}  // namespace pci_passthrough
