#include "plugin/host/reboot.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "plugin/host/file_io.hpp"
#include "plugin/host/program.hpp"

namespace pci_passthrough {
namespace {

constexpr char sysrq[] = "/proc/sysrq-trigger";

/// An errno; 0 is good.
int press(const Host& host, char key) {
  const auto resolved = host.resolve(sysrq);
  if (!resolved) return ENOENT;
  const Descriptor file(::open(host.outside(*resolved).c_str(),
                               O_WRONLY | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
  return file ? write_all(file.get(), {&key, 1}) : errno;
}

}  // namespace

std::string begin_reboot(const Host& host, const Lock& lock, const RebootTimes& times) {
  run_program(host, "/bin/sync", {}, times.sync, lock.descriptor());
  const auto asked =
      run_program(host, "/sbin/shutdown", {"-r", "now"}, times.command, lock.descriptor());
  if (!asked.not_run.empty()) return asked.not_run;
  if (asked.timed_out) return "/sbin/shutdown did not end in time";
  return asked.status == 0 ? "" : fmt::format("/sbin/shutdown failed ({})", asked.status);
}

std::string reboot_by_kernel(const Host& host, const RebootTimes& times, const Pause& pause) {
  int error = 0;
  for (const char key : {'s', 'u', 'b'}) {
    error = press(host, key);
    pause(times.after_key);
  }
  return error ? fmt::format("cannot write {} ({})", sysrq, error_text(error))
               : fmt::format("{} was written, and the host still runs", sysrq);
}

}  // namespace pci_passthrough
