#include "plugin/host/lock.hpp"

#include <fcntl.h>

#include <thread>

#include "plugin/host/program.hpp"
#include "plugin/host/recording.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;

TEST(Lock, MakesItsDirectory) {
  TemporaryDirectory root;
  const Lock lock(Host(root.path()));
  struct stat status {};
  ASSERT_EQ(::stat((root / "var/lib/pci-passthrough").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST(Lock, IsHeldByOne) {
  TemporaryDirectory root;
  const Host host(root.path());
  {
    const Lock lock(host);
    EXPECT_EQ(failure_of([&] { Lock second(host, 60ms); }),
              std::string(code::busy) + ": another change is under way (waited 60 ms); try again");
  }
  EXPECT_EQ(failure_of([&] { Lock second(host, 0ms); }), "");
}

TEST(Lock, IsWaitedFor) {
  TemporaryDirectory root;
  const Host host(root.path());
  auto first = std::make_unique<Lock>(host);
  std::thread release([&] {
    std::this_thread::sleep_for(100ms);
    first.reset();
  });
  EXPECT_EQ(failure_of([&] { Lock second(host, 5s); }), "");
  release.join();
}

TEST(Lock, OutlivesUsInAChildThatStillRuns) {
  TemporaryDirectory root;
  root.write("sbin/stub", std::string(stub_head) + "sleep 1 >/dev/null 2>&1 &\n", 0755);
  const Host host(root.path());
  {
    const Lock lock(host);
    run_program(host, "/sbin/stub", {}, 20s, lock.descriptor());
  }
  EXPECT_TRUE(failure_of([&] { Lock second(host, 0ms); }).starts_with(code::busy));
  EXPECT_EQ(failure_of([&] { Lock second(host, 10s); }), "");
}

TEST(Lock, RefusesADirectoryThatIsNotOurs) {
  TemporaryDirectory root;
  const Host host(root.path());
  const auto said = [&] { return failure_of([&] { Lock lock(host); }); };
  const std::string path = root / "var/lib/pci-passthrough";
  root.write("elsewhere/x", "");

  root.link("var/lib/pci-passthrough", "/elsewhere");
  EXPECT_EQ(said(), internal +
                        "/var/lib/pci-passthrough is a link; it must be a directory of root's own: "
                        "remove the link");
  std::filesystem::remove(path);
  root.write("var/lib/pci-passthrough", "");
  EXPECT_EQ(said(), internal + "cannot make or open /var/lib/pci-passthrough: Not a directory");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  ASSERT_EQ(::chmod(path.c_str(), 0770), 0);
  EXPECT_EQ(said(),
            internal + "/var/lib/pci-passthrough may be written by others; it must have mode 0700");
  if (::geteuid() != 0) return;
  ASSERT_EQ(::chmod(path.c_str(), 0700), 0);
  ASSERT_EQ(::chown(path.c_str(), 12, 12), 0);
  EXPECT_EQ(said(),
            internal + "/var/lib/pci-passthrough belongs to user 12; it must belong to user 0");
}

}  // namespace
}  // namespace pci_passthrough
