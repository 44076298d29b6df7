#include "plugin/plans/vm_entries.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

TEST(RepairedVmEntry, KeepsTheMeaning) {
  const struct {
    const char* before;
    const char* after;
    std::vector<std::string> left;
  } cases[] = {
      {"0/0000:06:00.0,1/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0,0/0000:07:00.0", "0/0000:06:00.0,0/0000:07:00.0", {}},
      {"0/0000:06:00.0, 0/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:0a:00.0,0/0000:0b:00.0, 0/0000:0c:00.0",
       "0/0000:0b:00.0,1/0000:0a:00.0,2/0000:0c:00.0",
       {}},
      {"0000:06:00.0", "0/0000:06:00.0", {}},
      {"06:00.0,07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0;0/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0, 0/0000:06:00.0", "0/0000:06:00.0", {}},
      {"0/0000:06:00.01", "0/0000:06:00.01", {"0/0000:06:00.01"}},
      {"5/0000:06:00.01,07:00.0", "0/0000:06:00.01,1/0000:07:00.0", {"5/0000:06:00.01"}},
      {"0/0000:06:00.*, 0/0000:07:00.0", "0/0000:07:00.0,0/0000:06:00.*", {"0/0000:06:00.*"}},
      {"0/0000:06:00.*", "0/0000:06:00.*", {"0/0000:06:00.*"}},
      {"", "", {}},
  };
  for (const auto& [before, after, left] : cases) {
    const auto repaired = repaired_vm_entry(before);
    EXPECT_EQ(repaired.text, after) << before;
    EXPECT_EQ(repaired.left, left) << before;
    EXPECT_EQ(repaired_vm_entry(repaired.text).text, repaired.text) << "once is enough: " << before;
  }
}

}  // namespace
}  // namespace pci_passthrough
