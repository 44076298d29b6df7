#include "plugin/host/take_child.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "plugin/host/file_io.hpp"
#include "plugin/host/take_marker.hpp"

namespace pci_passthrough {
namespace {

constexpr long most_descriptors = 4096;  ///< a process of ours has a few dozen

/// The two that stay get numbers of their own; 0, 1 and 2 become /dev/null.
void leave_all_else(int& state, int& report) {
  state = ::fcntl(state, F_DUPFD_CLOEXEC, 3);
  report = ::fcntl(report, F_DUPFD_CLOEXEC, 3);
  const long limit = ::sysconf(_SC_OPEN_MAX);
  const int end = static_cast<int>(std::clamp(limit, 1024L, most_descriptors));
  for (int fd = 0; fd < end; ++fd)
    if (fd != state && fd != report) ::close(fd);
  const int nothing = ::open("/dev/null", O_RDWR);
  if (nothing == 0) {
    ::dup2(0, 1);
    ::dup2(0, 2);
  }
  ::setsid();
  if (::chdir("/") < 0) ::_exit(1);
}

int write_into(const std::string& path, const std::string& text) {
  const Descriptor file(
      uninterrupted([&] { return ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC); }));
  return file ? write_all(file.get(), text) : errno;
}

/// The lock says that we live; the file stays, should we be killed.
int put_marker(int state, const std::string& text) {
  if (const int error = write_new_file(state, take_marker_name, text)) return error;
  const int file = ::openat(state, take_marker_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  const bool is_held = file >= 0 && uninterrupted([&] { return ::flock(file, LOCK_EX); }) == 0;
  const int error = is_held ? 0 : errno;
  if (error) ::unlinkat(state, take_marker_name, 0);
  return error;
}

TakeReport take(const TakeWork& work, int state) {
  for (std::size_t i = 0; i < work.disks.size(); ++i)
    if (const int error = open_for_us_alone(work.disks[i].outside))
      return {TakeStage::disk, static_cast<std::int32_t>(i), error};
  if (const int error = put_marker(state, work.marker)) return {TakeStage::marker, 0, error};
  TakeReport report;
  for (std::size_t i = 0; i < work.writes.size() && report.error == 0; ++i)
    if (const int error = write_into(work.writes[i].outside, work.text))
      report = {TakeStage::write, static_cast<std::int32_t>(i), error};
  ::unlinkat(state, take_marker_name, 0);
  return report;
}

}  // namespace

void do_take(const TakeWork& work, int state, int report) {
  leave_all_else(state, report);
  const auto done = take(work, state);
  const bool told = ::write(report, &done, sizeof done) == sizeof done;
  ::_exit(told ? 0 : 1);
}

}  // namespace pci_passthrough
