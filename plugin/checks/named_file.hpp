#pragma once

#include <filesystem>
#include <string>

#include "plugin/model/storage.hpp"

namespace pci_passthrough::checks {

/// Where a file that a boot entry names lies, as dom0 sees it: "(hd0,gpt1)/boot/xen.gz" and
/// "/boot/../boot//xen.gz" are "/boot/xen.gz"; so is "/xen.gz" where /boot is a file system of its
/// own, and "xen.gz" to extlinux, whose folder is /boot.
inline std::string named_file(const Snapshot& host, std::string file) {
  if (file.starts_with("(")) file.erase(0, file.find(')') + 1);
  if (file.starts_with("$root/")) file.erase(0, file.find('/'));
  const bool is_relative = !file.empty() && file.front() != '/';
  if (is_relative && host.boot.file.loader == BootLoader::extlinux) file.insert(0, "/boot/");
  file = std::filesystem::path(file).lexically_normal().string();
  const Mount* mount = mount_holding(host, "/boot/x");
  const bool is_own = mount && mount->target == "/boot";
  return is_own && file.starts_with('/') && !file.starts_with("/boot/") ? "/boot" + file : file;
}

}  // namespace pci_passthrough::checks
