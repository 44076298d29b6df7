#pragma once

#include <string>
#include <string_view>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// A directory of attributes, such as sysfs has for each device: its way is walked once. What is
/// read is as Host reads it; where it is noted for a recording, or where a name is a link, by Host.
class Directory {
 public:
  Directory(const Host& host, std::string path);

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// An attribute comes with one read; a file of more than a page is read to its end.
  Read<std::string> read(const char* name) const;
  Read<std::string> read_as_wanted(const char* name, std::size_t (*wanted)(std::string_view)) const;
  Read<std::string> link(const char* name) const;
  bool exists(const char* name) const;

 private:
  template <typename Fill>
  bool read_by(const char* name, Read<std::string>& read, Fill fill) const;

  const Host& host_;
  std::string path_;
  Descriptor directory_;
};

}  // namespace pci_passthrough
