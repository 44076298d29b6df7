#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/reports.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

/// Only what is unknown, of a device, and no more than a warning goes into the small print.
TEST(FindingsTable, WhatIsGraveHasABlockOfItsOwn) {
  using enum Severity;
  for (const auto severity : {info, warn, error, block})
    for (const auto state : {FindingState::found, FindingState::unknown})
      for (const bool of_device : {true, false}) {
        Finding finding;
        finding.code = "sr-controller-assigned";
        finding.severity = severity;
        finding.state = state;
        finding.message = "The sentence.";
        finding.evidence = "the place";
        if (of_device) finding.device = at("18:00.0");
        const auto table = reports::findings_table(reports::findings_json(std::vector{finding}));
        const bool is_unknown = state == FindingState::unknown;
        const bool is_small = is_unknown && of_device && (severity == info || severity == warn);
        const auto word = std::string(name_of(severity)) + (is_unknown ? "?" : "");
        EXPECT_EQ(table.starts_with(word + " "), !is_small) << table;
        EXPECT_EQ(table.find("The sentence.") == table.npos, is_small) << table;
        EXPECT_EQ(table.starts_with("Unknown, and why is in the JSON reply: sr-controller-assigned "
                                    "of 0000:18:00.0."),
                  is_small)
            << table;
      }
}

}  // namespace
}  // namespace pci_passthrough
