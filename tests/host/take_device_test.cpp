#include "plugin/host/take_device.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <functional>
#include <thread>

#include "plugin/host/lock.hpp"
#include "plugin/host/take_marker.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;
using State = Taken::State;

constexpr char unbind_file[] = "sys/bus/pci/drivers/nvme/unbind",
               slot_file[] = "sys/bus/pci/drivers/pciback/new_slot",
               bind_file[] = "sys/bus/pci/drivers/pciback/bind",
               driver_link[] = "sys/bus/pci/devices/0000:03:00.0/driver",
               marker_file[] = "var/lib/pci-passthrough/taking",
               boot_file[] = "proc/sys/kernel/random/boot_id";

/// A host with an NVMe disk. Its files of sysfs are FIFOs: to open one for writing waits for the
/// kernel's side, which is a thread of the test's, or nobody.
struct TakeRoot {
  TakeRoot() {
    directory.write(boot_file, "boot-1\n");
    directory.write("dev/nvme0n1", "");
    set_driver("nvme");
    for (const auto* file : {unbind_file, slot_file, bind_file}) {
      directory.write(file, "");
      std::filesystem::remove(directory / file);
      EXPECT_EQ(::mkfifo((directory / file).c_str(), 0600), 0);
    }
  }
  void set_driver(const std::string& name) const {
    std::filesystem::remove(directory / driver_link);
    if (!name.empty()) directory.link(driver_link, "../../../bus/pci/drivers/" + name);
  }
  Taken take(std::chrono::milliseconds deadline = 60s) const {
    const Lock lock(host);
    return take_device(host, step, deadline);
  }
  std::string marker() const { return directory.read(marker_file); }

  TemporaryDirectory directory;
  const Host host{directory.path()};
  TakeDevice step{PciAddress::parse("03:00.0").value(), "nvme", {"nvme0n1"}};
};

/// The kernel's side: does with the link what it would, and notes what it was told.
class Kernel {
 public:
  explicit Kernel(const TakeRoot& root, std::string ends_with = "pciback")
      : thread_([&root, this, ends_with] {
          const auto say = [&](const char* file, const std::function<void()>& opened) {
            std::ifstream fifo(root.directory / file);
            opened();
            said += std::string(std::istreambuf_iterator<char>(fifo), {}) + ";";
          };
          say(unbind_file, [&] {
            marker = root.marker();
            root.set_driver("");
          });
          say(slot_file, [] {});
          root.set_driver(ends_with);  // before it is read back
          say(bind_file, [] {});
        }) {}
  void join() { thread_.join(); }

  std::string said, marker;

 private:
  std::thread thread_;
};

TEST(TakeDevice, UnbindsAndGivesItToPciback) {
  const TakeRoot root;
  Kernel kernel(root);
  const auto taken = root.take();
  kernel.join();
  EXPECT_EQ(taken.state, State::held) << taken.error;
  EXPECT_EQ(taken.driver, "pciback");
  EXPECT_EQ(kernel.said, "0000:03:00.0;0000:03:00.0;0000:03:00.0;");
  EXPECT_NE(kernel.marker.find(R"("boot":"boot-1","device":"0000:03:00.0","driver":"nvme")"),
            std::string::npos)
      << kernel.marker;
  EXPECT_EQ(root.marker(), "") << "it is over";
  EXPECT_FALSE(read_unfinished(root.host));
}

/// Nobody reads what would be written: a write would wait for ever.
TEST(TakeDevice, WhatAnotherCallTookMeanwhileIsHeld) {
  const TakeRoot root;
  root.set_driver("pciback");
  const auto taken = root.take();
  EXPECT_EQ(taken.state, State::held) << taken.error;
  EXPECT_EQ(taken.driver, "pciback");
  EXPECT_EQ(root.marker(), "");
}

TEST(TakeDevice, WhatPcibackDoesNotHoldAfterwardsIsNotTaken) {
  const TakeRoot root;
  Kernel kernel(root, "vfio-pci");
  const auto taken = root.take();
  kernel.join();
  EXPECT_EQ(taken.state, State::failed);
  EXPECT_EQ(taken.driver, "vfio-pci");
}

/// The lock and the output are free at once; the child holds the marker, and says so to all.
TEST(TakeDevice, ADriverThatNeverLetsGoIsUnknownAndLeavesItsMarker) {
  const TakeRoot root;
  int output[2];
  ASSERT_EQ(::pipe(output), 0);
  const auto taken = root.take(50ms);
  EXPECT_EQ(taken.state, State::unknown);
  EXPECT_NE(taken.error.find("nvme has not let go"), std::string::npos) << taken.error;
  EXPECT_EQ(taken.driver, "nvme");

  const Lock free(root.host, 0ms);
  ::close(output[1]);
  char byte = 0;
  EXPECT_EQ(::read(output[0], &byte, 1), 0) << "a descriptor of ours is open in the child";
  ::close(output[0]);

  const auto unfinished = read_unfinished(root.host);
  ASSERT_TRUE(unfinished);
  EXPECT_EQ(unfinished->device.text(), "0000:03:00.0");
  EXPECT_EQ(unfinished->driver, "nvme");
  EXPECT_TRUE(unfinished->goes_on);
  remove_old_markers(root.host);
  EXPECT_TRUE(read_unfinished(root.host)) << "it is of this boot";

  root.directory.write(boot_file, "boot-2\n");
  EXPECT_FALSE(read_unfinished(root.host)) << "the host was booted since";
  root.directory.write(boot_file, "boot-1\n");

  Kernel kernel(root);  // the driver lets go after all: the child does the rest
  kernel.join();
  while (read_unfinished(root.host)) std::this_thread::yield();
  EXPECT_EQ(kernel.said, "0000:03:00.0;0000:03:00.0;0000:03:00.0;");
  EXPECT_EQ(driver_by_link(root.host, root.step.device), "pciback");
}

TEST(TakeDevice, AMarkerWhoseChildIsDeadIsOfThisBootOrOfNone) {
  const TakeRoot root;
  const Lock lock(root.host);
  root.directory.write(marker_file, marker_text(root.step, "boot-1\n"), 0600);
  const auto unfinished = read_unfinished(root.host);
  ASSERT_TRUE(unfinished);
  EXPECT_FALSE(unfinished->goes_on);
  remove_old_markers(root.host);
  EXPECT_NE(root.marker(), "");
  root.directory.write(boot_file, "boot-2\n");
  remove_old_markers(root.host);
  EXPECT_EQ(root.marker(), "");
}

TEST(TakeDevice, ADamagedMarkerIsUnknown) {
  const TakeRoot root;
  for (const char* text : {"", "{", "[]", "{}", R"({"device":"x"})"}) {
    root.directory.write(marker_file, text);
    const auto unfinished = read_unfinished(root.host);
    ASSERT_TRUE(unfinished) << text;
    EXPECT_EQ(unfinished->unread, "it is damaged") << text;
  }
}

/// What goes wrong before the driver is asked leaves it as it was.
TEST(TakeDevice, NothingIsTakenWhereSomethingIsNotAsItWasJudged) {
  const struct {
    void (*change)(const TakeRoot&);
    const char* says;
  } cases[] = {
      {[](const TakeRoot& root) { std::filesystem::remove(root.directory / "dev/nvme0n1"); },
       "cannot open /dev/nvme0n1 exclusively (No such file or directory)"},
      {[](const TakeRoot& root) { root.set_driver("other"); },
       "its driver is not the one that was judged"},
      {[](const TakeRoot& root) { std::filesystem::remove(root.directory / boot_file); },
       "cannot read /proc/sys/kernel/random/boot_id"},
      {[](const TakeRoot& root) {
         root.directory.write(std::string(marker_file) + "/in/the/way", "");
         ::chmod((root.directory / "var/lib/pci-passthrough").c_str(), 0700);
       },
       "cannot write /var/lib/pci-passthrough/taking"},
      {[](const TakeRoot& root) { std::filesystem::remove(root.directory / unbind_file); },
       "cannot write /sys/bus/pci/drivers/nvme/unbind (No such file or directory)"}};
  for (const auto& [change, says] : cases) {
    const TakeRoot root;
    change(root);
    const auto taken = root.take();
    EXPECT_EQ(taken.state, State::failed) << says;
    EXPECT_NE(taken.error.find(says), std::string::npos) << taken.error;
    EXPECT_NE(taken.driver, "pciback");
  }
}

TEST(TakeDevice, AfterTheFirstThatFailsNoneIsTried) {
  const TakeRoot root;
  std::filesystem::remove(root.directory / "dev/nvme0n1");
  const auto all = take_devices(root.host, {root.step, root.step});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, State::failed);
  EXPECT_EQ(all[1].state, State::not_tried);
  EXPECT_EQ(all[1].driver, "nvme");
}

TEST(TakeDevice, WithoutADriverThereIsNothingToUnbind) {
  TakeRoot root;
  root.set_driver("");
  root.step.driver = "";
  std::thread kernel([&] {
    root.directory.read(slot_file);
    root.set_driver("pciback");
    root.directory.read(bind_file);
  });
  EXPECT_EQ(root.take().state, State::held);
  kernel.join();
}

}  // namespace
}  // namespace pci_passthrough
