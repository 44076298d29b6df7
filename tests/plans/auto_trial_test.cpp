#include "plugin/plans/auto_trial.hpp"

#include <gtest/gtest.h>

#include "plugin/model/auto_trial_json.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/auto_trial.hpp"

namespace pci_passthrough {
namespace {

const Snapshot& waiting() {
  static const auto host = ready_to_confirm(able_to_confirm(recorded(nas)));
  return host;
}

/// A fact that is not so, and what is said of it.
struct Spoiled {
  const char* name;
  FindingState state;
  void (*spoil)(Snapshot&);
  const char* words;
};

Function& tried(Snapshot& host) {
  return *std::ranges::find(host.functions, at("0000:18:00.0"), &Function::address);
}

using enum FindingState;

const Spoiled spoiled[] = {
    {"record", unknown, [](Snapshot& h) { h.auto_trial.kept.reset(); }, "it is not there"},
    {"record", unknown,
     [](Snapshot& h) {
       h.auto_trial.kept.reset();
       h.auto_trial.unread = "Input/output error";
     },
     "Input/output error"},
    {"record", unknown, [](Snapshot& h) { h.auto_trial.kept->id = "other"; }, "another trial"},
    {"rule", found,
     [](Snapshot& h) {
       const auto at = h.boot.running->find("(0000:18");
       h.boot.running->replace(at, 14, "(0000:19:00.0)");
     },
     "no hide rule for 0000:18:00.0"},
    {"pciback", found, [](Snapshot& h) { tried(h).driver = "nvme"; }, "nvme has it"},
    {"pciback", found, [](Snapshot& h) { tried(h).driver = ""; }, "no driver has it"},
    {"pciback", unknown, [](Snapshot& h) { tried(h).driver.reset(); },
     "Unknown whether 0000:18:00.0 is on pciback"},
    {"pciback", found,
     [](Snapshot& h) {
       std::erase_if(h.functions,
                     [](const Function& one) { return one.address == at("0000:18:00.0"); });
     },
     "0000:18:00.0 is not there"},
    {"pciback", unknown, [](Snapshot& h) { h = with_functions_unread(std::move(h)); },
     "Unknown whether 0000:18:00.0 is there: cannot read /sys/bus/pci/devices"},
    {"xapi", found, [](Snapshot& h) { h.auto_trial.watch->xapi_started.reset(); },
     "xapi has not finished its start"},
    {"address", found, [](Snapshot& h) { h.auto_trial.watch->addresses = {{"10.0.0.55"}}; },
     "xenbr0 does not have the address 10.0.0.5"},
    {"address", found, [](Snapshot& h) { h.auto_trial.watch->addresses.emplace().clear(); },
     "does not have the address"},
    {"address", unknown,
     [](Snapshot& h) {
       h.auto_trial.watch->addresses.reset();
       h.auto_trial.watch->why_no_addresses = "/sbin/ip failed (1)";
     },
     "/sbin/ip failed (1)"},
    {"address", unknown, [](Snapshot& h) { h.auto_trial.kept->address.clear(); },
     "Unknown which address"},
    {"coordinator", unknown,
     [](Snapshot& h) {
       h.pool.reset();
       h.unreadable["xapi"] = "HOST_IS_SLAVE";
     },
     "HOST_IS_SLAVE"},
    {"coordinator", unknown, [](Snapshot& h) { h.pool->coordinator = "host-9"; }, "names none"},
    {"pifs", found, [](Snapshot& h) { h.pool->pifs["pif-0"].attached = false; },
     "The PIF of 'eth0' is not plugged"},
    {"pifs", found, [](Snapshot& h) { h.pool->pifs.erase("pif-0"); }, "The PIF of 'eth0' is gone"},
    {"pifs", unknown, [](Snapshot& h) { h.pool->pifs["pif-0"].attached.reset(); },
     "Unknown whether the PIF of 'eth0'"},
    {"pifs", unknown, [](Snapshot& h) { h.pool->unreadable["PIF"] = "timed out"; }, "timed out"},
    {"pbds", found, [](Snapshot& h) { h.pool->pbds["pbd-0"].attached = false; },
     "The PBD of 'images' is not plugged"},
    {"pbds", found, [](Snapshot& h) { h.pool->pbds.erase("pbd-0"); },
     "The PBD of 'images' is gone"},
    {"pbds", unknown, [](Snapshot& h) { h.pool->pbds["pbd-0"].attached.reset(); },
     "Unknown whether the PBD of 'images'"},
    {"pbds", unknown, [](Snapshot& h) { h.pool->unreadable["PBD"] = "timed out"; }, "timed out"},
    {"pbds", unknown, [](Snapshot& h) { h.pool->this_host.clear(); },
     "xapi does not know this host"},
    {"boot-file", unknown, [](Snapshot& h) { h.boot.unreadable = "cannot read /boot (EIO)"; },
     "cannot read /boot (EIO)"},
};

bool says(const WaitDecision& decision, const Spoiled& one) {
  return std::ranges::any_of(decision.unmet, [&](const Unmet& unmet) {
    return unmet.name == one.name && unmet.state == one.state &&
           unmet.message.find(one.words) != std::string::npos;
  });
}

TEST(AutoTrial, ConfirmsWhereAllIsTrue) {
  auto host = waiting();
  EXPECT_EQ(decide_wait(host).step, WaitStep::confirm);
  host.auto_trial.watch->uptime = 541;
  EXPECT_EQ(decide_wait(host).step, WaitStep::confirm) << "it is true, late as it is";
}

TEST(AutoTrial, WaitsForEachThing_AndGoesBackAtTheEnd) {
  for (const auto& one : spoiled) {
    SCOPED_TRACE(one.words);
    auto host = waiting();
    one.spoil(host);
    const auto early = decide_wait(host);
    EXPECT_EQ(early.step, WaitStep::wait);
    EXPECT_TRUE(says(early, one)) << (early.unmet.empty() ? "" : early.unmet.front().message);
    host.auto_trial.watch->uptime = 539;
    EXPECT_EQ(decide_wait(host).step, WaitStep::wait);
    host.auto_trial.watch->uptime = 540;
    const auto late = decide_wait(host);
    EXPECT_EQ(late.step, WaitStep::go_back);
    EXPECT_TRUE(says(late, one));
    host.auto_trial.watch->uptime.reset();
    EXPECT_EQ(decide_wait(host).step, WaitStep::go_back) << "an unknown time is none";
  }
}

TEST(AutoTrial, HasNothingToWaitForInAnotherBoot) {
  const auto able = able_to_confirm(recorded(nas));
  auto old_entry = waiting();
  old_entry.boot.running = old_entry.boot.file.entries.front().command_line;
  auto confirmed = with_boot_text(waiting(), without_trial(waiting().boot.file));
  auto by_hand = trying(able);
  for (const auto& host : {able, prepared_to_confirm(able), marked(prepared_to_confirm(able)),
                           old_entry, confirmed, by_hand})
    EXPECT_EQ(decide_wait(host).step, WaitStep::over);
}

TEST(AutoTrial, IsArmedWithWhatIsPluggedNow) {
  const auto host = able_to_confirm(recorded(nas));
  const auto device = at("0000:18:00.0");
  const auto decision = hide_on_trial(host, {device}, Consent{shell}, Confirmation::by_itself);
  ASSERT_TRUE(decision.refusals.empty()) << decision.refusals.front().message;
  const auto& kept = decision.plan.auto_trial.value();
  EXPECT_EQ(kept, (AutoTrial{.id = std::string(this_boot, 8),
                             .devices = {device},
                             .interface = "xenbr0",
                             .address = own_address,
                             .pifs = {{"pif-0", "eth0"}},
                             .pbds = {{"pbd-0", "images"}},
                             .left_out = {}}));
  const auto trial = trial_of(decision.after);
  EXPECT_EQ(trial.auto_seconds, 540u) << "three times three minutes";
  std::string notices;
  for (const auto& one : decision.notices) notices += one + "\n";
  for (const char* words :
       {"the PIFs 'eth0' are plugged", "the PBDs of 'images' are plugged", "xenbr0 has the address",
        "0000:18:00.0", "the coordinator answers", "It has 540 s from the start of its boot",
        "this one took 180 s", "reboots the host into the old entry", "switched off and on"})
    EXPECT_NE(notices.find(words), std::string::npos) << words << "\n" << notices;
}

TEST(AutoTrial, DoesNotWaitForWhatGoesWithTheDevice) {
  auto host = able_to_confirm(recorded(nas));
  const auto device = at("0000:18:00.0");
  std::erase_if(host.interfaces, [](const NetInterface& one) { return one.name == "eth1"; });
  host.interfaces.push_back({"eth1", "", {device}, {}, "/sys/class/net/eth1"});
  host.pool->pifs["pif-1"].attached = true;
  host.pool->pifs["bond"] = {.device = "bond0",
                             .host = "host-1",
                             .physical = false,
                             .attached = true,
                             .below = {"pif-0", "pif-1"}};
  host.pool->pifs["vlan"] = {.device = "eth1.5",
                             .host = "host-1",
                             .physical = false,
                             .attached = true,
                             .below = {"pif-1"}};
  const auto trial = auto_trial(host, {device}, "id");
  EXPECT_EQ(trial.pifs, (std::vector<Plugged>{{"bond", "bond0"}, {"pif-0", "eth0"}}));
  EXPECT_EQ(trial.left_out, (std::vector<std::string>{"eth1", "eth1.5"}));
}

TEST(AutoTrial, PlansItsTimeFromThisBoot) {
  const auto planned = [](std::optional<std::int64_t> began, std::optional<std::int64_t> up) {
    AutoTrialFacts facts;
    facts.boot_at = began;
    facts.watch.emplace().xapi_started = up;
    return planned_time(facts).seconds;
  };
  EXPECT_EQ(planned(1000, 1180), 540u);
  EXPECT_EQ(planned(1000, 1101), 303u);
  EXPECT_EQ(planned(1000, 1100), 300u);
  EXPECT_EQ(planned(1000, 1020), 300u) << "at least";
  EXPECT_EQ(planned(1000, 2800), 5400u);
  EXPECT_EQ(planned(1000, 2801), 600u) << "the toolstack was restarted";
  EXPECT_EQ(planned(1000, 1000), 600u);
  EXPECT_EQ(planned(1000, 900), 600u) << "the clock was set";
  EXPECT_EQ(planned({}, 1180), 600u);
  EXPECT_EQ(planned(1000, {}), 600u);
  EXPECT_EQ(planned_time({}).seconds, 600u);
  EXPECT_FALSE(planned_time({}).measured);
}

TEST(AutoTrial, SaysUntilWhen) {
  EXPECT_EQ(words_of(trial_of(waiting())),
            "On trial, confirms itself until 22:22 UTC, or else reboots into the old entry: "
            "0000:18:00.0 hidden.");
  auto host = waiting();
  host.auto_trial.boot_at.reset();
  EXPECT_NE(words_of(trial_of(host)).find("until 540 s after the start of this boot"),
            std::string::npos);
  const auto armed = marked(prepared_to_confirm(able_to_confirm(recorded(nas))));
  EXPECT_NE(words_of(trial_of(armed)).find("confirms itself within 540 s"), std::string::npos);
  auto over = prepared_to_confirm(able_to_confirm(recorded(nas)));
  over = booted(over, *over.boot.file.default_entry);
  over.auto_trial.kept->ended = "The PBD of 'images' is not plugged.";
  EXPECT_NE(words_of(trial_of(over)).find("did not confirm itself: The PBD of 'images' is not"),
            std::string::npos);
}

TEST(AutoTrial, IsForgottenWhenItEnds) {
  const Consent root{shell};
  EXPECT_TRUE(confirm_trial(waiting(), root).plan.forgets_auto_trial);
  EXPECT_TRUE(abandon_trial(waiting(), root).plan.forgets_auto_trial);
  const auto by_hand = trying(able_to_confirm(recorded(nas)));
  EXPECT_FALSE(confirm_trial(by_hand, root).plan.forgets_auto_trial);
  EXPECT_FALSE(
      hide_on_trial(able_to_confirm(recorded(nas)), {at("0000:18:00.0")}, root).plan.auto_trial);
}

TEST(AutoTrial, IsConfirmedAsAnyOther) {
  const Consent root{shell};
  const auto by_hand = confirm_trial(trying(able_to_confirm(recorded(nas))), root);
  const auto by_itself = confirm_trial(waiting(), root);
  ASSERT_TRUE(by_itself.refusals.empty());
  EXPECT_EQ(by_itself.plan.files.at(0).after, by_hand.plan.files.at(0).after);
  EXPECT_EQ(by_itself.plan.files.at(0).after.find(auto_argument), std::string::npos);
}

TEST(AutoTrial, KnowsWhetherARebootLeadsBack) {
  EXPECT_EQ(why_not_back(waiting()), "");
  EXPECT_NE(why_not_back(marked(waiting())).find("mark still names the trial"), std::string::npos);
  auto host = waiting();
  host.boot.grubenv_override = "1";
  EXPECT_NE(why_not_back(host).find("the next boot takes 'XCP-ng (Serial)' once"),
            std::string::npos);
}

TEST(AutoTrial, IsKeptAndReadAgain) {
  auto trial = *waiting().auto_trial.kept;
  trial.ended = "The PBD of 'b\xc3\xa4r' is gone.";
  trial.left_out = {"eth1"};
  EXPECT_EQ(read_auto_trial(auto_trial_text(trial)), trial);
  const auto text = auto_trial_text(trial);
  for (std::size_t size = 0; size + 1 < text.size(); ++size)
    EXPECT_FALSE(read_auto_trial(text.substr(0, size))) << size;
  for (const char* odd : {"{}", "[]", "null", R"({"trial":1})"}) EXPECT_FALSE(read_auto_trial(odd));
}

}  // namespace
}  // namespace pci_passthrough
