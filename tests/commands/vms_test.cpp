#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using boost::json::array;
using boost::json::object;

/// 'nas' has a GPU, a device that is gone, and a piece that xapi drops; 'far' runs on xen2; 'old'
/// is a snapshot; 'plain' has nothing.
Snapshot pool() {
  auto host = hiding(recorded("xcp-ng-8.3"), "(0000:3b:00.0)(0000:3b:00.1)");
  host = with_second_host(with_vm(host, "nas", "0/0000:3b:00.0,1/0000:99:00.0, 2/0000:3b:00.1"));
  host = with_vm(host, "far", "0/0000:18:00.0", [](VmRecord& vm) {
    vm.power_state = "Running";
    vm.resident_on = "host-2";
  });
  host = with_vm(host, "old", "0/0000:3b:00.0", [](VmRecord& vm) { vm.is_snapshot = true; });
  return with_vm(host, "plain", std::nullopt);
}

const object& called(const array& all, std::string_view name) {
  for (const auto& one : all)
    if (one.at("name").as_string() == name) return one.as_object();
  throw std::runtime_error("no " + std::string(name));
}

TEST(Assignments, EachVmWithTheKey) {
  const auto reply = asked(pool(), "assignments");
  const auto& all = reply.at("assignments").as_array();
  ASSERT_EQ(all.size(), 3u);
  const auto& nas = called(all, "nas");
  EXPECT_EQ(ascii_json(nas.at("host")), R"("uuid-xen1")");
  EXPECT_EQ(ascii_json(nas.at("value")), R"("0/0000:3b:00.0,1/0000:99:00.0, 2/0000:3b:00.1")");
  const auto& devices = nas.at("devices").as_array();
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(ascii_json(devices[0]),
            R"({"address":"0000:3b:00.0","present":true,"vendor":"NVIDIA Corporation",)"
            R"("device":"GA104GL [RTX A4000]","class":"VGA compatible controller",)"
            R"("driver":"pciback","dom0_access":"disabled"})");
  EXPECT_EQ(ascii_json(devices[1]), R"({"address":"0000:99:00.0","present":false})");
  EXPECT_EQ(ascii_json(nas.at("misread")),
            R"([{"text":" 2/0000:3b:00.1","read":false,"message":"' 2/0000:3b:00.1' begins with a )"
            R"(blank, so xapi drops it; it means 0000:3b:00.1","address":"0000:3b:00.1"}])");
  EXPECT_EQ(ascii_json(called(all, "far").at("devices")), R"([{"address":"0000:18:00.0"}])")
      << "what lies there on another host is unknown";
  EXPECT_EQ(ascii_json(called(all, "old").at("is_snapshot")), "true");
}

TEST(Assignments, WhatXapiHasOnRecordOfAnotherHost) {
  auto host = pool();
  host.pool->pcis["here"] = {"0000:18:00.0", "host-1", "Maker", "Wrong", "RAID bus controller"};
  host.pool->pcis["other"] = {"0000:19:00.0", "host-2", "Maker", "Wrong", "RAID bus controller"};
  host.pool->pcis["there"] = {"0000:18:00.0", "host-2", "Maker", "Card", "Ethernet controller"};
  const auto far = [&] {
    return ascii_json(
        called(asked(host, "assignments").at("assignments").as_array(), "far").at("devices"));
  };
  const auto* known = R"([{"address":"0000:18:00.0","vendor":"Maker","device":"Card",)"
                      R"("class":"Ethernet controller"}])";
  EXPECT_EQ(far(), known);
  const auto text = find_command("assignments").table(asked(host, "assignments"));
  EXPECT_NE(text.find("xen2 0000:18:00.0 Maker Card\n"), std::string::npos) << text;
  auto& vm = host.pool->vms.at("ref-far");
  vm.power_state = "Halted";
  vm.affinity = "host-2";
  EXPECT_EQ(far(), known) << "where it prefers to start";
  host.pool->hosts.at("host-2").live = false;
  EXPECT_EQ(far(), known) << "off as it is";
  host.pool->hosts.erase("host-2");
  EXPECT_NE(far(), known) << "gone: it starts anywhere";
}

TEST(Assignments, WithoutXapi) {
  EXPECT_EQ(refused(recorded("xcp-ng-8.3"), "assignments", {}),
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: Cannot read the VMs' PCI assignments from "
            "xapi: xapi did not answer.");
}

TEST(Assignments, AsATable) {
  const auto text = find_command("assignments").table(asked(pool(), "assignments"));
  for (const char* wanted :
       {"nas Halted   xen1 0000:3b:00.0 NVIDIA GA104GL [RTX A4000] hidden\n",
        "                  0000:99:00.0 MISSING\n", "far Running  xen2 0000:18:00.0 unknown",
        "old snapshot xen1 0000:3b:00.0", "xapi misreads:\n\nnas: ' 2/0000:3b:00.1' begins"})
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << "\nis not in\n" << text;
}

TEST(List, TellsWhoWantsADevice) {
  const auto vms = [](const Snapshot& host, const char* address) {
    const auto reply = asked(host, "list", {{"devices", address}});
    const auto* found = reply.at("devices").as_array()[0].as_object().if_contains("vms");
    return found ? ascii_json(*found) : "";
  };
  EXPECT_EQ(vms(pool(), "3b:00.0"), R"([{"uuid":"uuid-nas","name":"nas","power_state":"Halted"}])");
  const auto text = find_command("list").table(asked(pool(), "list", {{"devices", "3b:00.0"}}));
  EXPECT_NE(text.find(" VM nas\n"), std::string::npos) << text;
  EXPECT_EQ(vms(pool(), "18:00.0"), "[]") << "wanted on another host";
  EXPECT_EQ(vms(recorded("xcp-ng-8.3"), "3b:00.0"), "") << "unknown without xapi";
}

std::string codes(const object& reply) {
  std::string text;
  for (const auto& finding : reply.at("findings").as_array())
    text += std::string(finding.at("code").as_string()) + " ";
  return text;
}

TEST(Verify, OfAVm) {
  const auto reply = asked(pool(), "verify", {{"vm", "nas"}});
  EXPECT_EQ(codes(reply), "vm-device-missing vm-entry-malformed gpu-audio-missing ");
  EXPECT_EQ(ascii_json(reply.at("verdict")), R"("unsafe")");
  EXPECT_EQ(ascii_json(reply.at("findings").at(0).at("vm")), R"("uuid-nas")");
  EXPECT_EQ(reply.at("assignment").at("devices").as_array().size(), 2u);
  const auto text = find_command("verify").table(reply);
  EXPECT_NE(text.find("0000:3b:00.0"), std::string::npos) << text;
}

/// 'nas' wants a device, which is ready for it as far as rules and drivers go.
Snapshot ready() {
  return with_vm(hiding(recorded("xcp-ng-8.3"), "(0000:3b:00.0)(0000:3b:00.1)"), "nas",
                 "0/0000:3b:00.0,1/0000:3b:00.1");
}

std::string verdict_of_nas(const Snapshot& host, const std::string& code) {
  const auto reply = asked(host, "verify", {{"vm", "nas"}});
  const bool said = !code.empty() && codes(reply).find(code + " ") != std::string::npos;
  return std::string(reply.at("verdict").as_string()) + (said ? " " + code : "");
}

TEST(Verify, OfAVmThatCannotStartForTheHostsSake) {
  EXPECT_EQ(verdict_of_nas(ready(), ""), "safe");
  auto host = ready();
  host.iommu.on = false;
  EXPECT_EQ(verdict_of_nas(host, "iommu-disabled"), "unsafe iommu-disabled");
  EXPECT_EQ(codes(asked(host, "verify", {{"vm", "nas"}, {"devices", "3b:00.0"}})),
            "iommu-disabled ");
  EXPECT_EQ(codes(asked(with_vm(host, "nas", std::nullopt), "verify", {{"vm", "nas"}})), "")
      << "without a device it starts";
  host = ready();
  host.iommu.on.reset();
  EXPECT_EQ(verdict_of_nas(host, "iommu-disabled"), "unknown iommu-disabled");
  host = with_arguments(ready(), "xe", "xen-pciback.hide=(0000:3b:00.0)(3b.1)");
  EXPECT_EQ(verdict_of_nas(host, "hide-syntax-error"), "unsafe hide-syntax-error");
  host = ready();
  function_of(host, "3b:00.1").driver = "snd_hda_intel";
  EXPECT_EQ(verdict_of_nas(host, "hidden-but-not-bound"), "unsafe hidden-but-not-bound");
}

TEST(Verify, OfAVmWhoseDeviceIsAnotherNow) {
  auto host = ready();
  host.identities = {*identity_of(host, function_of(host, "3b:00.0"))};
  host.identities[0].kind = "1000:0072 1000:3020 0107";
  EXPECT_EQ(verdict_of_nas(host, "identity-changed"), "unsafe identity-changed");
  host.pool->vms.at("ref-nas").pci = "0/0000:3b:00.1";
  EXPECT_EQ(verdict_of_nas(host, "identity-changed"), "safe")
      << "of a device that it does not want";
}

TEST(Verify, OfAVmWhoseDeviceTheFirmwareKeepsMemoryFor) {
  auto host = with_vm(recorded("xenserver-6.2"), "nas", "0/0000:00:1a.0");
  EXPECT_EQ(verdict_of_nas(host, "rmrr-shared"), "unsafe") << "its Xen does not ask";
  host.host.version = "7.0.0";
  EXPECT_EQ(verdict_of_nas(host, "rmrr-shared"), "unsafe rmrr-shared");
}

TEST(List, HasTheCodesOfADeviceThatAVmWantsOnce) {
  auto host = hiding(recorded("xcp-ng-8.3"), "(0000:5f:00.0)");
  const auto of_gpu = [&] {
    const auto reply = asked(host, "list", {{"devices", "3b:00.0"}});
    return ascii_json(reply.at("devices").at(0).at("findings"));
  };
  EXPECT_EQ(of_gpu(), R"(["pending-reboot"])");
  host = with_vm(with_vm(host, "nas", "0/0000:3b:00.0"), "clone", "0/0000:3b:00.0");
  EXPECT_EQ(of_gpu(), R"(["assigned-not-hidden","bus-reset-hits-others","acs-missing",)"
                      R"("device-in-two-vms","gpu-audio-missing","pending-reboot"])");
}

TEST(Verify, OfAVmThatGetsDevices) {
  const auto with = [](const char* devices) {
    return codes(asked(pool(), "verify", {{"vm", "plain"}, {"devices", devices}}));
  };
  EXPECT_EQ(with("88:00.0"),
            "boot-controller-assigned sr-controller-assigned assigned-not-hidden "
            "dom0-holds-disks-of-assigned ");
  EXPECT_EQ(with("3b:00.0,3b:00.1"), "device-in-two-vms ");
}

TEST(Verify, OfAVmOfAnotherHost) {
  EXPECT_EQ(refused(pool(), "verify", {{"vm", "far"}}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: the VM 'far' runs on the host 'xen2'; call the "
            "plugin there: host-uuid=uuid-xen2");
}

TEST(Verify, SaysThatVmsWereNotLookedAt) {
  const auto reply = asked(recorded("xcp-ng-8.3"), "verify");
  EXPECT_NE(codes(reply).find("vms-unknown"), std::string::npos);
  EXPECT_EQ(ascii_json(reply.at("verdict")), R"("unknown")");
}

TEST(Change, OfAVm) {
  const auto host = pool();
  const auto decision = decided(host, "assign", {{"vm", "plain"}, {"devices", "3b:00.1,3b:00.0"}});
  const auto after = with_vm(host, "plain", "0/0000:3b:00.1,1/0000:3b:00.0");
  const auto reply = report_change(decision, {true, false, {}, {}}, after);
  EXPECT_EQ(ascii_json(reply.at("plan")),
            R"([{"action":"set","path":"VM uuid-plain other_config:pci","vm":"uuid-plain",)"
            R"("diff":"--- VM uuid-plain other_config:pci\n+++ VM uuid-plain other_config:pci\n)"
            R"(@@ -0,0 +1 @@\n+0/0000:3b:00.1,1/0000:3b:00.0\n"},)"
            R"({"action":"remember","path":"/var/lib/pci-passthrough/devices.json",)"
            R"("devices":["0000:01:00.0","0000:3b:00.0","0000:3b:00.1"]}])");
  EXPECT_FALSE(reply.contains("rules"));
  EXPECT_EQ(ascii_json(called(reply.at("assignments").as_array(), "plain").at("value")),
            R"("0/0000:3b:00.1,1/0000:3b:00.0")");
  const auto text = find_command("assign").table(reply);
  EXPECT_NE(text.find("+0/0000:3b:00.1,1/0000:3b:00.0"), std::string::npos) << text;
  EXPECT_EQ(text.find("reboot"), std::string::npos) << text << "another device waits, not these";
}

TEST(Change, OfAVmWhoseDeviceWaitsForTheReboot) {
  auto host = with_vm(hiding(pool(), "(0000:18:00.0)"), "plain", "0/0000:18:00.0");
  const Given again = {{"vm", "plain"}, {"devices", "18:00.0"}};
  host.identities = decided(host, "assign", again).plan.remember.value().all;
  const auto decision = decided(host, "assign", again);
  const auto reply = report_change(decision, {false, false, {}, {}}, host);
  EXPECT_EQ(ascii_json(reply.at("reboot_required")), "true");
  const auto text = find_command("assign").table(reply);
  EXPECT_TRUE(text.starts_with("Already configured; nothing to change.")) << text;
  EXPECT_TRUE(text.ends_with("Reboot the host before the VM starts.\n")) << text;
}

TEST(Change, ThatWaitsDoesNotSayThatItIsSoAlready) {
  const auto host = recorded("xcp-ng-8.3");
  Decision decision{.before = host, .after = host};
  decision.notices = {"the move is not forgotten: repair again once xapi answers"};
  const auto text =
      find_command("repair").table(report_change(decision, {false, false, {}, {}}, host));
  EXPECT_TRUE(text.starts_with("Nothing is changed:\n\nthe move is not forgotten")) << text;
}

TEST(Change, OfAVmWithoutXapi) {
  EXPECT_EQ(refused(recorded("xcp-ng-8.3"), "unassign", {{"vm", "nas"}}),
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: Cannot read the VMs' PCI assignments from "
            "xapi: xapi did not answer.");
}

}  // namespace
}  // namespace pci_passthrough
