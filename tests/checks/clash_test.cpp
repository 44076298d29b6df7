#include "plugin/checks/clash.hpp"

#include <gtest/gtest.h>

#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

/// So many VMs that start by themselves, that may, and that do not.
struct Several {
  Several(std::size_t certain, std::size_t possible, std::size_t never) {
    pool.auto_poweron = true;
    pool.ha_enabled.reset();
    const auto add = [&](std::size_t count, bool autostart, const char* priority) {
      for (std::size_t i = 0; i < count; ++i) {
        VmRecord vm;
        vm.power_state = "Halted";
        vm.auto_poweron = autostart;
        vm.ha_restart_priority = priority;
        pool.vms[std::to_string(pool.vms.size())] = vm;
      }
    };
    add(certain, true, "");
    add(possible, false, "restart");
    add(never, false, "");
    for (const auto& [ref, vm] : pool.vms) all.push_back(vm_assignment(pool, ref, vm));
    for (const auto& one : all) assignments.push_back(&one);
  }
  Pool pool;
  std::vector<VmAssignment> all;
  std::vector<const VmAssignment*> assignments;
};

TEST(Clash, AtBootOfTwoThatStartForCertain) {
  for (std::size_t certain = 0; certain < 4; ++certain)
    for (std::size_t possible = 0; possible < 3; ++possible)
      for (std::size_t never = 0; never < 3; ++never) {
        SCOPED_TRACE(testing::Message() << certain << " " << possible << " " << never);
        Several vms(certain, possible, never);
        const auto clash = checks::clash_at_boot_of(vms.pool, vms.assignments);
        const bool is_told = certain >= 2;
        EXPECT_EQ(clash.state, is_told ? FindingState::found : FindingState::unknown);
        EXPECT_EQ(vms.assignments.size(), is_told ? certain : certain + possible);
      }
}

TEST(Clash, OfOneThatRunsOrStartsWithAnother) {
  for (std::size_t certain = 0; certain < 3; ++certain)
    for (std::size_t possible = 0; possible < 3; ++possible)
      for (const char* state : {"Halted", "Suspended", "Paused", "Running"}) {
        SCOPED_TRACE(testing::Message() << certain << " " << possible << " " << state);
        Several vms(certain, possible, 2);
        vms.pool.vms.rbegin()->second.power_state = state;
        const auto clash = checks::clash_of(vms.pool, vms.assignments);
        const bool is_certain = certain > 0 || std::string_view(state) == "Paused" ||
                                std::string_view(state) == "Running";
        EXPECT_EQ(clash.state,
                  !is_certain && possible > 0 ? FindingState::unknown : FindingState::found);
        EXPECT_EQ(clash.severity, is_certain || possible > 0 ? Severity::error : Severity::warn);
      }
}

}  // namespace
}  // namespace pci_passthrough
