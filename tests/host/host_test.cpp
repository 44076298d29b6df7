#include "plugin/host/host.hpp"

#include <fcntl.h>

#include "plugin/host/beneath.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/recording.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using Names = std::vector<std::string>;

TEST(Host, ReadsListsAndFollowsLinks) {
  TemporaryDirectory root;
  root.write("sys/devices/pci0000:00/0000:00:1f.2/class", "0x010601\n");
  root.link("sys/bus/pci/devices/0000:00:1f.2", "../../../devices/pci0000:00/0000:00:1f.2");
  const Host host(root.path());

  EXPECT_FALSE(host.is_live());
  EXPECT_EQ(host.read("/sys/bus/pci/devices/0000:00:1f.2/class").value, "0x010601\n");
  EXPECT_EQ(host.list("/sys/bus/pci/devices").value, Names{"0000:00:1f.2"});
  EXPECT_EQ(host.list("/sys/bus/pci/devices/0000:00:1f.2").value, Names{"class"});
  EXPECT_EQ(host.link("/sys/bus/pci/devices/0000:00:1f.2").value,
            "../../../devices/pci0000:00/0000:00:1f.2");
  EXPECT_EQ(host.link("/sys/bus/pci/devices/0000:00:1f.2/class").error, EINVAL);
  EXPECT_EQ(host.resolve("/sys/bus/pci/devices/0000:00:1f.2/class"),
            "/sys/devices/pci0000:00/0000:00:1f.2/class");
  EXPECT_EQ(host.resolve("/sys/bus/pci/nowhere"), std::nullopt);
  EXPECT_TRUE(host.exists("/sys/bus/pci/devices/0000:00:1f.2/class"));
  EXPECT_FALSE(host.exists("/sys/bus/pci/nowhere"));
  EXPECT_EQ(host.outside("/sys"), root / "sys");
}

TEST(Host, TellsAbsentFromUnreadable) {
  TemporaryDirectory root;
  root.write("file", "x");
  root.link("loop", "loop");
  const Host host(root.path());

  EXPECT_TRUE(host.read("/nothing").absent());
  EXPECT_TRUE(host.read("/file/below").absent());
  EXPECT_TRUE(host.list("/file").absent());
  EXPECT_EQ(host.read("/loop").error, ELOOP);
  EXPECT_FALSE(host.read("/loop").absent());
  EXPECT_EQ(host.read("/").error, EISDIR);
  EXPECT_EQ(host.read("/").reason(), "Is a directory");
  EXPECT_EQ(host.read(std::string_view("/file\0", 6)).error, EINVAL);
  EXPECT_EQ(host.link(std::string_view("/loop\0", 6)).error, EINVAL);
  EXPECT_FALSE(host.exists(std::string_view("/file\0", 6)));
}

TEST(Host, NeitherHangsOnAFifoNorReadsADevice) {
  TemporaryDirectory root;
  ASSERT_EQ(::mkfifo((root / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(Host(root.path()).read("/fifo").error, EOPNOTSUPP);
  EXPECT_EQ(Host("/").read("/dev/zero").error, EOPNOTSUPP);
}

TEST(Host, ReadsTheFirstBytesOnly) {
  TemporaryDirectory root;
  root.write("config", std::string(300000, 'c'));
  const Host host(root.path());
  EXPECT_EQ(host.read("/config", 64).value, std::string(64, 'c'));
  EXPECT_EQ(host.read("/config").value.size(), 300000u);
}

TEST(Host, ReadsOnAsWanted) {
  TemporaryDirectory root;
  root.write("file", "4567890abcdef");
  Host host(root.path());
  const auto first_tells = [](std::string_view read) {
    return read.empty() ? std::size_t{1} : static_cast<std::size_t>(read[0] - '0');
  };
  const auto for_ever = [](std::string_view read) { return read.size() + 1; };
  EXPECT_EQ(host.read_as_wanted("/file", first_tells).value, "4567");
  EXPECT_EQ(host.read_as_wanted("/file", for_ever).value, "4567890abcdef");
  EXPECT_TRUE(host.read_as_wanted("/nothing", for_ever).absent());
  host.start_recording();
  host.read_as_wanted("/file", first_tells);
  EXPECT_NE(host.recording(false).find("=== /file no-newline\n4567\n"), std::string::npos);
}

TEST(Host, LiveReadsTheMachineItself) {
  const Host host("/");
  EXPECT_TRUE(host.is_live());
  EXPECT_NE(host.read("/proc/self/mountinfo").value.find(" / "), std::string::npos);
  EXPECT_EQ(host.outside("/etc"), "/etc");
  EXPECT_TRUE(host.has_program("/bin/sh"));
  EXPECT_FALSE(host.has_program("/etc/passwd"));
  EXPECT_FALSE(host.has_program("/etc"));
}

TEST(Host, RefusesARootThatIsNone) {
  EXPECT_NE(failure_of([] { Host host("/nowhere/at/all"); }).find("No such file"),
            std::string::npos);
}

/// Ways out of a root, each of which reached the secret were it followed as the kernel does.
struct HostileRoot {
  HostileRoot() {
    outer.write("secret", "secret\n");
    outer.write("root/inside/file", "inside\n");
    outer.link("root/absolute", outer / "secret");
    outer.link("root/upward", "../secret");
    outer.link("root/inside/far", "../../../../../../../../.." + (outer / "secret"));
    outer.link("root/directory", "..");
    outer.link("root/password", "/etc/passwd");
    outer.link("root/good", "/inside/file");
    outer.link("root/inside/chain", "../good");
  }
  TemporaryDirectory outer;
  const std::string root = outer / "root";
};

constexpr const char* ways_out[] = {"/absolute",           "/upward",   "/inside/far",
                                    "/directory/secret",   "/password", "/../secret",
                                    "/inside/../../secret"};

TEST(Host, NoPathLeadsOut) {
  const HostileRoot hostile;
  Host host(hostile.root);
  for (const bool recorded : {false, true}) {
    if (recorded) host.start_recording();
    for (const auto* path : ways_out) {
      EXPECT_TRUE(host.read(path).absent()) << path;
      EXPECT_FALSE(host.exists(path)) << path;
      EXPECT_EQ(host.resolve(path), std::nullopt) << path;
    }
    EXPECT_EQ(host.read("/inside/chain").value, "inside\n");
    EXPECT_EQ(host.list("/directory").value, host.list("/").value);
    EXPECT_EQ(host.resolve("/inside/chain"), "/inside/file");
    EXPECT_EQ(host.resolve("/../.."), "/");
  }
}

TEST(Beneath, WalksWhereTheKernelCannotHelp) {
  const HostileRoot hostile;
  const Descriptor root(::open(hostile.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (const auto* path : ways_out)
    EXPECT_FALSE(open_walked(root.get(), path, O_RDONLY | O_CLOEXEC)) << path;
  const Descriptor file = open_walked(root.get(), "/inside/chain", O_RDONLY | O_CLOEXEC);
  std::string content;
  ASSERT_TRUE(file);
  EXPECT_EQ(read_up_to(file.get(), 100, &content), 0);
  EXPECT_EQ(content, "inside\n");
  EXPECT_EQ(walk_beneath(root.get(), "/inside/chain").links.size(), 2u);
}

TEST(Beneath, FollowsFortyLinksAndNoMore) {
  TemporaryDirectory directory;
  directory.write("link0", "end");
  for (int i = 1; i <= 41; ++i)
    directory.link("link" + std::to_string(i), "link" + std::to_string(i - 1));
  const Descriptor root(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(walk_beneath(root.get(), "/link40").error, 0);
  EXPECT_EQ(walk_beneath(root.get(), "/link41").error, ELOOP);
}

TEST(Host, BelowARootOnlyAStubIsAProgram) {
  TemporaryDirectory root;
  root.write("bin/real", "#!/bin/sh\necho real\n", 0755);
  root.write("bin/stub", std::string(stub_head) + "exit 0\n", 0755);
  root.write("bin/text", std::string(stub_head) + "exit 0\n", 0644);
  root.link("bin/sh", "/../../../bin/sh");
  const Host host(root.path());
  EXPECT_TRUE(host.has_program("/bin/stub"));
  for (const auto* path : {"/bin/real", "/bin/text", "/bin/sh", "/bin", "/bin/nothing"})
    EXPECT_FALSE(host.has_program(path)) << path;
}

}  // namespace
}  // namespace pci_passthrough
