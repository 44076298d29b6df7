/// What a call asks for in one, and nobody does.
#include <gtest/gtest.h>

#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

TEST(Misuse, OfATrialSaysWhichTrial) {
  for (const std::string trial : {"true", "auto"})
    for (const auto& [name, value] :
         Given{{"replace", "true"}, {"now", "true"}, {"xen-arguments", "true"}, {"entries", "all"}})
      EXPECT_EQ(
          refused(recorded(nas), "hide", {{"devices", "3b:00.0"}, {"trial", trial}, {name, value}}),
          "PCI_PASSTHROUGH_INVALID_ARGUMENT: trial=" + trial +
              " tries devices alone: replace, now, xen-arguments and entries come after it "
              "is confirmed");
}

}  // namespace
}  // namespace pci_passthrough
