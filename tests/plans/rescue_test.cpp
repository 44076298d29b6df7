#include "plugin/plans/rescue.hpp"

#include <gtest/gtest.h>

#include "plugin/boot/rescue.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/way_back.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

const Consent by_root{shell};

Snapshot after(const Decision& decision, const Snapshot& host) {
  return decision.plan.files.empty() ? host : with_boot_text(host, decision.plan.files[0].after);
}
Snapshot rescued(const Snapshot& host) { return after(keep_rescue(host, by_root), host); }

/// Hosts whose boot file no check holds fast.
std::vector<std::string> editable_hosts() {
  auto names = recorded_hosts();
  std::erase_if(names, [](const auto& name) {
    return !keep_rescue(recorded(name), by_root).refusals.empty();
  });
  return names;
}

const BootEntry& rescue_of(const Snapshot& host) {
  return host.boot.file.entries.at(rescue_entry(host.boot.file).value());
}

PciAddress some_device(const Snapshot& host) {
  for (const auto& function : host.functions)
    if (function.address.segment <= 0xffff && !function.is_bridge() && function.driver == "")
      return function.address;
  return host.functions.back().address;
}

std::string refused_with(Decision (*change)(const Analysis&, const Consent&),
                         const Snapshot& host) {
  try {
    change(host, by_root);
    return "";
  } catch (const Failure& failure) {
    return failure.details.empty() ? failure.sentence : failure.details.front();
  }
}

TEST(Rescue, IsKeptAndTakenAwayOnEveryHost) {
  ASSERT_GE(editable_hosts().size(), 4u);
  for (const auto& name : editable_hosts()) {
    SCOPED_TRACE(name);
    const auto& host = recorded(name);
    const auto kept = rescued(host);
    EXPECT_TRUE(rescue_entry(kept.boot.file));
    EXPECT_TRUE(keep_rescue(kept, by_root).plan.files.empty());
    EXPECT_EQ(after(remove_rescue(kept, by_root), kept).boot.file.text, host.boot.file.text);
    EXPECT_TRUE(remove_rescue(host, by_root).plan.files.empty());
  }
}

TEST(Rescue, NoChangePutsARuleThere) {
  for (const auto& name : editable_hosts())
    for (const bool all : {false, true}) {
      SCOPED_TRACE(name);
      const auto kept = rescued(recorded(name));
      const auto device = some_device(kept);
      const auto hidden = after(hide_devices(kept, {device}, {all, {}}, shell), kept);
      const auto exact = after(hide_exactly(kept, {device}, {all, {}}, shell), kept);
      const auto repaired = after(repair(hidden, {all, {}}, shell), hidden);
      for (const auto* host : {&hidden, &exact, &repaired}) {
        EXPECT_TRUE(find_hide_arguments(rescue_of(*host).arguments, PcibackKind::pvops).empty());
        EXPECT_TRUE(rescue_is_in_step(host->boot.file));
        EXPECT_EQ(ways_back(*host).front(), rescue_entry(host->boot.file));
      }
      EXPECT_EQ(hidden.boot.file.entries.back().command_line,
                kept.boot.file.entries.back().command_line);
    }
}

TEST(Rescue, NotEvenWhereTheHostBootsByIt) {
  auto host = rescued(recorded(nas));
  const auto number = std::to_string(rescue_entry(host.boot.file).value());
  host = with_boot_text(host, replaced(host.boot.file.text, "default=0", "default=" + number));
  const auto hidden = after(hide_devices(host, {at("18:00.0")}, {true, {}}, shell), host);
  EXPECT_TRUE(find_hide_arguments(rescue_of(hidden).arguments, PcibackKind::pvops).empty());
  EXPECT_NE(refused_with(remove_rescue, host).find("The host boots by"), std::string::npos);
  host.boot.grubenv_override = number;
  EXPECT_NE(refused_with(remove_rescue, host).find("The host boots by"), std::string::npos);
}

TEST(Rescue, IsNotTakenAwayFromUnderANumber) {
  auto host = rescued(recorded(nas));
  const auto more = std::to_string(host.boot.file.entries.size());
  const auto& xe = entry_of(host, "xe");
  const auto body = host.boot.file.text.substr(xe.range.begin, xe.range.end - xe.range.begin);
  auto text = host.boot.file.text + replaced(body, "'XCP-ng'", "'mine'") + "\n";
  EXPECT_EQ(refused_with(remove_rescue, with_boot_text(host, text)), "");
  text = replaced(text, "default=0", "default=" + more);
  EXPECT_NE(refused_with(remove_rescue, with_boot_text(host, text)).find("by its number"),
            std::string::npos);
}

TEST(Rescue, IsKeptInStepByEachChangeAndMendedByRepair) {
  for (const auto& name : editable_hosts()) {
    SCOPED_TRACE(name);
    const auto kept = rescued(recorded(name));
    const auto& model = kept.boot.file.entries[own_model(kept.boot.file).value()];
    auto text = kept.boot.file.text;
    text.insert(model.arguments_end, " mitigations=off");
    const auto stale = with_boot_text(kept, text);
    const auto device = some_device(stale);
    EXPECT_FALSE(rescue_is_in_step(stale.boot.file));
    EXPECT_TRUE(rescue_is_in_step(after(repair(stale, {}, shell), stale).boot.file));
    EXPECT_TRUE(rescue_is_in_step(rescued(stale).boot.file));
    EXPECT_TRUE(
        rescue_is_in_step(after(hide_devices(stale, {device}, {}, shell), stale).boot.file));
    EXPECT_TRUE(
        rescue_is_in_step(after(hide_exactly(stale, {device}, {}, shell), stale).boot.file));
    const auto hidden =
        with_boot_text(stale, after(hide_devices(kept, {device}, {}, shell), kept).boot.file.text);
    EXPECT_TRUE(
        rescue_is_in_step(after(unhide_devices(hidden, {device}, {}, shell), hidden).boot.file));
  }
}

/// As it does without one, where a list was not in its one form before.
TEST(Rescue, HidingAndUnhidingGivesTheFileBack) {
  for (const auto& name : editable_hosts()) {
    SCOPED_TRACE(name);
    const auto& host = recorded(name);
    const auto device = some_device(host);
    const auto there_and_back = [&](const Snapshot& from) {
      const auto hidden = after(hide_devices(from, {device}, {}, shell), from);
      EXPECT_NE(hidden.boot.file.text, from.boot.file.text);
      return after(unhide_devices(hidden, {device}, {}, shell), hidden).boot.file;
    };
    EXPECT_EQ(without_rescue(there_and_back(rescued(host))), there_and_back(host).text);
  }
}

TEST(Rescue, SaysWhyNoneIsMade) {
  const auto& host = recorded(nas);
  const auto variable = with_boot_text(host, text_with_arguments(host, "xe", "$rules"));
  EXPECT_NE(refused_with(keep_rescue, variable).find("has no everyday entry"), std::string::npos);
}

}  // namespace
}  // namespace pci_passthrough
