#include "plugin/run/auto_trial.hpp"

#include <gtest/gtest.h>

#include "tests/change/trial_host.hpp"

namespace pci_passthrough {
namespace {

namespace fs = std::filesystem;

TEST(AutoTrialWait, ConfirmsAtOnceWhereAllIsTrue) {
  TrialHost host;
  host.tries();
  EXPECT_EQ(host.stage(), "running");
  EXPECT_TRUE(host.waits({}).at("changed").as_bool());
  EXPECT_EQ(host.stage(), "none");
  EXPECT_NE(host.boot_file().find("xen-pciback.hide=(0000:00:14.0)"), std::string::npos);
  EXPECT_EQ(host.boot_file().find("pci-passthrough"), std::string::npos);
  EXPECT_EQ(host.read(TrialHost::state_file), "");
  EXPECT_FALSE(host.is_told_to_shut_down());
}

/// What spoils one condition and what mends it; how it is called.
struct Spoiled {
  const char* name;
  void (*spoil)(TrialHost&);
  void (*mend)(TrialHost&);
};

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
    {"pifs", [](TrialHost& h) { h.pif_is("true", "false"); },
     [](TrialHost& h) { h.pif_is("false", "true"); }},
    {"pifs", [](TrialHost& h) { moves(h, "/.xapi/PIF.get_all_records", "/away"); },
     [](TrialHost& h) { moves(h, "/away", "/.xapi/PIF.get_all_records"); }},
    {"pbds", [](TrialHost& h) { h.pbd_is("true", "false"); },
     [](TrialHost& h) { h.pbd_is("false", "true"); }},
    {"pbds", [](TrialHost& h) { h.pbd_is("true", "null"); },
     [](TrialHost& h) { h.pbd_is("null", "true"); }},
    {"pbds", [](TrialHost& h) { moves(h, "/.xapi/PBD.get_all_records", "/away"); },
     [](TrialHost& h) { moves(h, "/away", "/.xapi/PBD.get_all_records"); }},
    {"record", [](TrialHost& h) { moves(h, TrialHost::state_file, "/away"); },
     [](TrialHost& h) { moves(h, "/away", TrialHost::state_file); }},
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
    EXPECT_NE(host.read(TrialHost::state_file).find(std::string(one.name) + ": "),
              std::string::npos);
  }
}

}  // namespace
}  // namespace pci_passthrough
