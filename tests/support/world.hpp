#pragma once

#include <cstdlib>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// Real machines beside the project (../shared/hosts/sysfs), unpacked by tar.
class World {
 public:
  World() {
    std::string path = (std::filesystem::temp_directory_path() / "world-test.XXXXXX").string();
    if (!::mkdtemp(path.data())) throw std::runtime_error("mkdtemp");
    directory_ = path;
    const auto archives =
        std::filesystem::path(PCI_PASSTHROUGH_SOURCE_DIR).parent_path() / "shared/hosts/sysfs";
    std::error_code none;
    for (const auto& archive : std::filesystem::directory_iterator(archives, none))
      unpack_archive(archive.path());
  }
  ~World() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  World(const World&) = delete;

  const std::map<std::string, std::filesystem::path>& roots() const { return roots_; }

 private:
  void unpack_archive(const std::filesystem::path& archive) {
    const auto place = directory_ / archive.stem();
    std::filesystem::create_directory(place);
    const auto command = "tar -xf '" + archive.string() + "' -C '" + place.string() +
                         "' --no-same-owner --mode=u+rwX 2>/dev/null";
    if (std::system(command.c_str()) != 0) return;
    for (const auto& root : {place, std::filesystem::directory_iterator(place)->path()})
      if (std::filesystem::exists(root / "sys")) roots_[archive.stem().string()] = root;
  }

  std::filesystem::path directory_;
  std::map<std::string, std::filesystem::path> roots_;
};

inline const World& world() {
  static const World world;
  return world;
}

inline Snapshot probed_at(const std::filesystem::path& root) {
  Host host(root.string());
  return probe(host, all_facts);
}

}  // namespace pci_passthrough
