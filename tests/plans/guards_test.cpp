#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/failure.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

/// "affinity: '' -> 'uuid-xen1'" of each field that is set.
std::vector<std::string> sets(const Decision& decision) {
  std::vector<std::string> all;
  for (const auto& one : decision.plan.vm_fields)
    all.push_back(std::string(name_of(one.field)) + ": '" + one.before.value_or("-") + "' -> '" +
                  one.after.value_or("-") + "'");
  return all;
}

const std::string all_blocked = "checkpoint,migrate_send,pool_migrate,suspend";

/// Every state of a VM's guards: which of the operations are blocked, its affinity, its memory.
std::vector<Snapshot> guarded_states() {
  const auto base = with_second_host(with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:3b:00.0"));
  std::vector<Snapshot> states;
  for (unsigned blocked = 0; blocked < 16; ++blocked)
    for (const char* affinity : {"", "host-1", "gone"})
      for (const std::uint64_t least : {1ull, 4ull}) {
        auto host = base;
        auto& vm = host.pool->vms.at("ref-nas");
        vm.affinity = affinity;
        vm.memory_dynamic_min = least << 30;
        vm.blocked_operations = {"export"};
        for (std::size_t i = 0; i < guarded_operations.size(); ++i)
          if (blocked >> i & 1) vm.blocked_operations.emplace_back(guarded_operations[i]);
        states.push_back(std::move(host));
      }
  return states;
}

TEST(Guards, OfAnyStateLeaveNoFindingAndAreSetOnce) {
  for (const auto& host : guarded_states()) {
    const auto decision = assign_devices(host, "nas", {at("3b:00.0")}, {.guards = true}, remote);
    EXPECT_TRUE(decision.refusals.empty());
    for (const auto& finding : decision.findings)
      for (const char* code : {"vm-dynamic-memory", "vm-not-pinned-to-host", "suspend-not-blocked"})
        EXPECT_NE(finding.code, code);
    const auto& vm = decision.after.snapshot().pool->vms.at("ref-nas");
    EXPECT_EQ(vm.affinity, "host-1");
    EXPECT_EQ(vm.memory_dynamic_min, vm.memory_dynamic_max);
    EXPECT_EQ(std::ranges::count(vm.blocked_operations, "export"), 1);
    const auto again =
        assign_devices(decision.after, "nas", {at("3b:00.0")}, {.guards = true}, remote);
    EXPECT_EQ(sets(again), std::vector<std::string>{});
  }
}

/// Each field's text reads back, and the way back is the way there.
TEST(Guards, AreTakenBackByTheirTexts) {
  for (const auto& host : guarded_states()) {
    const auto decision = assign_devices(host, "nas", {at("3b:00.0")}, {.guards = true}, remote);
    auto back = decision.plan.vm_fields;
    for (auto& one : back) std::swap(one.before, one.after);
    const auto before = decision.after.with({.vm_fields = back});
    for (const auto field : all_vm_fields)
      EXPECT_EQ(text_of(*before.snapshot().pool, before.snapshot().pool->vms.at("ref-nas"), field),
                text_of(*host.pool, host.pool->vms.at("ref-nas"), field));
  }
}

TEST(Guards, AreStepsBeforeTheEntry) {
  auto host = with_vm(recorded("xcp-ng-8.3"), "nas", std::nullopt, [](VmRecord& vm) {
    vm.affinity = "";
    vm.memory_dynamic_min = 1ull << 30;
  });
  const auto how = AssignTerms{.guards = true};
  EXPECT_EQ(sets(assign_devices(host, "nas", {at("3b:00.0")}, how, remote)),
            (std::vector<std::string>{"blocked_operations: '' -> '" + all_blocked + "'",
                                      "affinity: '' -> 'uuid-xen1'",
                                      "memory_dynamic_range: 'min=1073741824 max=4294967296' -> "
                                      "'min=4294967296 max=4294967296'",
                                      "other_config:pci: '-' -> '0/0000:3b:00.0'"}));
  host.pool->vms.at("ref-nas").memory_dynamic_min.reset();
  host.pool->this_host = "";
  EXPECT_EQ(sets(assign_devices(host, "nas", {at("3b:00.0")}, how, remote)).size(), 2u)
      << "what is unknown is left";
}

TEST(Guards, UnassignSaysWhatStands) {
  auto host =
      with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:3b:00.0,1/0000:3b:00.1", [](VmRecord& vm) {
        vm.blocked_operations = {"suspend", "export"};
      });
  const auto said = [&](const std::vector<PciAddress>& devices) {
    return joined(unassign_devices(host, "nas", devices, {}, remote).notices);
  };
  EXPECT_EQ(said({at("3b:00.0")}), "") << "one is left to guard";
  EXPECT_EQ(
      said({}),
      "The VM 'nas' keeps its guards: suspend blocked; affinity to this host; memory fixed at "
      "4096 MiB. To take them away: xe vm-param-remove uuid=uuid-nas "
      "param-name=blocked-operations param-key=suspend; xe vm-param-set uuid=uuid-nas "
      "affinity=.");
  auto& vm = host.pool->vms.at("ref-nas");
  vm.blocked_operations.clear();
  vm.affinity = "";
  vm.memory_dynamic_min = 1;
  EXPECT_EQ(said({}), "");
}

TEST(MemoryRange, ReadsBackAndNothingElse) {
  for (const std::uint64_t most : {0ull, 1ull, 1ull << 40, ~0ull}) {
    const auto range = parse_memory_range(memory_range_text({1, most}));
    ASSERT_TRUE(range);
    EXPECT_EQ(range->most, most);
  }
  for (const char* text : {"", "min=1", "min=1 max=", "min=-1 max=1", "min=1 max=1 ", "min= max=1",
                           "min=1 max=99999999999999999999", "max=1 min=1"})
    EXPECT_FALSE(parse_memory_range(text)) << text;
}

}  // namespace
}  // namespace pci_passthrough
