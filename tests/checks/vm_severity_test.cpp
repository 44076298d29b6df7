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
void restarts(VmRecord& vm) { vm.ha_restart_priority = "restart"; }

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
  const auto both = [](void (*first)(VmRecord&)) {
    const auto host = with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:3b:00.0", first);
    return severity_of(with_vm(host, "clone", "0/0000:3b:00.0"), "device-in-two-vms");
  };
  EXPECT_EQ(both(nullptr), Severity::warn);
  EXPECT_EQ(both(runs_here), Severity::error);
  EXPECT_EQ(both(restarts), Severity::error);
}

TEST(Vms, OfAnotherHostTakeNothingHere) {
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
  EXPECT_EQ(about_devices(), 0);
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
