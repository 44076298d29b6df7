#include "plugin/plans/undo.hpp"

#include <gtest/gtest.h>

#include "plugin/boot/boot_limits.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;
constexpr char entry[] = "0/0000:18:00.0";

/// A host whose last changes these were; it is as the last of them left it.
struct Changed {
  Snapshot host = with_vm(recorded("xcp-ng-8.3"), "nas", std::nullopt);
  std::string with_rule = text_with_arguments(host, "xe", "xen-pciback.hide=(0000:18:00.0)");
  std::string without_rule = text_with_arguments(host, "xe", "");

  void file(const std::string& change, const std::string& function, const std::string& before,
            const std::string& after) {
    host.backups.change().push_back({.id = change,
                                     .time = "at " + change,
                                     .function = function,
                                     .caller = "root at a shell",
                                     .path = host.boot.path,
                                     .content = before,
                                     .change = change,
                                     .left_sha256 = fingerprint(after)});
    host = with_boot_text(host, after);
  }
  void vm(const std::string& change, const std::string& function,
          const std::optional<std::string>& before, const std::optional<std::string>& after) {
    host.backups.change().push_back({.id = change + "-vm",
                                     .time = "at " + change,
                                     .function = function,
                                     .caller = "xapi",
                                     .content = before.value_or(""),
                                     .kind = BackupKind::vm_entry,
                                     .is_absent = !before,
                                     .change = change,
                                     .left_sha256 = fingerprint(after),
                                     .vm = "uuid-nas",
                                     .vm_name = "nas"});
    host.pool->vms.at("ref-nas").pci = after;
  }
  Decision undo() const { return undo_last_change(host, {shell}); }
  std::string said() const { return undo().notices.at(0); }
  std::string refused() const {
    try {
      undo();
      return "";
    } catch (const Failure& failure) {
      return failure.code + ": " +
             joined(failure.details.empty() ? Texts{failure.sentence} : failure.details);
    }
  }
};

TEST(Undo, TakesTheLastChangeBackAndSaysWhat) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  const auto decision = nas.undo();
  ASSERT_EQ(decision.plan.files.size(), 1u);
  EXPECT_EQ(decision.plan.files[0].after, nas.without_rule);
  EXPECT_EQ(nas.said(),
            "This takes back 'hide' of at 1 by root at a shell: " + nas.host.boot.path + ".");
}

TEST(Undo, FileAndEntriesOfOneChangeGoTogether) {
  Changed nas;
  nas.vm("0", "assign", std::nullopt, "0/0000:3b:00.0");
  nas.file("1", "repair", nas.without_rule, nas.with_rule);
  nas.vm("1", "repair", "0/0000:3b:00.0", entry);
  const auto decision = nas.undo();
  ASSERT_EQ(decision.plan.files.size(), 1u);
  ASSERT_EQ(decision.plan.vm_fields.size(), 1u);
  EXPECT_EQ(decision.plan.vm_fields[0].before, entry);
  EXPECT_EQ(decision.plan.vm_fields[0].after, "0/0000:3b:00.0");
}

TEST(Undo, OfAnEntryAloneTouchesNoFile) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  nas.vm("2", "assign", std::nullopt, entry);
  const auto decision = nas.undo();
  EXPECT_TRUE(decision.plan.files.empty());
  ASSERT_EQ(decision.plan.vm_fields.size(), 1u);
  EXPECT_EQ(decision.plan.vm_fields[0].after, std::nullopt);
  EXPECT_EQ(decision.vm, "uuid-nas");
}

TEST(Undo, OfAnUndoIsARedo) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  nas.file("2", "undo", nas.with_rule, nas.without_rule);
  EXPECT_EQ(nas.undo().plan.files.at(0).after, nas.with_rule);
  EXPECT_TRUE(nas.said().starts_with("This is a redo: it takes back 'undo' of at 2")) << nas.said();
  EXPECT_NE(nas.said().find("does 'hide' of at 1 by root at a shell again"), std::string::npos);
  nas.file("3", "undo", nas.without_rule, nas.with_rule);
  EXPECT_TRUE(nas.said().starts_with("This takes back 'hide' of at 1 by root at a shell once more"))
      << nas.said();
}

TEST(Undo, IsJudgedLikeAnyChange) {
  Changed nas;
  const auto grave = text_with_arguments(nas.host, "xe", "xen-pciback.hide=(0000:88:00.0)");
  nas.file("1", "unhide", grave, nas.without_rule);
  const auto decision = nas.undo();
  ASSERT_FALSE(decision.refusals.empty());
  EXPECT_EQ(decision.refusals[0].code, "boot-controller-hidden");
}

TEST(Undo, RefusesWhatSomebodyChangedSince) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  nas.host = with_boot_text(nas.host, nas.with_rule + "# by hand\n");
  EXPECT_TRUE(nas.refused().starts_with(std::string(code::refused) + ": " + nas.host.boot.path +
                                        " is not what 'hide' of at 1"))
      << nas.refused();
  EXPECT_NE(nas.refused().find("restore id=1 puts back"), std::string::npos) << nas.refused();

  Changed vm;
  vm.vm("1", "assign", std::nullopt, entry);
  vm.host.pool->vms.at("ref-nas").pci = "0/0000:3b:00.0";
  EXPECT_TRUE(vm.refused().starts_with(std::string(code::refused) +
                                       ": the entry of the VM 'nas' is not what 'assign'"))
      << vm.refused();
}

TEST(Undo, RefusesWhatCannotBeTold) {
  Changed nas;
  EXPECT_TRUE(nas.refused().starts_with(code::invalid_argument)) << "nothing is kept";
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  auto first_version = nas;
  first_version.host.backups.change()[0].left_sha256.clear();
  EXPECT_NE(first_version.refused().find("Unknown whether"), std::string::npos);
  auto damaged = nas;
  damaged.host.unreadable["backup 2"] = "it is damaged";
  EXPECT_NE(damaged.refused().find("Unknown what the last change was"), std::string::npos);
  damaged.host.unreadable = {{"backup 0", "it is damaged"}};
  EXPECT_EQ(damaged.refused(), "") << "an older one hides nothing";
  auto silent = nas;
  silent.vm("2", "assign", std::nullopt, entry);
  silent.host.pool.reset();
  EXPECT_TRUE(silent.refused().starts_with(code::xapi_unavailable)) << silent.refused();
  auto gone = nas;
  gone.vm("2", "assign", std::nullopt, entry);
  gone.host.pool->vms.clear();
  EXPECT_NE(gone.refused().find("is gone"), std::string::npos) << gone.refused();
}

TEST(Undo, WhatIsTakenBackAlreadyIsSaid) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  nas.host = with_boot_text(nas.host, nas.without_rule);
  EXPECT_TRUE(nas.undo().plan.files.empty());
  EXPECT_NE(nas.said().find("is taken back already"), std::string::npos);
}

/// What a moved device's old address was for is remembered again with it.
TEST(Undo, BringsBackWhatWasRemembered) {
  Changed nas;
  Identity old;
  old.address = at("18:00.0");
  old.kind = "1000:ffff";
  old.stable_ids = {"mac of the old card"};
  nas.file("1", "repair", nas.with_rule, nas.without_rule);
  nas.host.backups.change()[0].identities = std::vector{old};
  const auto decision = nas.undo();
  ASSERT_TRUE(decision.plan.remember);
  EXPECT_EQ(std::ranges::count(decision.plan.remember->all, old), 1);
}

TEST(Undo, LostTextIsNoChange) {
  Changed nas;
  nas.file("1", "hide", nas.without_rule, nas.with_rule);
  nas.host.backups.change().push_back({.id = "2",
                                       .path = nas.host.boot.path,
                                       .content = "lost",
                                       .kind = BackupKind::lost_text,
                                       .change = "1"});
  EXPECT_EQ(nas.undo().plan.files.at(0).after, nas.without_rule);
}

TEST(Restore, AVmsEntry) {
  Changed nas;
  nas.vm("1", "unassign", entry, std::nullopt);
  const auto decision = restore_backup(nas.host, "1-vm", {shell});
  ASSERT_EQ(decision.plan.vm_fields.size(), 1u);
  EXPECT_EQ(decision.plan.vm_fields[0].after, entry);
  EXPECT_FALSE(decision.refusals.empty()) << "18:00.0 is not hidden";
}

/// Only what the change brings about refuses; a standing danger refuses no hide.
TEST(Restore, IsJudgedForWhetherItBootsThisHost) {
  const struct {
    const char *from, *to, *code;
  } cases[] = {{"LABEL=root-vgwqkx", "LABEL=root-other", "boot-root-foreign"},
               {" splash", " init=/bin/sh splash", "boot-entry-stops"},
               {"menuentry 'XCP-ng' {", "menuentry 'XCP-ng' {\n\thalt", "boot-entry-stops"},
               {"dom0_mem=8192M,max:8192M ", "", "boot-dom0-memory"},
               {"/boot/xen.gz", "(hd0,gpt1)/boot/xen-gone.gz", "boot-file-missing"}};
  for (const auto& [from, to, code] : cases) {
    Changed nas;
    const auto foreign = replaced(nas.without_rule, from, to);
    nas.file("1", "hide", foreign, nas.without_rule);
    const auto decision = restore_backup(nas.host, "1", {shell});
    ASSERT_FALSE(decision.refusals.empty()) << code;
    EXPECT_EQ(decision.refusals[0].code, code);
    if (std::string_view(code) == "boot-file-missing") continue;
    const auto standing = with_boot_text(nas.host, foreign);
    const auto hide =
        hide_devices(standing, {at("18:00.0")}, Entries::that_boot, Consent{shell, {}});
    for (const auto& refusal : hide.refusals) EXPECT_NE(refusal.code, code);
  }
}

TEST(Restore, OneThatIsTooLargeForABootFile) {
  Changed nas;
  nas.file("1", "hide", std::string(max_boot_file + 1, '#'), nas.with_rule);
  EXPECT_NE(nas.refused().find("more than 1 MiB"), std::string::npos) << nas.refused();
}

}  // namespace
}  // namespace pci_passthrough
