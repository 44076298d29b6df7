#include "plugin/model/vms.hpp"

#include <gtest/gtest.h>

#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

Pool two_hosts() { return *with_second_host(with_pool({})).pool; }

/// xapi vm_power_state: a paused domain holds its devices; a suspended one has let go of them.
TEST(Vms, WhereTheyRunOrElseWouldStart) {
  const std::map<std::string, bool> states = {
      {"Halted", false}, {"Paused", true}, {"Running", true}, {"Suspended", false}, {"", false}};
  const auto pool = two_hosts();
  for (const auto& [state, runs] : states) {
    VmRecord vm;
    vm.power_state = state;
    EXPECT_EQ(is_running(vm), runs) << state;
    vm.affinity = "host-1";
    vm.resident_on = "host-2";
    EXPECT_EQ(place_of(pool, vm), runs ? Place::elsewhere : Place::here) << state;
    std::swap(vm.affinity, vm.resident_on);
    EXPECT_EQ(place_of(pool, vm), runs ? Place::here : Place::preferred_elsewhere) << state;
  }
}

using Known = std::optional<bool>;

/// xapi VM.ha_restart_priority: "restart" is restarted for certain, "best-effort" where there is
/// room, "" never; and without HA none of them is.
TEST(Vms, ThatStartByThemselves) {
  for (const Known ha : {Known(true), Known(false), Known()})
    for (const Known autostart : {Known(true), Known(false), Known()})
      for (const bool own_autostart : {true, false})
        for (const std::string priority : {"restart", "best-effort", ""}) {
          Pool pool;
          pool.ha_enabled = ha;
          pool.auto_poweron = autostart;
          VmRecord vm;
          vm.auto_poweron = own_autostart;
          vm.ha_restart_priority = priority;
          const auto certain = [](bool asked, Known on) { return asked && on == true; };
          const auto possible = [](bool asked, Known on) { return asked && on != false; };
          const bool restarts = priority == "restart";
          const Known wanted =
              certain(own_autostart, autostart) || certain(restarts, ha)     ? Known(true)
              : possible(own_autostart, autostart) || possible(restarts, ha) ? Known()
                                                                             : Known(false);
          EXPECT_EQ(starts_by_itself(pool, vm), wanted) << priority << own_autostart;
        }
}

}  // namespace
}  // namespace pci_passthrough
