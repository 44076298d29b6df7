#include "plugin/plans/trial.hpp"

#include <gtest/gtest.h>

#include "plugin/model/failure.hpp"
#include "plugin/model/way_back.hpp"
#include "plugin/plans/assign.hpp"
#include "plugin/plans/rescue.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/trial.hpp"

namespace pci_passthrough {
namespace {

const Consent root_asks{shell};

/// What apply would leave.
Snapshot left_by(const Decision& decision, Snapshot host) {
  if (!decision.plan.files.empty()) host = with_boot_text(host, decision.plan.files[0].after);
  if (decision.plan.mark) set_mark(host.boot, *decision.plan.mark);
  return host;
}

PciAddress free_device(const Snapshot& host) {
  for (const auto& function : host.functions) {
    if (function.address.segment > 0xffff || function.is_bridge()) continue;
    const auto decision = hide_devices(host, {function.address}, {}, shell);
    if (decision.refusals.empty() && !decision.plan.files.empty()) return function.address;
  }
  throw std::runtime_error("nothing may be hidden");
}

/// Hosts whose boot file honours a mark.
std::vector<std::string> able_hosts() {
  auto names = recorded_hosts();
  std::erase_if(names, [](const auto& name) {
    return !trial_mark(recorded(name).boot, false) || !own_model(recorded(name).boot.file);
  });
  return names;
}

std::string trial_refusal(const Decision& decision) {
  return decision.refusals.empty() ? "" : decision.refusals.front().code;
}

template <typename Change>
std::string trial_failure(Change change) {
  try {
    change();
    return "";
  } catch (const Failure& failure) {
    return failure.details.empty() ? failure.sentence : failure.details.front();
  }
}

TEST(Trial, IsArmedTriedAndConfirmed) {
  ASSERT_GE(able_hosts().size(), 4u);
  for (const auto& name : able_hosts()) {
    SCOPED_TRACE(name);
    const auto host = able(recorded(name));
    const auto device = free_device(host);
    const auto decision = hide_on_trial(host, {device}, root_asks);
    ASSERT_EQ(trial_refusal(decision), "");
    EXPECT_FALSE(decision.plan.remember) << "it is remembered when it is confirmed";
    const auto armed_host = left_by(decision, host);
    const auto trial = trial_of(armed_host);
    EXPECT_EQ(trial.stage, TrialStage::armed);
    EXPECT_EQ(trial.devices, std::vector{device});
    EXPECT_EQ(armed_host.boot.next_entry(), trial.entry);
    EXPECT_EQ(armed_host.boot.file.default_entry, host.boot.file.default_entry);
    EXPECT_EQ(Analysis(armed_host).dom0_access(*host.find(device)), Dom0Access::disable_on_reboot);
    EXPECT_NE(way_back(armed_host).find("switch it off and on"), std::string::npos);

    const auto tried = booted(unmarked(armed_host), trial.entry.value());
    EXPECT_EQ(trial_of(tried).stage, TrialStage::running);
    EXPECT_EQ(Analysis(tried).dom0_access(*host.find(device)), Dom0Access::enable_on_reboot);
    const auto confirmed = confirm_trial(tried, root_asks);
    EXPECT_EQ(trial_refusal(confirmed), "");
    EXPECT_FALSE(confirmed.plan.mark);
    const auto hidden = left_by(hide_devices(host, {device}, {}, shell), host);
    EXPECT_EQ(left_by(confirmed, tried).boot.file.text, hidden.boot.file.text)
        << "what hide would have made of it";
    EXPECT_EQ(trial_of(left_by(confirmed, tried)).stage, TrialStage::none);
  }
}

TEST(Trial, IsAbandonedWhereverItIs) {
  for (const auto& name : able_hosts()) {
    SCOPED_TRACE(name);
    const auto host = able(recorded(name));
    const auto rule = "(" + free_device(host).text() + ")";
    for (const auto& one : {prepared(host, rule), armed(host, rule), trying(host, rule),
                            marked(trying(host, rule)), reverted(host)}) {
      const auto decision = abandon_trial(one, root_asks);
      EXPECT_EQ(trial_refusal(decision), "");
      const auto left = left_by(decision, one);
      EXPECT_EQ(left.boot.file.text, host.boot.file.text);
      EXPECT_EQ(left.boot.next_entry(), host.boot.next_entry());
      EXPECT_EQ(decision.plan.mark.has_value(), trial_of(one).mark_names_it);
    }
    EXPECT_TRUE(abandon_trial(host, root_asks).plan.empty());
  }
}

TEST(Trial, ConfirmsTheRuleAndNotTheLine) {
  auto tried = trying(able(recorded(nas)));
  auto text = tried.boot.file.text;
  text.insert(entry_of(tried, "xe").arguments_end, " mitigations=off");
  tried = with_boot_text(tried, text);
  const auto confirmed = left_by(confirm_trial(tried, root_asks), tried);
  EXPECT_NE(entry_of(confirmed, "xe").command_line.find("mitigations=off"), std::string::npos);
  EXPECT_EQ(confirmed.boot.file.text.find(trial_argument), std::string::npos);
  EXPECT_NE(entry_of(confirmed, "xe").command_line.find("(0000:18:00.0)"), std::string::npos);
}

TEST(Trial, IsConfirmedInItsOwnBootAlone) {
  const auto host = able(recorded(nas));
  const auto confirm = [](const Snapshot& one) {
    return trial_failure([&] { confirm_trial(one, root_asks); });
  };
  EXPECT_NE(confirm(host).find("This boot is no trial"), std::string::npos);
  EXPECT_NE(confirm(armed(host)).find("has not booted yet"), std::string::npos);
  EXPECT_NE(confirm(prepared(host)).find("This boot is no trial"), std::string::npos);
  EXPECT_NE(confirm(reverted(host)).find("This boot is no trial"), std::string::npos);
  auto other = trying(host);
  other = with_boot_text(
      other, with_trial(other.boot.file, PcibackKind::pvops, "(0000:18:00.0)", "aaaaaaaa").value());
  EXPECT_NE(confirm(other).find("This boot is no trial"), std::string::npos)
      << "the running kernel is that of another trial";
}

TEST(Trial, EveryOtherChangeWaits) {
  for (const auto& host : {armed(able(recorded(nas))), trying(able(recorded(nas)))})
    for (auto decision :
         {hide_devices(host, {at("0000:8b:00.0")}, {}, shell),
          unhide_devices(host, {at("0000:01:00.0")}, {}, shell),
          hide_on_trial(host, {at("0000:8b:00.0")}, root_asks), keep_rescue(host, root_asks)}) {
      refuse_on_trial(decision);
      EXPECT_EQ(trial_refusal(decision), "trial-pending");
      EXPECT_EQ(std::ranges::count(decision.refusals, "trial-pending", &Finding::code), 1);
    }
  auto free = hide_devices(reverted(able(recorded(nas))), {at("0000:8b:00.0")}, {}, shell);
  refuse_on_trial(free);
  EXPECT_EQ(trial_refusal(free), "");
}

TEST(Trial, IsRefusedByEachOfItsTerms) {
  const auto host = able(recorded(nas));
  const auto refused = [](Snapshot one, auto change) {
    change(one);
    return trial_refusal(hide_on_trial(one, {free_device(one)}, root_asks));
  };
  EXPECT_EQ(refused(host, [](Snapshot&) {}), "");
  EXPECT_EQ(refused(host, [](Snapshot& one) { one.mounts.back().type = "xfs"; }),
            "trial-cannot-end");
  EXPECT_EQ(refused(host, [](Snapshot& one) { one.boot.grubenv_override = "1"; }),
            "trial-mark-taken");
  EXPECT_EQ(refused(host, [](Snapshot& one) { one.pool->ha_enabled = true; }), "trial-with-ha");
  EXPECT_EQ(refused(host, [](Snapshot& one) { one.boot.kernel_release = "4.19.0+0"; }),
            "trial-kernel-pending");
  EXPECT_EQ(refused(with_vm(host, "nas", "0/" + free_device(host).text(),
                            [](VmRecord& vm) { vm.auto_poweron = true; }),
                    [](Snapshot&) {}),
            "trial-vm-starts");
  EXPECT_EQ(refused(able(recorded(bios)), [](Snapshot&) {}), "trial-cannot-end");
}

TEST(Trial, IsJudgedAsTheHideThatItTries) {
  const auto host = able(recorded(nas));
  const auto disks = at("0000:88:00.0");
  EXPECT_EQ(trial_refusal(hide_on_trial(host, {disks}, root_asks)), "boot-controller-hidden");
  const auto accepted = hide_on_trial(
      host, {disks},
      Consent{shell, {{"boot-controller-hidden", disks}, {"sr-controller-hidden", disks}}});
  EXPECT_EQ(trial_refusal(accepted), "");
  EXPECT_FALSE(accepted.accepted.empty());
}

TEST(Trial, SaysWhatEndsAHang) {
  const auto notices = [](const Snapshot& host) {
    std::string all;
    for (const auto& one : hide_on_trial(host, {at("0000:18:00.0")}, root_asks).notices) all += one;
    return all;
  };
  const auto host = able(recorded(nas));
  EXPECT_NE(notices(host).find("Xen reboots the host by itself"), std::string::npos);
  auto text = host.boot.file.text;
  text.insert(entry_of(host, "xe").xen_arguments_end, " noreboot");
  EXPECT_NE(notices(with_boot_text(host, text)).find("Xen is told noreboot"), std::string::npos);
}

TEST(Trial, TheBootTakesAMarkAwayThatWasKept) {
  const auto host = able(recorded(nas));
  const auto kept = marked(trying(host));
  const auto settled = settle_trial(kept, root_asks);
  EXPECT_TRUE(settled.plan.files.empty());
  EXPECT_FALSE(trial_of(left_by(settled, kept)).mark_names_it);
  EXPECT_EQ(trial_of(left_by(settled, kept)).stage, TrialStage::running);
  for (const auto& other : {host, armed(host), trying(host), reverted(host)})
    EXPECT_TRUE(settle_trial(other, root_asks).plan.empty());
}

TEST(Trial, IsNotTakenAwayBelowAnEntryThatBootsByItsNumber) {
  auto host = prepared(able(recorded(nas)));
  host = with_boot_text(host, with_rescue(host.boot.file).value());
  host.boot.grubenv_override = std::to_string(host.boot.file.entries.size() - 1);
  EXPECT_NE(trial_failure([&] { abandon_trial(host, root_asks); }).find("boots by its number"),
            std::string::npos);
}

TEST(Trial, NeedsTheIdOfThisBoot) {
  auto host = able(recorded(nas));
  host.boot.boot_id.reset();
  EXPECT_NE(trial_failure([&] {
              hide_on_trial(host, {at("0000:18:00.0")}, root_asks);
            }).find("cannot read /proc/sys/kernel/random/boot_id"),
            std::string::npos);
}

}  // namespace
}  // namespace pci_passthrough
