#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/plans/repaired.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

std::string entry_after(const Snapshot& host) {
  const auto entries = repaired(host).plan.vm_fields;
  return entries.empty() ? "" : entries.front().after.value_or("-");
}

TEST(Repair, MendsWhatXapiDropsFromAVmsEntry) {
  const auto& host = recorded(nas);
  EXPECT_EQ(entry_after(with_vm(host, "nas", "0/0000:3b:00.0, 0/0000:3b:00.1")),
            "0/0000:3b:00.0,1/0000:3b:00.1");
  EXPECT_EQ(entry_after(with_vm(host, "nas", "0/0000:3b:00.0,1/0000:3b:00.1")), "");
}

/// Of a VM that starts today without what xapi drops.
TEST(Repair, NoPieceBecomesOneThatKeepsTheVmFromStarting) {
  auto changed = hiding(recorded(nas), "(0000:3b:00.0)");
  auto identity = *identity_of(changed, function_of(changed, "18:00.0"));
  identity.kind = "1000:0072 1000:3020 0107";
  changed.identities = {identity};
  auto no_iommu = recorded(nas);
  no_iommu.iommu.on = false;
  const struct {
    const char* why;
    Snapshot host;
    const char* before;
    const char* after;
  } cases[] = {
      {"not there", recorded(nas), "0/0000:3b:00.0, 0/0000:99:00.0", ""},
      {"the others are mended", recorded(nas), "3b:00.0,99:00.0", "0/0000:3b:00.0,99:00.0"},
      {"a bridge", recorded(nas), "0/0000:3b:00.0, 0/0000:00:1c.0", ""},
      {"another device is there now", changed, "0/0000:3b:00.0, 0/0000:18:00.0", ""},
      {"no IOMMU, no device so far", no_iommu, "0000:3b:00.0", ""},
      {"no IOMMU, one so far", no_iommu, "0/0000:3b:00.0, 0/0000:3b:00.1",
       "0/0000:3b:00.0,1/0000:3b:00.1"},
  };
  for (const auto& [why, host, before, after] : cases) {
    SCOPED_TRACE(why);
    const auto decision = repaired(with_vm(host, "nas", before));
    EXPECT_EQ(decision.plan.vm_fields.empty() ? "" : decision.plan.vm_fields[0].after, after);
    const auto said = joined(decision.notices);
    const bool is_dropped = std::string_view(why) != "no IOMMU, one so far";
    EXPECT_EQ(said.find("goes on to drop it") != said.npos, is_dropped) << said;
  }
}

TEST(Repair, WritesWhatXenOrchestraWouldNotMatch) {
  EXPECT_EQ(entry_after(with_vm(recorded(nas), "nas", "0/0000:3B:00.0")), "0/0000:3b:00.0");
  EXPECT_EQ(entry_after(with_vm(recorded(nas), "nas", "0/0:3b:0.1 ")), "0/0000:3b:00.1");
}

TEST(Repair, FollowsADroppedDeviceThatMoved) {
  const auto host = with_vm(sas_moved_from("99:00.0"), "nas", "0/0000:3b:00.0, 0/0000:99:00.0");
  EXPECT_EQ(entry_after(host), "0/0000:3b:00.0,1/0000:18:00.0");
}

TEST(Repair, FollowsADeviceOnBothSides) {
  const auto host = with_vm(sas_moved_from("99:00.0"), "nas", "0/0000:99:00.0,1/0000:3b:00.0");
  const auto decision = repaired(host);
  EXPECT_EQ(decision.plan.files.size(), 1u);
  EXPECT_EQ(entry_after(host), "0/0000:18:00.0,1/0000:3b:00.0");
}

}  // namespace
}  // namespace pci_passthrough
