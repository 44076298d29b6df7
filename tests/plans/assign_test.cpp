#include "plugin/plans/assign.hpp"

#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/plans/hide.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// Running with 3b:00.0, 3b:00.1 (a GPU) and 18:00.0 (a SAS controller) hidden.
Snapshot nas_wanting(std::optional<std::string> pci, void (*change)(VmRecord&) = nullptr) {
  auto host = hiding(recorded("xcp-ng-8.3"), "(0000:3b:00.0)(0000:3b:00.1)(0000:18:00.0)");
  host.boot.running = "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)(0000:18:00.0)";
  function_of(host, "18:00.0").driver = "pciback";
  return with_vm(host, "nas", std::move(pci), change);
}

Decision assign(const Snapshot& host, const Texts& devices, AssignTerms terms = {},
                const Caller& caller = remote) {
  return assign_devices(host, "nas", all_at(devices), terms, caller);
}

Texts refused_at(const Decision& decision) {
  Texts texts;
  for (const auto& one : decision.refusals)
    texts.push_back(one.code + "@" + (one.device ? one.device->text() : ""));
  return texts;
}

/// "BEFORE -> AFTER", "-" for no key; "" where nothing is to be done.
std::string change(const Decision& decision) {
  if (decision.plan.vm_fields.empty()) return "";
  const auto& entry = decision.plan.vm_fields.at(0);
  EXPECT_EQ(entry.vm, "ref-nas");
  EXPECT_EQ(entry.vm_uuid, "uuid-nas");
  return entry.before.value_or("-") + " -> " + entry.after.value_or("-");
}

std::string failure(const Snapshot& host, const std::string& vm, const Texts& devices) {
  try {
    assign_devices(host, vm, all_at(devices), {}, remote);
    return "";
  } catch (const Failure& failure) {
    return failure.code + ": " + failure.sentence;
  }
}

TEST(Assign, WhatLiesBehindVmdIsNamedByNobody) {
  auto host = nas_wanting(std::nullopt);
  Function hidden_by_vmd = *host.find(at("3b:00.0"));
  hidden_by_vmd.address.segment = 0x10000;
  host.functions.push_back(hidden_by_vmd);
  const auto said = failure(host, "nas", {hidden_by_vmd.address.text()});
  EXPECT_TRUE(said.starts_with(std::string(code::invalid_argument) + ": 10000:3b:00.0")) << said;
}

/// By its uuid as by its name.
TEST(Assign, OnlyAPlainVmIsGivenDevices) {
  const struct {
    void (*change)(VmRecord&);
    const char* kind;
  } cases[] = {{[](VmRecord& vm) { vm.is_template = true; }, "a template"},
               {[](VmRecord& vm) { vm.is_snapshot = true; }, "a snapshot"},
               {[](VmRecord& vm) { vm.is_control_domain = true; }, "a control domain"}};
  for (const auto& [change, kind] : cases)
    for (const char* named : {"uuid-nas", "nas"}) {
      const auto said = failure(nas_wanting(std::nullopt, change), named, {"3b:00.0"});
      EXPECT_NE(said.find(kind), std::string::npos) << named << ": " << said;
    }
}

TEST(Assign, AddsInOrderAndWritesTheOneForm) {
  const struct {
    std::optional<std::string> before;
    Texts devices;
    bool replace;
    const char* wanted;
  } cases[] = {
      {std::nullopt, {"3b:00.0", "3b:00.1"}, false, "- -> 0/0000:3b:00.0,1/0000:3b:00.1"},
      {std::nullopt, {"3b:00.1", "3b:00.0"}, false, "- -> 0/0000:3b:00.1,1/0000:3b:00.0"},
      {"0/0000:3b:00.0", {"3b:00.0"}, false, ""},
      {"5/0000:3b:00.0", {"3b:00.0"}, false, ""},
      {"0/0000:3b:00.0", {"18:00.0"}, false, "0/0000:3b:00.0 -> 0/0000:3b:00.0,1/0000:18:00.0"},
      {"0/0000:3b:00.0,0/0000:3b:00.1",
       {"18:00.0"},
       false,
       "0/0000:3b:00.0,0/0000:3b:00.1 -> 0/0000:3b:00.1,1/0000:3b:00.0,2/0000:18:00.0"},
      {"0/0000:3b:00.0,0/0000:3b:00.1",
       {"3b:00.0", "3b:00.1"},
       true,
       "0/0000:3b:00.0,0/0000:3b:00.1 -> 0/0000:3b:00.0,1/0000:3b:00.1"},
      {"0/0000:3b:00.0,1/0000:18:00.0",
       {"3b:00.0"},
       true,
       "0/0000:3b:00.0,1/0000:18:00.0 -> 0/0000:3b:00.0"},
      {"0/0000:3b:00.0, 0/0000:3b:00.1",
       {"3b:00.0"},
       false,
       "0/0000:3b:00.0, 0/0000:3b:00.1 -> 0/0000:3b:00.0,1/0000:3b:00.1"},
      {"nas", {"3b:00.0"}, true, "nas -> 0/0000:3b:00.0"},
  };
  for (const auto& [before, devices, replace, wanted] : cases) {
    const auto decision = assign(nas_wanting(before), devices, {replace, {}});
    EXPECT_EQ(change(decision), wanted);
    EXPECT_EQ(refused_at(decision), Texts{}) << wanted;
    EXPECT_TRUE(decision.plan.files.empty());
  }
}

TEST(Assign, RefusesWhatDom0Needs) {
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"88:00.0"}, {}, shell)),
            (Texts{"boot-controller-assigned@0000:88:00.0", "sr-controller-assigned@0000:88:00.0",
                   "assigned-not-hidden@0000:88:00.0"}));
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"5e:00.1"})),
            Texts{"mgmt-nic-assigned@0000:5e:00.1"});
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"01:00.0"})), Texts{})
      << "a NIC without a rule is an error";
}

TEST(Assign, OneAcceptanceLiftsOneCheckForWhoMay) {
  const AssignTerms accepted = {false, {{"mgmt-nic-assigned", at("5e:00.1")}}};
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"5e:00.1"}, accepted, shell)), Texts{});
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"5e:00.1"}, accepted, remote)).size(), 1u);
  EXPECT_EQ(refused_at(assign(nas_wanting({}), {"5e:00.0"}, accepted, shell)).size(), 1u);
}

TEST(Assign, ADroppedDeviceThatIsMendedIsJudged) {
  EXPECT_EQ(refused_at(assign(nas_wanting("0/0000:3b:00.0, 0/0000:5e:00.1"), {"3b:00.1"})),
            Texts{"mgmt-nic-assigned@0000:5e:00.1"});
}

TEST(Assign, WhatTheVmHadBeforeRefusesNothing) {
  EXPECT_EQ(refused_at(assign(nas_wanting("0/0000:5e:00.1"), {"3b:00.0"})), Texts{});
}

TEST(Assign, SaysWhenARunningVmTakesNotice) {
  const auto running = nas_wanting({}, [](VmRecord& vm) {
    vm.power_state = "Running";
    vm.resident_on = "host-1";
  });
  ASSERT_EQ(assign(running, {"3b:00.0"}).notices.size(), 1u);
  EXPECT_NE(assign(running, {"3b:00.0"}).notices[0].find("at its next start"), std::string::npos);
  EXPECT_TRUE(assign(nas_wanting({}), {"3b:00.0"}).notices.empty());
}

Texts codes(const Decision& decision) {
  Texts texts;
  for (const auto& one : decision.findings) texts.push_back(one.code);
  return texts;
}

/// The list cannot be read, so that nothing is hidden; the running kernel had a better one.
Snapshot with_broken_rule(const Snapshot& host) {
  return with_arguments(host, "xe", "xen-pciback.hide=(0000:3b:00.0)(3b.1)");
}

TEST(Assign, WhatTheHostSaysOfTheDevicesIsSaidAndRefusesNothing) {
  const auto host = with_broken_rule(nas_wanting({}));
  const auto decision = assign(host, {"3b:00.0"});
  EXPECT_EQ(refused_at(decision), Texts{});
  EXPECT_EQ(codes(decision).front(), "hide-syntax-error");
  EXPECT_TRUE(std::ranges::is_sorted(decision.findings, std::greater{}, &Finding::severity));
  EXPECT_EQ(refused_at(hide_devices(host, all_at({"8b:00.0"}), {}, remote)),
            Texts{"hide-syntax-error@"})
      << "but a hide is";
}

TEST(Assign, WhatThisHostSaysIsNotSaidOfAVmElsewhere) {
  const auto elsewhere = [](VmRecord& vm) { vm.affinity = "host-2"; };
  const auto host =
      with_second_host(with_broken_rule(nas_wanting("0/0000:3b:00.0,1/0000:8b:00.0", elsewhere)));
  EXPECT_EQ(codes(unassign_devices(host, "nas", all_at({"8b:00.0"}), {}, remote)), Texts{});
}

TEST(Assign, OneSentenceForWhatCannotBe) {
  const std::string misuse = "PCI_PASSTHROUGH_INVALID_ARGUMENT: ";
  const auto host = with_second_host(nas_wanting({}));
  const auto is = [](bool VmRecord::*kind) {
    auto changed = nas_wanting({});
    changed.pool->vms.at("ref-nas").*kind = true;
    return failure(changed, "nas", {"3b:00.0"});
  };
  EXPECT_EQ(is(&VmRecord::is_template),
            misuse + "'nas' is a template, which takes no devices; name a VM");
  EXPECT_EQ(is(&VmRecord::is_snapshot),
            misuse + "'nas' is a snapshot, which takes no devices; name a VM");
  EXPECT_EQ(is(&VmRecord::is_control_domain),
            misuse + "'nas' is a control domain, which takes no devices; name a VM");
  EXPECT_EQ(failure(host, "san", {"3b:00.0"}),
            misuse + "unknown VM 'san'; expected a VM's uuid or name");
  EXPECT_EQ(failure(host, "uuid-nas", {"3b:00.0"}), "");
  EXPECT_TRUE(failure(host, "nas", {"99:00.0"}).starts_with("PCI_PASSTHROUGH_UNKNOWN_DEVICE"));
  EXPECT_EQ(failure(host, "nas", {"85:00.0"}),
            misuse + "0000:85:00.0 is a bridge, which no VM can have; name the devices behind it");
  EXPECT_EQ(failure(recorded("xcp-ng-8.3"), "nas", {"3b:00.0"}),
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: Cannot read the VMs' PCI assignments from "
            "xapi: xapi did not answer.");
  auto silent = host;
  silent.pool->unreadable["VM"] = "timed out";
  EXPECT_TRUE(failure(silent, "nas", {"3b:00.0"}).ends_with("timed out."));
  EXPECT_EQ(failure(nas_wanting("0/0000:3b:00.*"), "nas", {"3b:00.0"}),
            misuse +
                "the entry of the VM 'nas' cannot be kept: '0/0000:3b:00.*' is no device, so xapi "
                "drops it; one is written 0/0000:06:00.0; name all its devices, with assign and "
                "replace=true");
}

TEST(Assign, KeepsNoPieceThatCannotBeUnderstood) {
  for (const char* piece : {"0/0000:06:20.0", "0/0000:06:00.8", "0/0000:06:00.01",
                            "0/0000:06:00.0 nas", "nas", "0/0000:06:00.*"})
    for (const std::string& entry : {std::string(piece), "1/0000:3b:00.1," + std::string(piece)}) {
      const auto host = nas_wanting(entry);
      EXPECT_NE(failure(host, "nas", {"3b:00.0"}).find("cannot be kept: "), std::string::npos)
          << entry;
      EXPECT_EQ(change(assign(host, {"3b:00.0"}, {true})), entry + " -> 0/0000:3b:00.0");
    }
}

TEST(Assign, OneNameForTwoVms) {
  auto host = with_vm(nas_wanting({}), "second", {}, [](VmRecord& vm) { vm.name = "nas"; });
  EXPECT_EQ(failure(host, "nas", {"3b:00.0"}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: 2 VMs are called 'nas'; name one by its uuid: "
            "uuid-nas, uuid-second");
  host.pool->vms.at("ref-second").is_snapshot = true;
  EXPECT_EQ(failure(host, "nas", {"3b:00.0"}), "");
}

TEST(Assign, AVmOfAnotherHostIsSentThere) {
  auto host = with_second_host(nas_wanting({}));
  host.pool->vms.at("ref-nas").affinity = "host-2";
  EXPECT_EQ(failure(host, "nas", {"3b:00.0"}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: the VM 'nas' prefers the host 'xen2'; call the "
            "plugin there: host-uuid=uuid-xen2");
  host.pool->vms.at("ref-nas").affinity = "";
  EXPECT_EQ(failure(host, "nas", {"3b:00.0"}), "");
}

TEST(Unassign, TakesEntriesOrTheKey) {
  const auto unassign = [](std::optional<std::string> before, const Texts& devices) {
    return change(
        unassign_devices(nas_wanting(std::move(before)), "nas", all_at(devices), {}, remote));
  };
  EXPECT_EQ(unassign("0/0000:3b:00.0,1/0000:3b:00.1", {"3b:00.0"}),
            "0/0000:3b:00.0,1/0000:3b:00.1 -> 0/0000:3b:00.1");
  EXPECT_EQ(unassign("0/0000:3b:00.0", {"3b:00.0"}), "0/0000:3b:00.0 -> -");
  EXPECT_EQ(unassign("0/0000:3b:00.0,nas", {}), "0/0000:3b:00.0,nas -> -");
  EXPECT_EQ(unassign("0/0000:3b:00.0", {"18:00.0"}), "");
  EXPECT_EQ(unassign({}, {}), "");
  EXPECT_EQ(unassign("0/0000:99:00.0", {"99:00.0"}), "0/0000:99:00.0 -> -")
      << "a device that is gone";
}

TEST(Unassign, ADroppedDeviceThatIsMendedIsJudged) {
  const auto host = nas_wanting("0/0000:3b:00.0, 0/0000:5f:00.0");
  const auto unassign = [&](const std::vector<Acceptance>& accepted) {
    return refused_at(unassign_devices(host, "nas", all_at({"3b:00.0"}), accepted, remote));
  };
  EXPECT_EQ(unassign({}),
            (Texts{"sr-controller-assigned@0000:5f:00.0", "assigned-not-hidden@0000:5f:00.0"}));
  EXPECT_EQ(
      unassign({{"sr-controller-assigned", at("5f:00.0")}, {"assigned-not-hidden", at("5f:00.0")}}),
      Texts{});
}

TEST(Unhide, AStorageControllerThatAVmWantsIsRefused) {
  const auto wanted = nas_wanting("0/0000:18:00.0,1/0000:3b:00.0");
  const auto unhide = [&](const Texts& devices, EditTerms terms = {}) {
    return refused_at(unhide_devices(wanted, all_at(devices), terms, remote));
  };
  EXPECT_EQ(unhide({"18:00.0"}), Texts{"assigned-not-hidden@0000:18:00.0"});
  EXPECT_EQ(unhide({"18:00.0"}, {false, {{"assigned-not-hidden", at("18:00.0")}}}), Texts{});
  EXPECT_EQ(unhide({"3b:00.0"}), Texts{}) << "a GPU is said, not refused";
  EXPECT_EQ(refused_at(unhide_devices(nas_wanting({}), all_at({"18:00.0"}), {}, remote)), Texts{});
}

TEST(Hide, AVmsOtherTroubleDoesNotRefuseIt) {
  const auto host = nas_wanting("0/0000:5e:00.1,1/0000:18:00.0");
  EXPECT_EQ(refused_at(hide_devices(host, all_at({"8b:00.0"}), {}, remote)), Texts{});
}

TEST(Hide, WhatTheHardwareMakesOfAVmsDeviceIsNotSaidOfAnother) {
  auto host = nas_wanting("0/0000:00:17.0");
  host.identities = {*identity_of(host, function_of(host, "18:00.0"))};
  host.identities[0].kind = "1000:0072 1000:3020 0107";
  const auto decision = hide_devices(host, all_at({"8b:00.0"}), {}, remote);
  EXPECT_EQ(refused_at(decision), Texts{});
  const auto all = judge(host, unattended_entries(host.boot));
  EXPECT_EQ(std::ranges::count(all, "no-reset-method", &Finding::code), 1);
  EXPECT_EQ(std::ranges::count(decision.findings, "no-reset-method", &Finding::code), 0);
  EXPECT_EQ(std::ranges::count(all, "identity-changed", &Finding::code), 1);
  EXPECT_EQ(std::ranges::count(decision.findings, "identity-changed", &Finding::code), 0);
  EXPECT_EQ(
      std::ranges::count(dangers_of_next_boot(decision.after), "identity-changed", &Finding::code),
      1)
      << "a block of what boots next is said, whoever caused it";
}

}  // namespace
}  // namespace pci_passthrough
