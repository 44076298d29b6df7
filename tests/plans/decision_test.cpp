#include "plugin/plans/decision.hpp"

#include <gtest/gtest.h>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/said_before.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// With no SR beside dom0's own volumes on 88:00.0.
const Snapshot& without_sr() {
  static const auto host = [] {
    auto changed = recorded("xcp-ng-8.3");
    std::erase_if(changed.blocks,
                  [](const auto& block) { return block.dm_name.starts_with("VG_XenStorage"); });
    return changed;
  }();
  return host;
}

/// "mgmt-nic-hidden@0000:5e:00.1" for each.
Texts refusals(const Decision& decision) {
  Texts texts;
  for (const auto& one : decision.refusals)
    texts.push_back(one.code + (one.device ? "@" + one.device->text() : ""));
  return texts;
}

Decision decide_text(const Snapshot& host, const std::string& text, const Caller& caller = remote) {
  return decide(host, text, {}, {}, caller);
}

Decision hide(const Snapshot& host, const Texts& devices, EditTerms terms = {},
              const Caller& caller = remote) {
  return hide_devices(host, all_at(devices), terms, caller);
}

constexpr char boot_controller[] = "(0000:88:00.0)";
const Texts refused_boot_controller = {"boot-controller-hidden@0000:88:00.0"};

TEST(Decide, HarmlessIsNotRefused) {
  const auto decision = hide(without_sr(), {"18:00.0"});
  EXPECT_EQ(refusals(decision), Texts{});
  ASSERT_EQ(decision.plan.files.size(), 1u);
  EXPECT_EQ(decision.plan.files[0].path, without_sr().boot.path);
  EXPECT_EQ(decision.plan.files[0].before, without_sr().boot.file.text);
}

TEST(Decide, EachWayToBecomeEffectiveIsJudged) {
  const auto broken = hiding(without_sr(), "(0000:88:00.0)(0000:3b:00:0)");
  const auto legacy = with_arguments(without_sr(), "xe", "pciback.hide=(0000:88:00.0)");
  const auto twice = with_arguments(
      without_sr(), "xe", "xen-pciback.hide=(0000:88:00.0) xen-pciback.hide=(0000:3b:00.0)");
  const auto safe_only =
      with_arguments(without_sr(), "safe", "xen-pciback.hide=(0000:88:00.0)(0000:3b:00.0)");
  const auto legacy_fallback =
      with_arguments(without_sr(), "fallback", "pciback.hide=(0000:88:00.0)");
  const struct {
    const char* what;
    Decision decision;
  } cases[] = {
      {"named", hide(without_sr(), {"88:00.0"})},
      {"a wildcard", decide_text(without_sr(), text_with_arguments(without_sr(), "xe",
                                                                   "xen-pciback.hide=(88:*.*)"))},
      {"a broken list, repaired",
       decide_text(broken, text_with_arguments(broken, "xe", "xen-pciback.hide=(0000:88:00.0)"))},
      {"a legacy name, renamed", hide(legacy, {"18:00.0"})},
      {"a second list, merged", hide(twice, {"18:00.0"})},
      {"another entry becomes the default",
       decide_text(safe_only,
                   replaced(safe_only.boot.file.text, "set default=0", "set default=2"))},
      {"an entry under another name",
       decide_text(safe_only, replaced(safe_only.boot.file.text, "'XCP-ng in Safe Mode'",
                                       "'XCP-ng in Safety'"))},
      {"entries=all reaches a legacy name", hide(legacy_fallback, {"18:00.0"}, {true, {}})},
  };
  for (const auto& [what, decision] : cases)
    EXPECT_EQ(refusals(decision), refused_boot_controller) << what;
}

TEST(Decide, ABridgesRuleIsJudgedForAllBehindIt) {
  const auto text = text_with_arguments(without_sr(), "xe", "xen-pciback.hide=(0000:87:08.0)");
  EXPECT_EQ(refusals(decide_text(without_sr(), text)),
            (Texts{"boot-controller-hidden@0000:87:08.0", "boot-controller-hidden@0000:88:00.0",
                   "rule-hits-bridge@0000:87:08.0"}));
}

TEST(Decide, ABlockOnWhatIsHiddenAlreadyStopsNothingElse) {
  const auto host = hiding(without_sr(), boot_controller);
  EXPECT_EQ(
      refusals(decide_text(
          host, text_with_arguments(host, "xe", "xen-pciback.hide=(0000:88:00.0)(0000:18:00.0)"))),
      Texts{});
  EXPECT_EQ(refusals(unhide_devices(host, all_at({"88:00.0"}), {}, remote)), Texts{});
  EXPECT_EQ(refusals(hide(host, {"18:00.0"})), Texts{}) << "xe-serial gets what was asked for";
}

TEST(Decide, KernelAltGetsTheRulesThatXeHadAlone) {
  auto host = recorded("xcp-ng-8.3-kernel-alt");
  function_of(host, "01:00.0").boot_vga = true;
  EXPECT_EQ(refusals(hide(host, {"01:00.0"})), Texts{"console-vga-device@0000:01:00.0"});
}

TEST(Decide, AcceptLiftsOneCheckOfOneDevice) {
  const auto accepted = [](const Texts& all) {
    EditTerms terms;
    for (const auto& one : all) {
      const auto mark = one.find('@');
      terms.accepted.push_back({one.substr(0, mark), at(one.substr(mark + 1))});
    }
    return terms;
  };
  const Texts both = {"88:00.0", "5e:00.0"};
  const auto host = without_sr();
  const std::string disk = "boot-controller-hidden@0000:88:00.0",
                    nic = "mgmt-nic-hidden@0000:5e:00.0";
  EXPECT_EQ(refusals(hide(host, both, {}, shell)), (Texts{disk, nic}));
  EXPECT_EQ(refusals(hide(host, both, accepted({disk}), shell)), Texts{nic});
  EXPECT_EQ(refusals(hide(host, both, accepted({disk, nic}), shell)), Texts{});
  EXPECT_EQ(refusals(hide(host, both, accepted({disk, nic}), remote)), (Texts{disk, nic}))
      << "only from a root shell";
  EXPECT_EQ(
      refusals(hide(host, both,
                    accepted({"boot-controller-hidden@0000:5e:00.0", "mgmt-nic-hidden@0000:88:00.0",
                              "mgmt-nic-hidden@0000:5e:00.1"}),
                    shell)),
      (Texts{disk, nic}));

  const auto decision =
      hide(host, both, accepted({nic, disk, "console-vga-device@0000:03:00.0"}), shell);
  Texts needed;
  for (const auto& one : decision.accepted) needed.push_back(one.text());
  EXPECT_EQ(needed, (Texts{disk, nic})) << "what was not needed is not told";

  const std::string console = "console-vga-device@0000:03:00.0";
  EXPECT_EQ(refusals(hide(host, {"03:00.0"})), Texts{console});
  EXPECT_EQ(refusals(hide(host, {"03:00.0"}, accepted({console}))), Texts{});
}

TEST(Decide, AFindingOfAVmThatGrewGraverIsNew) {
  using enum Severity;
  const auto of = [](Severity severity, std::string vm, std::string_view device) {
    Finding finding;
    finding.code = "sr-controller-assigned";
    finding.severity = severity;
    finding.vm = std::move(vm);
    finding.device = at(device);
    return std::vector{finding};
  };
  for (const auto before : {info, warn, error, block})
    for (const auto after : {info, warn, error, block}) {
      const auto now = of(after, "nas", "18:00.0").front();
      EXPECT_EQ(SaidBefore(of(before, "nas", "18:00.0")).lacks_of_vm(now), after > before);
      EXPECT_TRUE(SaidBefore(of(before, "nas", "18:00.1")).lacks_of_vm(now)) << "another device";
      EXPECT_TRUE(SaidBefore(of(before, "web", "18:00.0")).lacks_of_vm(now)) << "another VM";
    }
  const auto of_none = of(block, "", "18:00.0").front();
  EXPECT_FALSE(SaidBefore({}).lacks_of_vm(of_none));
  EXPECT_FALSE(SaidBefore({}).lacks_of_host(of_none)) << "of a device";
}

TEST(Decide, FinalIsFinal) {
  auto host = without_sr();
  std::erase(host.boot.present, "/boot/xen.gz");
  EditTerms terms;
  terms.accepted = {{"boot-file-missing", at("18:00.0")}};
  EXPECT_EQ(refusals(hide(host, {"18:00.0"}, terms, shell)), Texts{"boot-file-missing"});

  const auto broken = with_arguments(without_sr(), "fallback", "xen-pciback.hide=06:00.0");
  EXPECT_EQ(refusals(hide(broken, {"18:00.0"}, {}, shell)), Texts{"hide-syntax-error"});
  EXPECT_EQ(refusals(unhide_devices(broken, all_at({"3b:00.0"}), {}, shell)),
            Texts{"hide-syntax-error"});

  const auto harmless =
      with_arguments(without_sr(), "xe", "pciback.hide=06:00.0 xen-pciback.hide=(0000:3b:00.0)");
  EXPECT_EQ(refusals(hide(harmless, {"18:00.0"}, {}, shell)), Texts{"hide-syntax-error"})
      << "a list that cannot be merged is not dropped without a word";
}

TEST(Decide, AnUnknownThatConcernsTheDeviceRefuses) {
  auto host = without_sr();
  host.mounts.clear();
  EXPECT_EQ(refusals(hide(host, {"18:00.0"})), Texts{"boot-controller-hidden@0000:18:00.0"});
  EXPECT_EQ(refusals(hide(host, {"8b:00.0"})), Texts{"usb-boot-controller@0000:8b:00.0"});

  host = without_sr();
  host.management_interface.reset();
  EXPECT_EQ(refusals(hide(host, {"89:00.0"})), Texts{"mgmt-nic-hidden@0000:89:00.0"});
  EXPECT_EQ(refusals(hide(host, {"18:00.0"})), Texts{}) << "a SAS controller is no NIC";

  host = without_sr();
  auto& function = function_of(host, "18:00.0");
  function.class_code.reset();
  EXPECT_EQ(refusals(hide(host, {"18:00.0"})),
            (Texts{"console-vga-device@0000:18:00.0", "critical-class@0000:18:00.0"}));
  EditTerms terms;
  terms.accepted = {{"console-vga-device", at("18:00.0")}, {"critical-class", at("18:00.0")}};
  EXPECT_EQ(refusals(hide(host, {"18:00.0"}, terms, shell)), Texts{});
}

TEST(Decide, AnUnreadableBootFileRefusesAll) {
  auto host = without_sr();
  host.boot.file = {};
  host.boot.unreadable = "/boot/efi/EFI/xenserver/grub.cfg: Input/output error";
  const auto decision = hide(host, {"18:00.0"}, {}, shell);
  EXPECT_EQ(refusals(decision), Texts{"boot-config-unparseable"});
  EXPECT_TRUE(decision.plan.empty());
}

TEST(Decide, FindingsAreThoseOfTheChange) {
  const auto decision = hide(without_sr(), {"18:00.0"});
  for (const auto& finding : decision.findings)
    EXPECT_TRUE(!finding.device || *finding.device == at("18:00.0")) << finding.message;
}

TEST(Restore, AnOldBackupIsJudgedLikeAnyChange) {
  auto host = without_sr();
  const auto backup = [&](const char* id, std::string content, std::string path) {
    host.backups.change().push_back(
        {id, "", "hide", "root", std::move(path), "", std::move(content)});
  };
  const auto& path = host.boot.path;
  backup("grave", text_with_arguments(host, "xe", "xen-pciback.hide=(0000:88:00.0)"), path);
  backup("broken", "menuentry 'XCP-ng' {\n", path);
  backup("fine", text_with_arguments(host, "xe", ""), path);
  backup("foreign", "", "/boot/grub/grub.cfg");

  EXPECT_EQ(refusals(restore_backup(host, "grave", {}, remote)), refused_boot_controller);
  EXPECT_EQ(refusals(restore_backup(host, "broken", {}, shell)), Texts{"boot-config-unparseable"});
  EXPECT_EQ(refusals(restore_backup(host, "fine", {}, remote)), Texts{});
  EXPECT_THROW(restore_backup(host, "foreign", {}, shell), Failure);
  EXPECT_THROW(restore_backup(host, "none", {}, shell), Failure);

  const auto text = host.boot.file.text;
  host = with_boot_text(host, "menuentry 'XCP-ng' {\n");
  EXPECT_EQ(refusals(restore_backup(host, "fine", {}, remote)), Texts{}) << "the way back";
  EXPECT_EQ(refusals(restore_backup(host, "grave", {}, remote)), refused_boot_controller);
}

TEST(Decide, ExtlinuxIsInstalledAgainAfterAnEdit) {
  const auto decision = hide(recorded("xenserver-6.2"), {"06:00.0"});
  ASSERT_EQ(decision.plan.programs.size(), 1u);
  EXPECT_EQ(decision.plan.programs[0].program, "/sbin/extlinux");
  EXPECT_EQ(decision.plan.programs[0].arguments, (Texts{"-i", "/boot"}));
  EXPECT_TRUE(hide(without_sr(), {"18:00.0"}).plan.programs.empty());
}

}  // namespace
}  // namespace pci_passthrough
