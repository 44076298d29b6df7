#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/descriptor.hpp"
#include "plugin/host/file_io.hpp"

namespace pci_passthrough {

/// What reading one thing gave. Absent and unreadable are different answers: only absent is a fact.
template <typename T>
struct Read {
  T value{};
  int error = 0;  ///< an errno; 0 where it could be read

  explicit operator bool() const { return error == 0; }
  bool absent() const { return error == ENOENT || error == ENOTDIR; }
  std::string reason() const {  ///< "Permission denied"
    static_assert(max_file == 4 << 20);
    return error == EFBIG ? "larger than 4 MiB, the most that is read" : std::strerror(error);
  }
};

class Progress;
class Recorder;

/// Everything of one host, below one root directory: "/" when live. No path leads out of the root,
/// through no link. Paths are absolute as the host sees them: "/sys/bus/pci/devices".
class Host {
 public:
  explicit Host(const std::string& root);
  ~Host();
  Host(Host&&) noexcept;

  const std::string& root() const { return root_; }
  bool is_live() const { return root_ == "/"; }

  /// Whom to tell what of this host is waited for; null: nobody.
  void tell(Progress* progress) { progress_ = progress; }
  Progress* progress() const { return progress_; }

  /// A regular file; a directory is EISDIR, a FIFO or a device EOPNOTSUPP, one that is larger than
  /// any of a host EFBIG.
  Read<std::string> read(std::string_view path) const;
  Read<std::string> read(std::string_view path, std::size_t limit) const;  ///< its first bytes
  /// The same, as far as `wanted` asks for: it is told what was read so far, from nothing on, and
  /// says how many bytes there should be.
  Read<std::string> read_as_wanted(std::string_view path,
                                   std::size_t (*wanted)(std::string_view)) const;
  /// The file in pieces, each once, as long as `take` says that it wants more; an errno. In a
  /// recording it is empty until record_excerpt says what of it was used.
  int read_in_pieces(std::string_view path,
                     const std::function<bool(std::string_view)>& take) const;
  /// For Directory; none while a recording is made, which is to note each read.
  Descriptor open_directory(std::string_view path) const;
  Read<std::vector<std::string>> list(std::string_view path) const;  ///< names, sorted
  Read<std::string> link(std::string_view path) const;  ///< a link's target as it stands
  bool exists(std::string_view path) const;             ///< a link is followed
  /// When a file was last written, in seconds since 1970; nothing where it cannot be looked at.
  std::optional<std::int64_t> written_at(std::string_view path) const;
  /// For certain not there: what cannot be looked at (EIO, ELOOP) neither exists nor is absent.
  bool is_absent(std::string_view path) const;
  /// The path with every link followed, still as the host sees it; nothing where it leads nowhere.
  std::optional<std::string> resolve(std::string_view path) const;
  bool is_socket(const std::string& resolved) const;
  /// Where a resolved path lies for the machine we run on: root and path.
  std::string outside(std::string_view resolved) const;

  /// A program that may run here: on the live host an executable file; below any other root only a
  /// stub of ours (recording.hpp), never a real program.
  bool has_program(std::string_view path) const;

  /// From now on every read, list, link and exists is noted, for `record`.
  void start_recording();
  /// In the recording, this stands for the file: the part of a large one that was used.
  void record_excerpt(std::string_view path, std::string text) const;
  /// What a program answered.
  void record_command(const std::string& program, const std::vector<std::string>& arguments,
                      const std::string& output, int status) const;
  /// In the recording, this answer of xapi stands for the question: "VM.get_all_records".
  void record_xapi(const std::string& method, std::string json) const;
  bool is_recorded() const { return recorder_ != nullptr; }
  /// The recording so far; see recording.hpp for its format.
  std::string recording(bool masked) const;

 private:
  template <typename Fill>
  Read<std::string> read_by(std::string_view path, Fill fill) const;
  Descriptor open(std::string_view path, int flags, std::string* found) const;

  std::string root_;
  Descriptor root_fd_;
  std::unique_ptr<Recorder> recorder_;
  Progress* progress_ = nullptr;
};

}  // namespace pci_passthrough
