#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/host/host.hpp"
#include "plugin/host/recorder.hpp"

namespace pci_passthrough {

int Host::read_in_pieces(std::string_view path,
                         const std::function<bool(std::string_view)>& take) const {
  std::string found;
  struct stat status {};
  const Descriptor file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, &found);
  int error = file && ::fstat(file.get(), &status) == 0 ? 0 : errno;
  char piece[1 << 16];
  for (ssize_t got = 1; !error && got > 0;) {
    got = uninterrupted([&] { return ::read(file.get(), piece, sizeof piece); });
    if (got < 0) error = errno;
    if (got > 0 && !take({piece, static_cast<std::size_t>(got)})) break;
  }
  if (recorder_) recorder_->note_read(found, {{}, error}, status.st_mode);
  return error;
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
