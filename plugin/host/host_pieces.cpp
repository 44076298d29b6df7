#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/host/host.hpp"
#include "plugin/host/recorder.hpp"

namespace pci_passthrough {

int Host::read_in_pieces(std::string_view path,
                         const std::function<void(std::string_view)>& take) const {
  if (recorder_) {
    const auto whole = read(path);
    if (whole) take(whole.value);
    return whole.error;
  }
  const Descriptor file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, nullptr);
  if (!file) return errno;
  char piece[1 << 16];
  for (;;) {
    const auto got = uninterrupted([&] { return ::read(file.get(), piece, sizeof piece); });
    if (got < 0) return errno;
    if (got == 0) return 0;
    take({piece, static_cast<std::size_t>(got)});
  }
}

std::optional<std::int64_t> Host::written_at(std::string_view path) const {
  const Descriptor file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, nullptr);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) < 0) return {};
  return status.st_mtime;
}

Descriptor Host::open_directory(std::string_view path) const {
  return recorder_ ? Descriptor() : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, nullptr);
}

}  // namespace pci_passthrough
