#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "plugin/host/log.hpp"
#include "plugin/run/auto_trial.hpp"
#include "plugin/run/run.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// Thrown out of a pause: the host goes down.
struct WentDown {};

/// A recorded host whose facts change between two looks of who waits in the boot of a trial.
/// Nothing here sleeps: the pause is the test's own.
struct TrialHost {
  static constexpr char device[] = "0000:00:14.0", boot_folder[] = "/boot/efi/EFI/xenserver/",
                        state_file[] = "/var/lib/pci-passthrough/trial";

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

  std::filesystem::path path(const std::string& inside) const { return root.path() + inside; }
  std::string read(const std::string& inside) const {
    return std::filesystem::exists(path(inside)) ? text_of_file(path(inside)) : "";
  }
  void write(const std::string& inside, const std::string& text) const {
    std::filesystem::create_directories(path(inside).parent_path());
    std::ofstream(path(inside), std::ios::binary) << text;
  }
  void change(const std::string& inside, const std::string& what, const std::string& by) const {
    auto text = read(inside);
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos) << inside << ": " << what;
    write(inside, text.replace(at, what.size(), by));
  }
  void pif_is(const char* was, const char* is) const {
    change("/.xapi/PIF.get_all_records",
           std::string(R"("physical": true, "currently_attached": )") + was,
           std::string(R"("physical": true, "currently_attached": )") + is);
  }
  void pbd_is(const char* was, const char* is) const {
    change("/.xapi/PBD.get_all_records", std::string(R"("currently_attached": )") + was,
           std::string(R"("currently_attached": )") + is);
  }
  void stub(const std::string& inside, const std::string& script) const {
    write(inside, std::string(stub_head) + script);
    std::filesystem::permissions(path(inside), std::filesystem::perms::owner_all);
  }
  void has_address(const std::string& address) const {
    stub("/sbin/ip", "echo '4: xenbr0    inet " + address + "/24 scope global xenbr0'\n");
  }
  void is_up_for(int seconds) const {
    write("/proc/uptime", std::to_string(seconds) + ".17 0.0\n");
  }
  void has_driver(const char* name) const {
    const auto folder = std::string("/sys/bus/pci/devices/") + device;
    std::filesystem::remove(path(folder + "/driver"));
    if (*name)
      std::filesystem::create_symlink(std::string("../../../bus/pci/drivers/") + name,
                                      path(folder + "/driver"));
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
    if (!mark_is_kept) std::filesystem::remove(path(std::string(boot_folder) + "grubenv"));
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

}  // namespace pci_passthrough
