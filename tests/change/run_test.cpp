#include "plugin/run/run.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "plugin/host/backups.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/model/failure.hpp"
#include "tests/support/recorded_host.hpp"

namespace {
/// What the holder of the lock does once somebody waits for it.
std::function<void()> when_busy;
}  // namespace

/// In the place of the C library's.
extern "C" int flock(int file, int operation) noexcept {
  if (::syscall(SYS_flock, file, operation) == 0) return 0;
  const int error = errno;
  if (error == EWOULDBLOCK && when_busy) std::exchange(when_busy, nullptr)();
  return errno = error, -1;
}

namespace pci_passthrough {
namespace {

using Given = std::vector<std::pair<std::string, std::string>>;

/// A recorded host, unpacked, to be changed.
struct LiveHost {
  explicit LiveHost(const std::string& name)
      : root(text_of_file(recordings() / (name + ".host"))), host(root.path()) {}

  boost::json::object ask(std::string function, Given given, const Caller& caller = shell) {
    const auto reply = run(host, {std::move(function), std::move(given), caller});
    return boost::json::parse(rendered(reply)).as_object();
  }
  std::string failure(std::string function, Given given, const Caller& caller = shell) {
    try {
      ask(std::move(function), std::move(given), caller);
      return "";
    } catch (const Failure& failure) {
      return failure.code + ": " + failure.sentence;
    }
  }
  std::filesystem::path path(const std::string& inside) const { return root.path() + inside; }
  std::string read(const std::string& inside) const { return text_of_file(path(inside)); }
  void write(const std::string& inside, const std::string& text) const {
    std::filesystem::create_directories(path(inside).parent_path());
    std::ofstream(path(inside), std::ios::binary) << text;
  }
  bool has_state() const { return std::filesystem::exists(path(state_directory)); }

  ScratchRoot root;
  Host host;
};

constexpr char grub_cfg[] = "/boot/efi/EFI/xenserver/grub.cfg",
               extlinux_conf[] = "/boot/extlinux.conf";

TEST(Run, AQuestionTouchesNothing) {
  LiveHost nas("xcp-ng-8.3");
  for (const char* function : {"list", "verify", "rules", "backups", "version", "help", "explain"})
    EXPECT_EQ(nas.ask(function, {}).at("schema"), 1) << function;
  EXPECT_FALSE(nas.has_state());
}

TEST(Run, VersionNeedsNothingOfTheHost) {
  const ScratchRoot empty("pci-passthrough recording 1\n");
  Host host(empty.path());
  EXPECT_EQ(run(host, {"version", {}, shell}).json.at("name").as_string(), "pci-passthrough");
}

TEST(Run, AChangeIsDoneAndReadBack) {
  LiveHost nas("xcp-ng-8.3");
  const auto before = nas.read(grub_cfg);
  const auto reply = nas.ask("hide", {{"devices", "18:00.0"}});
  EXPECT_TRUE(reply.at("changed").as_bool() && reply.at("reboot_required").as_bool());
  const auto after = nas.read(grub_cfg);
  EXPECT_NE(after.find("(0000:18:00.0)"), std::string::npos);
  const auto backups = read_backups(nas.host, nullptr).value;
  ASSERT_EQ(backups.size(), 1u);
  EXPECT_EQ(backups[0].content, before);
  EXPECT_EQ(reply.at("backup").as_string(), backups[0].id);
  const auto rules = nas.ask("rules", {});
  EXPECT_EQ(reply.at("rules").at("entries"), rules.at("entries"));
}

TEST(Run, ADryRunTouchesNothing) {
  LiveHost nas("xcp-ng-8.3");
  const auto before = nas.read(grub_cfg);
  const auto reply = nas.ask("hide", {{"devices", "18:00.0"}, {"dry-run", "true"}});
  EXPECT_FALSE(reply.at("changed").as_bool());
  EXPECT_TRUE(reply.at("reboot_required").as_bool()) << "it would be";
  EXPECT_FALSE(reply.at("plan").as_array().empty());
  EXPECT_EQ(nas.read(grub_cfg), before);
  EXPECT_FALSE(nas.has_state());
}

TEST(Run, ARefusalChangesNothingAndNamesTheWay) {
  LiveHost nas("xcp-ng-8.3");
  const auto before = nas.read(grub_cfg);
  try {
    nas.ask("hide", {{"devices", "88:00.0,03:00.0"}});
    ADD_FAILURE() << "dom0's own disk was hidden";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, code::refused);
    const auto has = [&](std::string_view words) {
      return std::ranges::any_of(failure.details, [&](const auto& detail) {
        return detail.find(words) != std::string::npos;
      });
    };
    EXPECT_TRUE(has("boot-controller-hidden 0000:88:00.0: "));
    EXPECT_TRUE(has("as root at a shell on the host: accept=boot-controller-hidden@0000:88:00.0"));
    EXPECT_TRUE(has("accept=console-vga-device@0000:03:00.0"));
  }
  EXPECT_EQ(nas.read(grub_cfg), before);
}

TEST(Run, AMisspeltCallTouchesNothing) {
  LiveHost nas("xcp-ng-8.3");
  for (const Given& given : {Given{{"device", "18:00.0"}}, Given{{"devices", "18"}}, Given{}})
    EXPECT_TRUE(nas.failure("hide", given).starts_with(code::invalid_argument));
  EXPECT_TRUE(nas.failure("hode", {}).starts_with(code::unknown_function));
  EXPECT_FALSE(nas.has_state());
}

/// What another change has done meanwhile is what is judged: of the boot file, and of all else.
TEST(Run, AChangeThatWaitedReadsTheHostAnew) {
  const struct {
    const char *file, *from, *to, *code;
  } changes[] = {
      {grub_cfg, "set default=0", "set default=7", code::boot_config_unreadable},
      {"/etc/xensource-inventory", "_INTERFACE='xapi0'", "_INTERFACE='eth4'", code::refused}};
  for (const auto& one : changes) {
    LiveHost nas("xcp-ng-8.3");
    auto lock = std::make_unique<Lock>(nas.host);
    when_busy = [&] {
      nas.write(one.file, replaced(nas.read(one.file), one.from, one.to));
      lock.reset();
    };
    const auto failure = nas.failure("hide", {{"devices", "89:00.1"}});
    EXPECT_TRUE(failure.starts_with(one.code)) << one.file << ": " << failure;
    EXPECT_FALSE(when_busy) << "it did not wait";
    when_busy = nullptr;
  }
}

/// A program that the edit needs run leaves another file than the one that was written.
TEST(Run, WhatIsReadBackIsNotWhatWasWritten) {
  LiveHost old("xenserver-6.2");
  std::ofstream(old.path("/sbin/extlinux"), std::ios::trunc)
      << stub_head << "echo '# changed' >>\"$2/extlinux.conf\"\n";
  EXPECT_TRUE(old.failure("hide", {{"devices", "06:00.0"}})
                  .starts_with(std::string(code::internal_error) + ": " + extlinux_conf));
}

/// A caller through xapi, below a root whose xapi was recorded.
const Caller through_xapi{false, "xapi", "OpaqueRef:session"};

TEST(Run, ACallThroughXapiNeedsASession) {
  LiveHost desktop("sick/xcp-ng-8.3-desktop");
  auto caller = through_xapi;
  caller.session.clear();
  desktop.write("/etc/xensource/pool.conf", "master");
  EXPECT_TRUE(desktop.failure("repair", {}, caller).starts_with(code::not_permitted));
}

TEST(Run, WhetherThisHostIsTheCoordinatorMustBeKnown) {
  LiveHost desktop("sick/xcp-ng-8.3-desktop");
  std::filesystem::remove(desktop.path("/etc/xensource/pool.conf"));
  EXPECT_TRUE(desktop.failure("repair", {}, through_xapi).starts_with(code::not_permitted));
  desktop.write("/etc/xensource/pool.conf", "broken");
  EXPECT_TRUE(desktop.failure("repair", {}, through_xapi).starts_with(code::not_permitted));
}

/// On a member a VM whose operations are not told may be the one that is calling.
TEST(Run, OnAMemberNoVmMayBeCalling) {
  LiveHost desktop("sick/xcp-ng-8.3-desktop");
  desktop.write("/etc/xensource/pool.conf", "slave:10.0.0.1");
  const auto without = [&](const std::string& records, const std::string& member) {
    auto text = desktop.read(records);
    ASSERT_NE(text.find(member), std::string::npos);
    for (auto at = text.find(member); at != std::string::npos; at = text.find(member))
      text.replace(at, member.size(), "not_told");
    desktop.write(records, text);
  };
  without("/.xapi/host.get_all_records", "xapi_build");  // it may be 25.22 or later
  EXPECT_EQ(desktop.failure("repair", {{"dry-run", "true"}}, through_xapi), "");
  without("/.xapi/VM.get_all_records", "current_operations");
  EXPECT_TRUE(desktop.failure("repair", {}, through_xapi).starts_with(code::not_permitted));
}

}  // namespace
}  // namespace pci_passthrough
