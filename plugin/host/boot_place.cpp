#include "plugin/host/boot_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <vector>

namespace pci_passthrough {

BootPlace find_boot_place(const Host& host, const std::string& path) {
  const auto resolved = host.resolve(path);
  errno = ENOENT;
  if (!resolved) return {};
  const auto slash = resolved->rfind('/');
  const std::string directory = host.outside(resolved->substr(0, std::max<std::size_t>(slash, 1)));
  return {Descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
          resolved->substr(slash + 1)};
}

Descriptor open_regular(int directory, const std::string& name) {
  Descriptor file(uninterrupted([&] {
    return ::openat(directory, name.c_str(),
                    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
  }));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) < 0) return Descriptor();
  errno = EINVAL;
  return S_ISREG(status.st_mode) ? std::move(file) : Descriptor();
}

Descriptor open_block_device(const Host& host, int file) {
  struct stat status {};
  if (::fstat(file, &status) < 0) return Descriptor();
  const std::string number =
      std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  std::vector<std::string> places = {"/dev/block/" + number};
  const auto event = host.read("/sys/dev/block/" + number + "/uevent").value;
  constexpr std::string_view key = "\nDEVNAME=";
  if (const auto at = ("\n" + event).find(key); at != std::string::npos) {
    const auto begin = at + key.size() - 1;
    places.insert(places.begin(), "/dev/" + event.substr(begin, event.find('\n', begin) - begin));
  }
  for (const auto& place : places) {
    Descriptor device(::open(place.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    struct stat opened {};
    if (device && ::fstat(device.get(), &opened) == 0 && S_ISBLK(opened.st_mode) &&
        opened.st_rdev == status.st_dev)
      return device;
  }
  return Descriptor();
}

}  // namespace pci_passthrough
