/// Which boot file is read where one of them cannot be looked at: never another in its place.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <span>

#include "plugin/host/host.hpp"
#include "plugin/probe/probe.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view files[] = {"/boot/efi/EFI/xenserver/grub.cfg", "/boot/grub/grub.cfg",
                                      "/boot/grub2/grub.cfg", "/boot/extlinux.conf"};

Boot boot_of(const std::string& root) {
  Host host(root);
  return probe(host, ProbeScope::boot).boot;
}

void make_unreadable(const fs::path& path) {
  fs::remove_all(path);
  fs::create_symlink(path.filename(), path);
}

/// Each file and each directory above it, on hosts that have a second file to fall back to.
TEST(BootChoice, WhatCannotBeLookedAtIsNotPassedOver) {
  std::size_t tried = 0;
  for (const char* name : {"xcp-ng-8.3", "xcp-ng-8.2-bios", "xenserver-6.2", "xenserver-9"}) {
    const auto text = text_of_file(recordings() / (std::string(name) + ".host"));
    const auto chosen = boot_of(ScratchRoot(text).path()).path;
    ASSERT_FALSE(chosen.empty());
    for (fs::path lost = chosen; lost.parent_path() != "/"; lost = lost.parent_path()) {
      const ScratchRoot root(text);
      const auto* place = std::ranges::find(files, chosen);
      for (const auto file : std::span(place, std::end(files))) {
        const fs::path there = root.path() + std::string(file);
        fs::create_directories(there.parent_path());
        if (!fs::exists(there)) fs::copy_file(root.path() + chosen, there);
      }
      make_unreadable(root.path() + lost.string());
      const auto boot = boot_of(root.path());
      EXPECT_NE(boot.unreadable, "") << name << " without " << lost << " reads " << boot.path;
      ++tried;
    }
  }
  EXPECT_GT(tried, 10u);
}

TEST(BootChoice, FirmwareThatCannotBeLookedAtIsUnknown) {
  const ScratchRoot root(text_of_file(recordings() / "xcp-ng-8.3.host"));
  ASSERT_EQ(boot_of(root.path()).efi, true);
  make_unreadable(root.path() + "/sys/firmware/efi");
  EXPECT_EQ(boot_of(root.path()).efi, std::nullopt);
}

}  // namespace
}  // namespace pci_passthrough
