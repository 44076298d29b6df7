#include "plugin/run/auto_trial.hpp"

#include <gtest/gtest.h>

#include "plugin/host/lock.hpp"
#include "plugin/model/failure.hpp"
#include "tests/change/trial_host.hpp"

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST(AutoTrialWait, WhyItWentBackIsToldAfterwards) {
  TrialHost host;
  const auto first = host.read("/proc/cmdline");
  host.tries();
  host.pbd_is("true", "false");
  host.is_up_for(600);
  host.waits_and_goes_down({});
  host.starts("e93cbf83-0000-4000-8000-000000000000", first);
  EXPECT_EQ(host.stage(), "over");
  const auto trial = host.ask("rules", {}).at("trial").as_object();
  EXPECT_EQ(trial.at("ended").as_string(), "pbds: The PBD of 'Local storage' is not plugged.");
  EXPECT_FALSE(host.waits({}).at("changed").as_bool()) << "this boot is no trial";
  host.ask("abandon", {});
  EXPECT_EQ(host.read(TrialHost::state_file), "");
}

TEST(AutoTrialWait, TheKernelRebootsWhereNobodyElseDoes) {
  TrialHost host;
  host.tries();
  host.pbd_is("true", "false");
  host.is_up_for(600);
  host.waits_and_goes_down({[] {}, [] {}, [] {}, [] {}});
  EXPECT_EQ(host.keys(), "sub");
  EXPECT_NE(host.said.find("The reboot has not ended in time"), std::string::npos) << host.said;

  TrialHost other;
  other.tries();
  other.pbd_is("true", "false");
  other.is_up_for(600);
  other.stub("/sbin/shutdown", "exit 3\n");
  other.waits_and_goes_down({[] {}, [] {}, [] {}});
  EXPECT_EQ(other.keys(), "sub");
  EXPECT_NE(other.said.find("/sbin/shutdown failed (3)"), std::string::npos) << other.said;
}

TEST(AutoTrialWait, EndsWhereAPersonEndsTheTrial) {
  for (const char* end : {"confirm", "abandon"}) {
    SCOPED_TRACE(end);
    TrialHost host;
    host.tries();
    host.pbd_is("true", "false");
    const auto reply = host.waits({[] {}, [&] { host.ask(end, {}); }});
    EXPECT_FALSE(reply.at("changed").as_bool());
    EXPECT_FALSE(host.is_told_to_shut_down());
    EXPECT_EQ(host.stage(), "none");
  }
}

/// The way of dom0's /var/log leads over the device all of a sudden.
void is_needed_by_dom0(const TrialHost& host) {
  const std::string disk =
      std::string("/sys/devices/pci0000:00/") + TrialHost::device + "/host9/block/sdq";
  host.write(disk + "/dev", "65:0\n");
  fs::create_symlink("../.." + disk.substr(4), host.path("/sys/class/block/sdq"));
  host.write("/proc/self/mountinfo",
             host.read("/proc/self/mountinfo") + "99 59 65:0 / /var/log rw - ext3 /dev/sdq rw\n");
}

TEST(AutoTrialWait, AConfirmationThatIsRefusedIsTriedOnce) {
  TrialHost host;
  host.tries();
  is_needed_by_dom0(host);
  const auto before = host.boot_file();
  host.waits_and_goes_down({});
  EXPECT_TRUE(host.is_told_to_shut_down()) << host.said;
  EXPECT_EQ(host.boot_file(), before);
  EXPECT_NE(host.said.find("confirm: Refused; nothing was changed."), std::string::npos)
      << host.said;
  EXPECT_NE(host.said.find(TrialHost::device), std::string::npos);
}

TEST(AutoTrialWait, AConfirmationThatFailsIsTriedAgain) {
  TrialHost host;
  host.tries();
  fs::remove_all(host.path("/var/lib/pci-passthrough/backups"));
  host.write("/var/lib/pci-passthrough/backups", "in the way");
  const auto reply =
      host.waits({[&] { fs::remove(host.path("/var/lib/pci-passthrough/backups")); }});
  EXPECT_TRUE(reply.at("changed").as_bool());
  EXPECT_NE(host.said.find("Not true yet: confirm: "), std::string::npos) << host.said;
}

TEST(AutoTrialWait, TakesAMarkAwayBeforeItReboots) {
  TrialHost host;
  host.tries(true);
  host.pbd_is("true", "false");
  host.is_up_for(600);
  EXPECT_NE(host.read(std::string(TrialHost::boot_folder) + "grubenv").find("override_entry"),
            std::string::npos);
  host.waits_and_goes_down({});
  EXPECT_EQ(host.read(std::string(TrialHost::boot_folder) + "grubenv").find("override_entry"),
            std::string::npos);
  EXPECT_TRUE(host.is_told_to_shut_down());
}

TEST(AutoTrialWait, StaysWhereTheRebootWouldNotLeadBack) {
  TrialHost host;
  host.tries();
  host.pbd_is("true", "false");
  host.is_up_for(600);
  auto block = std::string("# GRUB Environment Block\noverride_entry=1\n");
  block.resize(1024, '#');
  host.write(std::string(TrialHost::boot_folder) + "grubenv", block);
  const auto reply = host.waits({[] {}, [&] { host.ask("abandon", {}); }});
  EXPECT_FALSE(host.is_told_to_shut_down());
  EXPECT_NE(host.said.find("stays in the boot of the trial"), std::string::npos) << host.said;
  EXPECT_NE(host.said.find("which somebody asked for"), std::string::npos) << host.said;
}

TEST(AutoTrialWait, IsForRootAtAShell) {
  TrialHost host;
  host.tries();
  EXPECT_THROW(await_trial(host.host, {"confirm", {{"wait", "true"}}, remote}, {}), Failure);
  EXPECT_EQ(host.stage(), "running");
}

}  // namespace
}  // namespace pci_passthrough
