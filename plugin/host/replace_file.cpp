#include "plugin/host/replace_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "plugin/boot/boot_limits.hpp"
#include "plugin/host/boot_place.hpp"
#include "plugin/host/file_io.hpp"

namespace pci_passthrough {
namespace {

constexpr char device_notice[] =
    " was replaced, but its block device could not be opened and flushed: a power cut in the next "
    "seconds may bring the old file back";

constexpr char old_stands[] = "the old file stands";

Replaced failed(const std::string& path, int error, const std::string& what_stands) {
  return {"cannot write " + path + ": " + error_text(error) + "; " + what_stands, ""};
}

int flush(int file) {
  return uninterrupted([&] { return ::fsync(file); }) < 0 ? errno : 0;
}

/// syncfs is known from Linux 2.6.39 on.
int flush_file_system(int file) {
  if (::syncfs(file) == 0) return 0;
  if (errno != ENOSYS) return errno;
  ::sync();
  return 0;
}

/// The replacement of one file. What it replaces is held open until the end: its inode, or its FAT
/// chain, must not be freed before the new one is on the disk.
class Replacement {
 public:
  Replacement(const BootPlace& place, int device)
      : place_(place), device_(device), temporary_(temporary_name(place.name)) {}
  ~Replacement() {
    if (file_ && (!renamed_ || exchanged_)) remove_temporary();
  }
  Replacement(const Replacement&) = delete;

  /// An errno; 0 where the new file stands and is on the disk.
  int operator()(const Descriptor& model, std::string_view before, std::string_view after) {
    if (const int error = prepare(model.get(), after)) return error;
    replaced_ = open_regular(place_.directory.get(), place_.name);
    if (!replaced_) return errno;
    if (const int error = compare(replaced_.get(), before)) return error;
    if (const int error = rename(before)) return error;
    if (const int error = flush_all(true)) return error;
    if (exchanged_ && remove_temporary()) exchanged_ = false;
    return 0;
  }

  bool renamed() const { return renamed_; }
  bool changed_meanwhile() const { return changed_meanwhile_; }
  const std::optional<std::string>& lost() const { return lost_; }

 private:
  bool remove_temporary() const {
    return ::unlinkat(place_.directory.get(), temporary_.c_str(), 0) == 0;
  }

  /// ESTALE where the file does not hold this text.
  int compare(int file, std::string_view text) {
    std::string now;
    if (::lseek(file, 0, SEEK_SET) < 0) return errno;
    if (const int error = read_up_to(file, text.size() + 1, &now)) return error;
    changed_meanwhile_ = now != text;
    return changed_meanwhile_ ? ESTALE : 0;
  }

  int exchange() const {
    const int directory = place_.directory.get();
    return ::renameat2(directory, temporary_.c_str(), directory, place_.name.c_str(),
                       RENAME_EXCHANGE) < 0
               ? errno
               : 0;
  }

  int rename(std::string_view before) {
    const int error = exchange();
    if (error == 0) return keep_exchanged(before);
    const bool cannot = error == ENOSYS || error == EINVAL || error == ENOTSUP;
    if (!cannot) return error;
    const int directory = place_.directory.get();
    if (::renameat(directory, temporary_.c_str(), directory, place_.name.c_str()) < 0) return errno;
    renamed_ = true;
    if (compare(replaced_.get(), before) == ESTALE) keep_lost();
    return 0;
  }

  /// What came out must be what was judged; else it goes back.
  int keep_exchanged(std::string_view before) {
    const Descriptor out = open_regular(place_.directory.get(), temporary_);
    const int error = out ? compare(out.get(), before) : errno;
    if (error && exchange() == 0) return error;
    renamed_ = exchanged_ = true;
    return error;
  }

  void keep_lost() {
    changed_meanwhile_ = false;
    std::string text;
    if (::lseek(replaced_.get(), 0, SEEK_SET) == 0 &&
        read_up_to(replaced_.get(), max_boot_file, &text) == 0)
      lost_ = std::move(text);
  }

  int prepare(int model, std::string_view content) {
    ::unlinkat(place_.directory.get(), temporary_.c_str(), 0);
    file_ = Descriptor(uninterrupted([&] {
      return ::openat(place_.directory.get(), temporary_.c_str(),
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }));
    if (!file_) return errno;
    if (const int error = write_all(file_.get(), content)) return error;
    if (const int error = copy_attributes(model, file_.get())) return error;
    return flush_all(false);
  }

  int flush_all(bool directory_too) const {
    if (const int error = flush(file_.get())) return error;
    if (const int error = directory_too ? flush(place_.directory.get()) : 0) return error;
    if (const int error = flush_file_system(file_.get())) return error;
    return device_ >= 0 ? flush(device_) : 0;
  }

  const BootPlace& place_;
  int device_;
  std::string temporary_;
  Descriptor file_, replaced_;
  bool renamed_ = false, exchanged_ = false, changed_meanwhile_ = false;
  std::optional<std::string> lost_;
};

/// The new file stands, but a flush failed: the old content is put back in the same way.
Replaced put_back(const BootPlace& place, int device, const std::string& path,
                  const Descriptor& model, std::string_view before, std::string_view after,
                  int error) {
  Replacement back(place, device);
  const bool whole = back(model, after, before) == 0;
  return failed(path, error,
                whole            ? old_stands
                : back.renamed() ? "the old file stands again, but the disk did not confirm it"
                                 : "the new file stands, but the disk did not confirm it");
}

}  // namespace

Replaced replace_file(const Host& host, const std::string& path, std::string_view before,
                      std::string_view after) {
  const BootPlace place = find_boot_place(host, path);
  const Descriptor old =
      place.directory ? open_regular(place.directory.get(), place.name) : Descriptor();
  if (!old) return failed(path, errno, old_stands);
  const Descriptor device = host.is_live() ? open_block_device(host, old.get()) : Descriptor();

  Replacement replacement(place, device.get());
  const int error = replacement(old, before, after);
  if (replacement.changed_meanwhile() && !replacement.renamed())
    return {path + " was changed by somebody else in the meantime and left as it is; try again",
            ""};
  if (error && replacement.renamed())
    return put_back(place, device.get(), path, old, before, after, error);
  if (error) return failed(path, error, old_stands);
  return {"", host.is_live() && !device ? path + device_notice : "", replacement.lost()};
}

std::string temporary_name(const std::string& path) { return path + std::string(temporary_suffix); }

void remove_leftover(const Host& host, const std::string& path) {
  const BootPlace place = find_boot_place(host, path);
  if (place.directory) ::unlinkat(place.directory.get(), temporary_name(place.name).c_str(), 0);
}

}  // namespace pci_passthrough
