#include "plugin/host/lock.hpp"

#include <sys/file.h>
#include <unistd.h>

#include <thread>

#include "plugin/host/file_io.hpp"
#include "plugin/host/progress.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr std::chrono::milliseconds between_tries(20);

std::string in_seconds(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                  : std::to_string(time.count()) + " ms";
}

}  // namespace

Lock::Lock(const Host& host, std::chrono::milliseconds deadline) {
  Descriptor directory = open_state_directory(host);
  const auto end = std::chrono::steady_clock::now() + deadline;
  const Waiting waiting(host.progress(), "Waiting for another change to end");
  while (::flock(directory.get(), LOCK_EX | LOCK_NB) < 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw Failure(code::internal_error,
                    std::string("cannot lock ") + state_directory + ": " + error_text(errno));
    if (std::chrono::steady_clock::now() >= end)
      throw Failure(code::busy,
                    "another change is under way (waited " + in_seconds(deadline) + "); try again");
    waited_ = true;
    std::this_thread::sleep_for(between_tries);
  }
  fd_ = directory.release();
}

Lock::~Lock() { ::close(fd_); }

}  // namespace pci_passthrough
