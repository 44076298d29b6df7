#include <gtest/gtest.h>

#include <iostream>
#include <regex>

#include "plugin/model/storage.hpp"
#include "plugin/model/usage.hpp"
#include "tests/support/world.hpp"

namespace pci_passthrough {
namespace {

namespace fs = std::filesystem;

std::vector<PciAddress> functions_in(const std::string& path) {
  static const std::regex function("/([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])(?=/|$)");
  std::vector<PciAddress> found;
  for (std::sregex_iterator at(path.begin(), path.end(), function), end; at != end; ++at)
    found.push_back(pci_passthrough::at((*at)[1].str()));
  std::ranges::sort(found);
  return found;
}

TEST(World, EveryDiskIsTracedToItsController) {
  if (world().roots().empty()) GTEST_SKIP() << "no real machines beside the project";
  std::size_t disks = 0;
  for (const auto& [name, root] : world().roots()) {
    const auto snapshot = probed_at(root);
    const Storage storage(snapshot);
    const auto all =
        root / (fs::exists(root / "sys/class/block") ? "sys/class/block" : "sys/block");
    for (const auto& entry : fs::directory_iterator(all)) {
      const auto expected = functions_in(fs::read_symlink(entry.path()));
      if (expected.empty()) continue;
      ++disks;
      const auto* block = storage.named(entry.path().filename().string());
      ASSERT_TRUE(block) << name << ' ' << entry.path();
      EXPECT_EQ(storage.below(*block).functions, expected) << name << ' ' << entry.path();
      EXPECT_TRUE(storage.below(*block).known) << name << ' ' << entry.path();
    }
  }
  std::cout << "read " << world().roots().size() << " machines, " << disks
            << " disks and partitions with a PCI path\n";
  EXPECT_GT(disks, 0u);
}

TEST(World, RootIsTracedWhereTheTreeHasWhatItTakes) {
  if (world().roots().empty()) GTEST_SKIP() << "no real machines beside the project";
  const std::map<std::string, std::vector<std::string>> expected = {
      {"hwloc-32em64t-nvme.tar", {"00:1f.2"}},
      {"hwloc-40intel64.tar", {"00:03.0", "01:00.0"}},
      {"hwloc-domain32.tar", {"10000:00:04.0"}}};
  std::size_t followed = 0;
  for (const auto& [name, root] : world().roots()) {
    const auto volumes = system_volumes(probed_at(root));
    const auto slash = std::ranges::find(volumes, "/", &SystemVolume::name);
    ASSERT_NE(slash, volumes.end()) << name;
    const auto wanted = expected.find(name);
    EXPECT_EQ(slash->known, wanted != expected.end()) << name;
    if (wanted == expected.end()) continue;
    ++followed;
    EXPECT_EQ(slash->functions, all_at(wanted->second)) << name;
  }
  std::cout << "followed / on " << followed << " of " << world().roots().size() << " machines\n";
}

TEST(World, EveryFunctionIsReadWithItsIds) {
  if (world().roots().empty()) GTEST_SKIP() << "no real machines beside the project";
  std::size_t functions = 0;
  for (const auto& [name, root] : world().roots()) {
    const auto snapshot = probed_at(root);
    const auto listed = fs::directory_iterator(root / "sys/bus/pci/devices");
    EXPECT_EQ(snapshot.functions.size(),
              static_cast<std::size_t>(std::distance(fs::begin(listed), fs::end(listed))))
        << name;
    functions += snapshot.functions.size();
    for (const auto& function : snapshot.functions) {
      EXPECT_TRUE(function.class_code || function.vendor_id || name.starts_with("ghw"))
          << name << ' ' << function.address.text();
      for (const auto& bridge : function.path)
        EXPECT_TRUE(snapshot.find(bridge)) << name << ' ' << function.address.text();
    }
  }
  std::cout << "read " << functions << " functions of " << world().roots().size() << " machines\n";
}

}  // namespace
}  // namespace pci_passthrough
