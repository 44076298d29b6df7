#include "plugin/host/replace_file.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "plugin/host/boot_place.hpp"
#include "plugin/host/file_io.hpp"

namespace pci_passthrough {
namespace {

constexpr char device_remark[] =
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
    if (file_ && !renamed_) ::unlinkat(place_.directory.get(), temporary_.c_str(), 0);
  }
  Replacement(const Replacement&) = delete;

  /// An errno; 0 where the new file stands and is on the disk.
  int operator()(const Descriptor& model, std::string_view before, std::string_view after) {
    if (const int error = prepare(model.get(), after)) return error;
    replaced_ = open_regular(place_);
    std::string now;
    if (!replaced_) return errno;
    if (const int error = read_up_to(replaced_.get(), before.size() + 1, &now)) return error;
    changed_meanwhile_ = now != before;
    if (changed_meanwhile_) return ESTALE;
    const int directory = place_.directory.get();
    if (::renameat(directory, temporary_.c_str(), directory, place_.name.c_str()) < 0) return errno;
    renamed_ = true;
    return flush_all(true);
  }

  bool renamed() const { return renamed_; }
  bool changed_meanwhile() const { return changed_meanwhile_; }

 private:
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
  bool renamed_ = false, changed_meanwhile_ = false;
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
  const Descriptor old = place.directory ? open_regular(place) : Descriptor();
  if (!old) return failed(path, errno, old_stands);
  const Descriptor device = host.is_live() ? open_block_device(host, old.get()) : Descriptor();

  Replacement replacement(place, device.get());
  const int error = replacement(old, before, after);
  if (replacement.changed_meanwhile())
    return {path + " was changed by somebody else in the meantime and left as it is; try again",
            ""};
  if (error && replacement.renamed())
    return put_back(place, device.get(), path, old, before, after, error);
  if (error) return failed(path, error, old_stands);
  return {"", host.is_live() && !device ? path + device_remark : ""};
}

std::string temporary_name(const std::string& path) { return path + std::string(temporary_suffix); }

void remove_leftover(const Host& host, const std::string& path) {
  const BootPlace place = find_boot_place(host, path);
  if (place.directory) ::unlinkat(place.directory.get(), temporary_name(place.name).c_str(), 0);
}

}  // namespace pci_passthrough
