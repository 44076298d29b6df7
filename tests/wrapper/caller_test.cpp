#include "wrapper/caller.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace pci_passthrough {
namespace {

TEST(Caller, OnAMemberIsTheCoordinator) {
  std::string root = testing::TempDir() + "caller.XXXXXX";
  ASSERT_NE(mkdtemp(root.data()), nullptr);
  const auto name = [&] { return caller_through_xapi(Host(root)).name; };
  EXPECT_EQ(name(), "xapi");
  std::filesystem::create_directories(root + "/etc/xensource");
  std::ofstream(root + "/etc/xensource/pool.conf") << "slave:10.0.0.1";
  EXPECT_EQ(name(), "xapi, via the coordinator");
  EXPECT_FALSE(caller_through_xapi(Host(root)).at_shell);
  std::ofstream(root + "/etc/xensource/pool.conf") << "master";
  EXPECT_EQ(name(), "xapi");
  std::filesystem::remove_all(root);
}

TEST(Caller, AtAShellIsNamedWithWhomSudoNames) {
  setenv("SUDO_USER", "bob\x1b", 1);
  const auto by_sudo = caller_at_shell();
  unsetenv("SUDO_USER");
  const auto plain = caller_at_shell();
  EXPECT_EQ(plain.at_shell, geteuid() == 0);
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  EXPECT_EQ(plain.name, "root at a shell");
  EXPECT_EQ(by_sudo.name, "root at a shell (sudo by bob\\x1b)");
}

/// Whatever sudo or the environment says.
TEST(Caller, AtAShellIsRootByItsUidAlone) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  setenv("SUDO_USER", "root", 1);
  ASSERT_EQ(seteuid(65534), 0);
  const auto nobody = caller_at_shell();
  ASSERT_EQ(seteuid(0), 0);
  unsetenv("SUDO_USER");
  EXPECT_FALSE(nobody.at_shell);
  EXPECT_EQ(nobody.name, "uid 65534 at a shell");
  EXPECT_TRUE(caller_at_shell().at_shell);
}

TEST(Caller, NamesTheRootInTheEnvironment) {
  unsetenv("PCI_PASSTHROUGH_ROOT");
  EXPECT_EQ(root_of_environment(), "/");
  setenv("PCI_PASSTHROUGH_ROOT", "", 1);
  EXPECT_EQ(root_of_environment(), "/");
  setenv("PCI_PASSTHROUGH_ROOT", "/x", 1);
  EXPECT_EQ(root_of_environment(), "/x");
  unsetenv("PCI_PASSTHROUGH_ROOT");
}

}  // namespace
}  // namespace pci_passthrough
