/// Who waits in the boot of a trial that confirms itself: on a recorded host whose facts change
/// between two looks. Nothing here sleeps: the pause is the test's own.
#include "plugin/run/auto_trial.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "plugin/host/lock.hpp"
#include "plugin/host/log.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/run/run.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr char device[] = "0000:00:14.0", boot_folder[] = "/boot/efi/EFI/xenserver/",
               records[] = "/.xapi/", state_file[] = "/var/lib/pci-passthrough/trial";

/// Thrown out of a pause: the host goes down.
struct WentDown {};

struct TrialHost {
  TrialHost() : root(text_of_file(recordings() / (std::string(alt) + ".host"))), host(root.path()) {
    write("/.xapi/VM.get_all_records", "{}");
    change("/.xapi/host.get_all_records", R"("name_label": )",
           R"("address": "10.0.0.5", "name_label": )");
    write("/usr/lib/systemd/system/pci-passthrough-auto.service", "");
    write("/usr/lib/systemd/system/multi-user.target.wants/pci-passthrough-auto.service", "");
    write("/var/run/xapi_init_complete.cookie", "");
    write("/proc/sysrq-trigger", "");
    has_address("10.0.0.5");
    stub("/sbin/shutdown", "echo \"$@\" >>\"$0.told\"\n");
    starts("e93cbf81-0000-4000-8000-000000000000", read("/proc/cmdline"));
  }

  fs::path path(const std::string& inside) const { return root.path() + inside; }
  std::string read(const std::string& inside) const {
    return fs::exists(path(inside)) ? text_of_file(path(inside)) : "";
  }
  void write(const std::string& inside, const std::string& text) const {
    fs::create_directories(path(inside).parent_path());
    std::ofstream(path(inside), std::ios::binary) << text;
  }
  void change(const std::string& inside, const std::string& what, const std::string& by) const {
    auto text = read(inside);
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << inside << ": " << what;
    write(inside, text.replace(at, what.size(), by));
  }
  void stub(const std::string& inside, const std::string& script) const {
    write(inside, std::string(stub_head) + script);
    fs::permissions(path(inside), fs::perms::owner_all);
  }
  void has_address(const std::string& address) const {
    stub("/sbin/ip", "echo '4: xenbr0    inet " + address + "/24 scope global xenbr0'\n");
  }
  void is_up_for(int seconds) const {
    write("/proc/uptime", std::to_string(seconds) + ".17 0.0\n");
  }
  void has_driver(const char* name) const {
    const auto folder = std::string("/sys/bus/pci/devices/") + device;
    fs::remove(path(folder + "/driver"));
    if (*name)
      fs::create_symlink(std::string("../../../bus/pci/drivers/") + name, path(folder + "/driver"));
    const auto event = read(folder + "/uevent");
    const auto begin = event.find("PCI_CLASS");
    write(folder + "/uevent",
          (*name ? std::string("DRIVER=") + name + "\n" : "") + event.substr(begin));
  }
  void starts(const std::string& id, const std::string& line) const {
    write("/proc/sys/kernel/random/boot_id", id + "\n");
    write("/proc/cmdline", line);
    write("/proc/stat", "cpu 0\nbtime 1700000000\n");
    is_up_for(60);
  }

  boost::json::object ask(const char* function,
                          std::vector<std::pair<std::string, std::string>> given) {
    return run(host, {function, std::move(given), shell}).json;
  }
  std::string boot_file() const { return read(std::string(boot_folder) + "grub.cfg"); }
  std::string stage() {
    const auto rules = ask("rules", {});
    const auto* trial = rules.if_contains("trial");
    return trial ? std::string(trial->at("stage").as_string()) : "none";
  }

  /// Armed; and its boot, all of which is as it should be.
  void tries(bool mark_is_kept = false) {
    ask("hide", {{"devices", device}, {"trial", "auto"}});
    const auto text = boot_file();
    const auto begin = text.find("root=", text.find("vmlinuz", text.find("pci-passthrough trial")));
    if (!mark_is_kept) fs::remove(path(std::string(boot_folder) + "grubenv"));
    starts("e93cbf82-0000-4000-8000-000000000000",
           text.substr(begin, text.find('\n', begin) - begin));
    has_driver("pciback");
  }

  /// The reply, and all that was logged; each pause is one step of the test.
  boost::json::object waits(std::vector<std::function<void()>> steps) {
    WaitTimes times;
    std::size_t next = 0;
    times.pause = [&](std::chrono::milliseconds time) {
      pauses.push_back(time);
      if (next == steps.size()) throw WentDown();
      steps[next++]();
    };
    testing::internal::CaptureStderr();
    open_log(false);
    try {
      auto reply = await_trial(host, {"confirm", {{"wait", "true"}}, shell}, times);
      said += testing::internal::GetCapturedStderr();
      EXPECT_EQ(next, steps.size()) << said;
      return reply;
    } catch (...) {
      said += testing::internal::GetCapturedStderr();
      throw;
    }
  }
  /// It goes down, orderly or not.
  void waits_and_goes_down(std::vector<std::function<void()>> steps) {
    EXPECT_THROW(waits(std::move(steps)), WentDown) << said;
  }

  bool is_told_to_shut_down() const { return read("/sbin/shutdown.told") == "-r now\n"; }
  std::string keys() const { return read("/proc/sysrq-trigger"); }

  ScratchRoot root;
  Host host;
  std::string said;
  std::vector<std::chrono::milliseconds> pauses;
};

TEST(AutoTrialWait, ConfirmsAtOnceWhereAllIsTrue) {
  TrialHost host;
  host.tries();
  EXPECT_EQ(host.stage(), "running");
  EXPECT_TRUE(host.waits({}).at("changed").as_bool());
  EXPECT_EQ(host.stage(), "none");
  EXPECT_NE(host.boot_file().find("xen-pciback.hide=(0000:00:14.0)"), std::string::npos);
  EXPECT_EQ(host.boot_file().find("pci-passthrough"), std::string::npos);
  EXPECT_EQ(host.read(state_file), "");
  EXPECT_FALSE(host.is_told_to_shut_down());
}

/// What spoils one condition and what mends it; how it is called.
struct Spoiled {
  const char* name;
  void (*spoil)(TrialHost&);
  void (*mend)(TrialHost&);
};

void pif_is(TrialHost& host, const char* was, const char* is) {
  host.change("/.xapi/PIF.get_all_records",
              std::string(R"("physical": true, "currently_attached": )") + was,
              std::string(R"("physical": true, "currently_attached": )") + is);
}
void pbd_is(TrialHost& host, const char* was, const char* is) {
  host.change("/.xapi/PBD.get_all_records", std::string(R"("currently_attached": )") + was,
              std::string(R"("currently_attached": )") + is);
}
void moves(TrialHost& host, const std::string& from, const std::string& to) {
  fs::rename(host.path(from), host.path(to));
}

const Spoiled spoiled[] = {
    {"rule", [](TrialHost& h) { h.change("/proc/cmdline", "(0000:00:14.0)", "(0000:00:15.0)"); },
     [](TrialHost& h) { h.change("/proc/cmdline", "(0000:00:15.0)", "(0000:00:14.0)"); }},
    {"pciback", [](TrialHost& h) { h.has_driver("xhci_hcd"); },
     [](TrialHost& h) { h.has_driver("pciback"); }},
    {"pciback", [](TrialHost& h) { h.has_driver(""); },
     [](TrialHost& h) { h.has_driver("pciback"); }},
    {"xapi", [](TrialHost& h) { fs::remove(h.path("/var/run/xapi_init_complete.cookie")); },
     [](TrialHost& h) { h.write("/var/run/xapi_init_complete.cookie", ""); }},
    {"address", [](TrialHost& h) { h.has_address("10.0.0.55"); },
     [](TrialHost& h) { h.has_address("10.0.0.5"); }},
    {"address", [](TrialHost& h) { h.stub("/sbin/ip", "exit 1\n"); },
     [](TrialHost& h) { h.has_address("10.0.0.5"); }},
    {"address", [](TrialHost& h) { fs::remove(h.path("/sbin/ip")); },
     [](TrialHost& h) { h.has_address("10.0.0.5"); }},
    {"coordinator", [](TrialHost& h) { moves(h, "/.xapi", "/.away"); },
     [](TrialHost& h) { moves(h, "/.away", "/.xapi"); }},
    {"pifs", [](TrialHost& h) { pif_is(h, "true", "false"); },
     [](TrialHost& h) { pif_is(h, "false", "true"); }},
    {"pifs", [](TrialHost& h) { moves(h, "/.xapi/PIF.get_all_records", "/away"); },
     [](TrialHost& h) { moves(h, "/away", "/.xapi/PIF.get_all_records"); }},
    {"pbds", [](TrialHost& h) { pbd_is(h, "true", "false"); },
     [](TrialHost& h) { pbd_is(h, "false", "true"); }},
    {"pbds", [](TrialHost& h) { pbd_is(h, "true", "null"); },
     [](TrialHost& h) { pbd_is(h, "null", "true"); }},
    {"pbds", [](TrialHost& h) { moves(h, "/.xapi/PBD.get_all_records", "/away"); },
     [](TrialHost& h) { moves(h, "/away", "/.xapi/PBD.get_all_records"); }},
    {"record", [](TrialHost& h) { moves(h, state_file, "/away"); },
     [](TrialHost& h) { moves(h, "/away", state_file); }},
    {"boot-file",
     [](TrialHost& h) {
       moves(h, "/boot/efi/EFI/xenserver/grub.cfg", "/boot/efi/EFI/xenserver/x");
     },
     [](TrialHost& h) {
       moves(h, "/boot/efi/EFI/xenserver/x", "/boot/efi/EFI/xenserver/grub.cfg");
     }},
};

TEST(AutoTrialWait, WaitsForEachThing) {
  for (const auto& one : spoiled) {
    SCOPED_TRACE(one.name);
    TrialHost host;
    host.tries();
    one.spoil(host);
    const auto reply = host.waits({[] {},
                                   [&] {
                                     const Lock nobody_holds_it(host.host, 0ms);
                                     one.mend(host);
                                   }});
    EXPECT_TRUE(reply.at("changed").as_bool());
    EXPECT_EQ(host.stage(), "none");
    EXPECT_NE(host.said.find(std::string(one.name) + ": "), std::string::npos) << host.said;
    EXPECT_EQ(std::ranges::count(host.said, '\n'), 3) << "each thing is said once: " << host.said;
    EXPECT_FALSE(host.is_told_to_shut_down());
  }
}

TEST(AutoTrialWait, RebootsAtTheEnd_AndSaysWhy) {
  for (const auto& one : spoiled) {
    SCOPED_TRACE(one.name);
    TrialHost host;
    host.tries();
    one.spoil(host);
    const auto before = host.boot_file();
    host.waits_and_goes_down({[&] { host.is_up_for(599); }, [&] { host.is_up_for(600); }});
    EXPECT_TRUE(host.is_told_to_shut_down());
    EXPECT_EQ(host.keys(), "") << "an orderly reboot is under way";
    EXPECT_EQ(host.pauses.back(), WaitTimes().reboot.orderly);
    EXPECT_EQ(host.boot_file(), before);
    const auto said = "reboots into the old entry. " + std::string(one.name) + ": ";
    EXPECT_NE(host.said.find(said), std::string::npos) << host.said;
    EXPECT_NE(host.read(state_file).find(std::string(one.name) + ": "), std::string::npos);
  }
}

TEST(AutoTrialWait, WhyItWentBackIsToldAfterwards) {
  TrialHost host;
  const auto first = host.read("/proc/cmdline");
  host.tries();
  pbd_is(host, "true", "false");
  host.is_up_for(600);
  host.waits_and_goes_down({});
  host.starts("e93cbf83-0000-4000-8000-000000000000", first);
  EXPECT_EQ(host.stage(), "over");
  const auto trial = host.ask("rules", {}).at("trial").as_object();
  EXPECT_EQ(trial.at("ended").as_string(), "pbds: The PBD of 'Local storage' is not plugged.");
  EXPECT_FALSE(host.waits({}).at("changed").as_bool()) << "this boot is no trial";
  host.ask("abandon", {});
  EXPECT_EQ(host.read(state_file), "");
}

TEST(AutoTrialWait, TheKernelRebootsWhereNobodyElseDoes) {
  TrialHost host;
  host.tries();
  pbd_is(host, "true", "false");
  host.is_up_for(600);
  host.waits_and_goes_down({[] {}, [] {}, [] {}, [] {}});
  EXPECT_EQ(host.keys(), "sub");
  EXPECT_NE(host.said.find("The reboot has not ended in time"), std::string::npos) << host.said;

  TrialHost other;
  other.tries();
  pbd_is(other, "true", "false");
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
    pbd_is(host, "true", "false");
    const auto reply = host.waits({[] {}, [&] { host.ask(end, {}); }});
    EXPECT_FALSE(reply.at("changed").as_bool());
    EXPECT_FALSE(host.is_told_to_shut_down());
    EXPECT_EQ(host.stage(), "none");
  }
}

/// The way of dom0's /var/log leads over the device all of a sudden.
void is_needed_by_dom0(const TrialHost& host) {
  const std::string disk = std::string("/sys/devices/pci0000:00/") + device + "/host9/block/sdq";
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
  EXPECT_NE(host.said.find(device), std::string::npos);
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
  pbd_is(host, "true", "false");
  host.is_up_for(600);
  EXPECT_NE(host.read(std::string(boot_folder) + "grubenv").find("override_entry"),
            std::string::npos);
  host.waits_and_goes_down({});
  EXPECT_EQ(host.read(std::string(boot_folder) + "grubenv").find("override_entry"),
            std::string::npos);
  EXPECT_TRUE(host.is_told_to_shut_down());
}

TEST(AutoTrialWait, StaysWhereTheRebootWouldNotLeadBack) {
  TrialHost host;
  host.tries();
  pbd_is(host, "true", "false");
  host.is_up_for(600);
  auto block = std::string("# GRUB Environment Block\noverride_entry=1\n");
  block.resize(1024, '#');
  host.write(std::string(boot_folder) + "grubenv", block);
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
