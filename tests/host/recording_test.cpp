#include "plugin/host/recording.hpp"

#include <fcntl.h>

#include "plugin/host/host.hpp"
#include "plugin/host/section.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

const std::string head(recording_head);

/// Reads, lists and looks at everything below the root.
std::string record_all(const std::string& root) {
  Host host(root);
  host.start_recording();
  std::vector<std::string> to_do = {"/"};
  while (!to_do.empty()) {
    const std::string directory = to_do.back();
    to_do.pop_back();
    for (const auto& name : host.list(directory).value) {
      const std::string path = (directory == "/" ? "" : directory) + "/" + name;
      if (host.link(path)) continue;
      if (host.read(path).error == EISDIR) to_do.push_back(path);
    }
  }
  return host.recording(false);
}

TEST(Recording, NotesLinksOnceAndContentUnderTheResolvedPath) {
  TemporaryDirectory root;
  root.write("sys/devices/pci0000:00/0000:00:1f.2/class", "0x010601\n", 0444);
  root.link("sys/bus/pci/devices/0000:00:1f.2", "../../../devices/pci0000:00/0000:00:1f.2");
  Host host(root.path());
  host.start_recording();
  host.read("/sys/bus/pci/devices/0000:00:1f.2/class");
  host.read("/sys/bus/pci/devices/0000:00:1f.2/class");
  host.read("/sys/bus/pci/devices/0000:00:1f.2/nothing");
  EXPECT_EQ(host.recording(false), head +
                                       "=== /sys/bus/pci/devices/0000:00:1f.2 -> "
                                       "../../../devices/pci0000:00/0000:00:1f.2\n"
                                       "=== /sys/devices/pci0000:00/0000:00:1f.2/class\n"
                                       "0x010601\n");
}

TEST(Recording, KeepsWhatWasOnlyListed) {
  TemporaryDirectory root;
  root.write("boot/vmlinuz", std::string(100, '\0'));
  root.write("boot/grub/grub.cfg", "x\n");
  root.link("boot/xen.gz", "xen-4.17.gz");
  std::filesystem::create_directories(root / "sys/kernel/iommu_groups");
  Host host(root.path());
  host.start_recording();
  host.list("/boot");
  host.list("/sys/kernel/iommu_groups");
  const std::string expected = head +
                               "=== /boot/grub directory\n"
                               "=== /boot/vmlinuz file\n"
                               "=== /boot/xen.gz -> xen-4.17.gz\n"
                               "=== /sys/kernel/iommu_groups directory\n";
  EXPECT_EQ(host.recording(false), expected);
  const ScratchRoot scratch(expected);
  EXPECT_EQ(Host(scratch.path()).list("/boot").value, host.list("/boot").value);
}

TEST(Recording, IsLossless) {
  TemporaryDirectory root;
  root.write("empty", "");
  root.write("newline", "\n");
  root.write("no-newline", "a\n=== b\n\\c\n===");
  root.write("crlf", "a\r\nb\r\n");
  root.write("binary", std::string("\0\1\2\n=== \xff", 9));
  root.write("tab and blank", "a\tb\n");
  root.write("back\\slash", "x\n", 0600);
  root.write("utf8-\xc3\xa4", "\xc3\xa4\n", 0640);
  root.link("link", "a target\nwith a newline");
  root.link("dangling", "nowhere");
  root.link("loop", "loop");
  const std::string recording = record_all(root.path());
  EXPECT_NE(recording.find("=== /back\\x5cslash mode=0600\nx\n"), std::string::npos) << recording;
  EXPECT_NE(recording.find("=== /no-newline no-newline\na\n\\=== b\n\\\\c\n\\===\n"),
            std::string::npos)
      << recording;

  const ScratchRoot scratch(recording);
  EXPECT_EQ(record_all(scratch.path()), recording);
  const Host before(root.path()), after(scratch.path());
  for (const auto& name : before.list("/").value) {
    EXPECT_EQ(after.read("/" + name).value, before.read("/" + name).value) << name;
    EXPECT_EQ(after.link("/" + name).value, before.link("/" + name).value) << name;
  }
}

TEST(Recording, OfThisMachineUnpacksToTheSame) {
  const auto record = [](const std::string& root) {
    Host host(root);
    host.start_recording();
    for (const auto& name : host.list("/sys/class/net").value)
      host.read("/sys/class/net/" + name + "/address");
    for (const auto& name : host.list("/sys/bus/pci/devices").value)
      host.read("/sys/bus/pci/devices/" + name + "/config");
    for (const auto* file : {"/proc/self/mountinfo", "/proc/cmdline", "/proc/mounts", "/etc/fstab"})
      host.read(file);
    host.link("/proc/mounts");
    host.has_program("/bin/sh");
    return host.recording(false);
  };
  const std::string recording = record("/");
  EXPECT_NE(recording.find("=== /proc/self/mountinfo\n"), std::string::npos);
  const ScratchRoot scratch(recording);
  EXPECT_EQ(record(scratch.path()), recording);
}

TEST(Recording, IsMaskedOnDemand) {
  TemporaryDirectory root;
  root.write("sys/class/net/eth0/address", "00:1b:21:3c:9d:f8\n");
  Host host(root.path());
  host.start_recording();
  host.read("/sys/class/net/eth0/address");
  EXPECT_NE(host.recording(false).find("00:1b:21:3c:9d:f8"), std::string::npos);
  EXPECT_EQ(host.recording(true).find("3c:9d:f8"), std::string::npos);
  EXPECT_NE(host.recording(true).find("=== /sys/class/net/eth0/address\n"), std::string::npos);
}

TEST(Recording, UnreadableStaysUnreadable) {
  const ScratchRoot scratch(head +
                            "=== /denied error=EACCES\n"
                            "=== /gone error=ENOENT\n"
                            "=== /tree error=EISDIR\n");
  const Host host(scratch.path());
  EXPECT_NE(host.read("/denied").error, 0);
  EXPECT_FALSE(host.read("/denied").absent());
  EXPECT_TRUE(host.read("/gone").absent());
  EXPECT_EQ(host.read("/tree").error, EISDIR);
}

TEST(Recording, NoFileBecomesExecutable) {
  const ScratchRoot scratch(head + "=== /bin/evil mode=6755\n" + std::string(stub_head) +
                            "touch /tmp/evil\n");
  struct stat status {};
  ASSERT_EQ(::stat((scratch.path() + "/bin/evil").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644u);
  EXPECT_FALSE(Host(scratch.path()).has_program("/bin/evil"));
}

TEST(Recording, RefusesWhatItDoesNotKnow) {
  const std::pair<std::string, std::string> bad[] = {
      {"=== /a\n", "line 1 of the recording: a recording begins"},
      {"", "line 1 of the recording: a recording begins"},
      {head + "text\n", "line 2 of the recording: before the first section"},
      {head + "=== /a/../b\n", "line 2 of the recording: /a/../b has"},
      {head + "=== /a/.\n", "has an empty part or . or .."},
      {head + "=== /a//b\n", "has an empty part or . or .."},
      {head + "=== /\n", "a path begins with /"},
      {head + "=== etc/passwd\n", "a path begins with /"},
      {head + "=== /a\\x2f..\\x2fb\n", "has an empty part or . or .."},
      {head + "=== /a\\x00b\n", "two hex digits but 00"},
      {head + "=== /a\\q\n", "two hex digits"},
      {head + "=== /a evil\n", "\"evil\" is no option of /a"},
      {head + "=== /a mode=99\n", "\"mode=99\" is no option"},
      {head + "=== /a error=EWHAT\n", "\"error=EWHAT\" is no option"},
      {head + "=== /a status=1\n", "\"status=1\" is no option"},
      {head + "=== /a file directory\n", "\"directory\" is no option"},
      {head + "=== /a file\ntext\n", "line 3 of the recording: /a holds no text"},
      {head + "=== /a\n=== /a\n", "line 3 of the recording: /a stands there twice"},
      {head + "=== /a\n=== /a/b\n", "/a/b leads through something that is no directory"},
      {head + "=== /a -> /etc\n=== /a/b\n", "/a/b leads through something that is no directory"},
      {head + "=== /a/b\n=== /a\n", "/a stands there already"},
      {head + "=== /a/b -> ../../c\n", "leads above the root"},
      {head + "=== /a -> b/../../c\n", "leads above the root"},
      {head + "=== /a -> /../etc\n", "leads above the root"},
      {head + "=== /a ->\n", "\"->\" is no option"},
      {head + "=== /a hex\n0g\n", "two hex digits each"},
      {head + "=== /a\r\nx\n", "a control character in a path"},
      {head + "=== /a\nx\r\n", "line 3 of the recording: a control character"},
      {head + "=== /a\n" + std::string(1, '\0') + "\n", "a control character"},
      {head + "=== /a no-newline\n", "no-newline is for a text"},
      {head + "=== $\n", "a $ section names a program"},
      {head + "=== $ xl info\n=== $ xl info\n", "twice"},
      {head + "=== $ ../../bin/sh\n", "a path begins with /"},
      {head + "=== $ ..\n", "has an empty part or . or .."},
      {head + "=== $ /../../bin/sh\n", "has an empty part or . or .."},
      {head + "=== /" + std::string(300, 'a') + "\n", "File name too long"},
      {head + "=== /big\n" + std::string(200 << 20, 'x') + "\n", "more than 16 MiB"},
  };
  for (const auto& [text, sentence] : bad) {
    TemporaryDirectory directory;
    const std::string& recording = text;
    const std::string said = failure_of([&] { unpack(recording, directory.path()); });
    EXPECT_NE(said.find(sentence), std::string::npos)
        << recording.substr(0, 200) << "\n  said: " << said;
    EXPECT_TRUE(said.starts_with(code::invalid_argument)) << said;
  }
}

TEST(Recording, ScratchIsGoneWithTheObject) {
  std::string path;
  {
    const ScratchRoot scratch(head + "=== /a\n");
    path = scratch.path();
    EXPECT_TRUE(std::filesystem::exists(path + "/a"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace pci_passthrough
