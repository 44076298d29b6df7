#include <gtest/gtest.h>

#include "plugin/plans/hide.hpp"
#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

Severity severity_of(const Snapshot& host, std::string_view code) {
  const auto findings = judged(host);
  return std::ranges::find(findings, code, &Finding::code)->severity;
}

void runs_here(VmRecord& vm) {
  vm.power_state = "Running";
  vm.resident_on = "host-1";
}
TEST(Severity, OfADeviceThatDom0Has) {
  const auto host = hiding(recorded("xcp-ng-8.3"), "(0000:18:00.0)");
  const auto wanting = [&](const char* pci) {
    return severity_of(with_vm(host, "nas", pci), "assigned-not-hidden");
  };
  EXPECT_EQ(wanting("0/0000:5f:00.0"), Severity::block) << "storage";
  EXPECT_EQ(wanting("0/0000:89:00.0"), Severity::error) << "a NIC";
  EXPECT_EQ(wanting("0/0000:18:00.0"), Severity::error) << "storage that the next reboot hides";
}

TEST(Severity, OfWhatVmsWantIsLessForAChangeToTheRules) {
  const auto& host = recorded("xcp-ng-8.3");
  EXPECT_EQ(severity_of(host, "vms-unknown"), Severity::error);
  const auto hide = hide_devices(host, {at("18:00.0")}, {}, {});
  EXPECT_TRUE(hide.refusals.empty());
  const auto unknown = std::ranges::find(hide.findings, "vms-unknown", &Finding::code);
  ASSERT_NE(unknown, hide.findings.end());
  EXPECT_EQ(unknown->severity, Severity::warn);
}

TEST(Severity, OfADeviceInTwoVms) {
  const auto both = [](void (*first)(VmRecord&), bool ha = false) {
    auto host = with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:3b:00.0", first);
    host.pool->ha_enabled = ha;
    return severity_of(with_vm(host, "clone", "0/0000:3b:00.0"), "device-in-two-vms");
  };
  EXPECT_EQ(both(nullptr), Severity::warn);
  EXPECT_EQ(both(runs_here), Severity::error);
  EXPECT_EQ(both(restarts, true), Severity::error);
  EXPECT_EQ(both(restarts), Severity::warn) << "HA is off";
}

TEST(Severity, IsLessWhereTheVmPrefersAnotherHost) {
  const struct {
    const char *code, *device;
    Severity here, otherwise;
  } rows[] = {
      {"boot-controller-assigned", "88:00.0", Severity::block, Severity::error},
      {"mgmt-nic-assigned", "5e:00.1", Severity::block, Severity::error},
      {"sr-controller-assigned", "5f:00.0", Severity::block, Severity::error},
      {"console-vga-assigned", "03:00.0", Severity::block, Severity::error},
      {"critical-class-assigned", "00:1f.4", Severity::block, Severity::error},
      {"usb-input-assigned", "00:14.0", Severity::warn, Severity::info},
  };
  for (const auto& row : rows) {
    const auto entry = "0/" + at(row.device).text();
    auto host = with_second_host(with_vm(recorded("xcp-ng-8.3"), "nas", entry));
    EXPECT_EQ(severity_of(host, row.code), row.here) << row.code;
    host.pool->vms.at("ref-nas").affinity = "host-2";
    EXPECT_EQ(severity_of(host, row.code), row.otherwise) << row.code;
    host.pool->hosts.at("host-2").enabled = false;
    EXPECT_EQ(severity_of(host, row.code), row.here) << row.code << ": the other is disabled";
    host.pool->hosts.at("host-2").enabled = true;
    host.pool->hosts.at("host-2").live = false;
    EXPECT_EQ(severity_of(host, row.code), row.here) << row.code << ": the other is off";
    host.pool->hosts.erase("host-2");
    EXPECT_EQ(severity_of(host, row.code), row.here) << row.code << ": the other is gone";
  }
}

TEST(Severity, OfAnAddressThatIsAnotherDeviceElsewhere) {
  auto host = with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:06:00.0");
  host = with_replies(host, reply_with("06:00.0", "24b0"), reply_with("06:00.0", "1b38"));
  auto& vm = host.pool->vms.at("ref-nas");
  const auto severity = [&] { return severity_of(host, "vm-address-on-other-host-differs"); };
  EXPECT_EQ(severity(), Severity::info);
  vm.ha_restart_priority = "restart";
  EXPECT_EQ(severity(), Severity::info);
  host.pool->ha_enabled = true;
  EXPECT_EQ(severity(), Severity::warn);
  vm.ha_restart_priority = vm.affinity = "";
  EXPECT_EQ(severity(), Severity::warn);
}

TEST(Severity, OfADeviceInTwoVmsOfThePool) {
  auto host = with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:06:00.0");
  host = with_vm(host, "clone", "0/0000:06:00.0");
  host = with_replies(host, reply_with("06:00.0", "24b0"), reply_with("06:00.0", "24b0"));
  const auto severity = [&] { return severity_of(host, "device-in-two-vms-of-pool"); };
  EXPECT_EQ(severity(), Severity::warn);
  runs_here(host.pool->vms.at("ref-nas"));
  EXPECT_EQ(severity(), Severity::error);
}

TEST(Vms, ThatRunElsewhereTakeNothingHere) {
  const char* dangerous = "0/0000:88:00.0,0/0000:5e:00.0,0/0000:99:00.0";
  auto host = with_second_host(with_vm(recorded("xcp-ng-8.3"), "nas", dangerous));
  const auto about_devices = [&] {
    return std::ranges::count_if(judged(host), [](const auto& finding) {
      return !finding.vm.empty() && finding.device.has_value();
    });
  };
  auto& vm = host.pool->vms.at("ref-nas");
  EXPECT_GT(about_devices(), 0);
  vm.affinity = "host-2";
  EXPECT_EQ(verdict(judged(host)), "unsafe") << "it starts here when the other has no room";
  runs_here(vm);
  EXPECT_GT(about_devices(), 0) << "it runs here whatever its affinity";
  vm.resident_on = "host-2";
  vm.affinity = "host-1";
  EXPECT_EQ(about_devices(), 0);
  vm.power_state = "Halted";
  vm.affinity = "";
  EXPECT_GT(about_devices(), 0) << "it may start here";
  vm.is_control_domain = true;
  EXPECT_EQ(about_devices(), 0);
}

}  // namespace
}  // namespace pci_passthrough
