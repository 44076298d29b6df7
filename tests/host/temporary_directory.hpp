#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "plugin/model/failure.hpp"

namespace pci_passthrough {

inline const std::string internal = std::string(code::internal_error) + ": ";

/// A directory with real files, gone with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "host-test.XXXXXX").string();
    if (!::mkdtemp(path.data())) throw std::system_error(errno, std::generic_category(), path);
    path_ = std::filesystem::canonical(path);
  }
  ~TemporaryDirectory() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  /// A file system of so many KiB; false where we may not mount.
  bool mount(const std::string& size) {
    mounted_ = ::mount("test", path_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
    return mounted_;
  }

  void write(const std::string& name, const std::string& content, mode_t mode = 0644) const {
    const std::string path = *this / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  std::string read(const std::string& name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void link(const std::string& name, const std::string& target) const {
    const std::string path = *this / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    ASSERT_EQ(::symlink(target.c_str(), path.c_str()), 0);
  }

  /// Every name below, sorted, a link with its target: what a change must not have added to.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_))
      names.push_back(entry.path().lexically_relative(path_));
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
  bool mounted_ = false;
};

/// The sentence of the Failure that a call throws; "" where it throws none.
template <typename Call>
std::string failure_of(Call call) {
  try {
    call();
    return "";
  } catch (const Failure& failure) {
    return failure.code + ": " + failure.sentence;
  }
}

}  // namespace pci_passthrough
