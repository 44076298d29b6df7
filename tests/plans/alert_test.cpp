#include "plugin/plans/alert.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace pci_passthrough {
namespace {

boost::json::object verified(const std::string& verdict, const std::string& severity = "block") {
  return boost::json::parse(R"({"verdict": ")" + verdict + R"(", "findings": [{"code": "a-check",
      "severity": ")" + severity +
                            R"(", "state": "found", "device": "0000:06:00.0", "vm": null,
      "message": "It is so."}]})")
      .as_object();
}

TEST(Alert, ByVerdictAndWhatStands) {
  const auto about = decide_alert("h", verified("unsafe"), "", {}).change.value().about;
  const struct {
    std::string verdict, last;
    std::vector<std::string> stand;
    std::string word;
    bool changes, tells;
  } cases[] = {
      {"unsafe", "", {}, "created", true, true},
      {"unsafe", "other\n", {}, "created", true, true},
      {"unsafe", "other\n", {"r"}, "renewed", true, true},
      {"unsafe", about, {"r"}, "unchanged", false, false},
      {"unsafe", about, {}, "unchanged", false, false},  // somebody dismissed it
      {"safe", "", {}, "none", false, false},
      {"safe", "", {"r"}, "removed", true, false},
      {"safe", about, {"r"}, "removed", true, false},
      {"safe", about, {}, "none", true, false},  // so that the same findings are told again
      {"unknown", about, {"r"}, "unchanged", false, false},
  };
  for (const auto& [verdict, last, stand, word, changes, tells] : cases) {
    SCOPED_TRACE(verdict + " " + last);
    const auto decision = decide_alert("h", verified(verdict), last, stand);
    EXPECT_EQ(decision.word, word);
    ASSERT_EQ(decision.change.has_value(), changes);
    if (!changes) continue;
    EXPECT_EQ(decision.change->host_uuid, "h");
    EXPECT_EQ(decision.change->stand, stand);
    EXPECT_EQ(!decision.change->body.empty(), tells);
    EXPECT_EQ(decision.change->about, tells ? about : "");
  }
}

TEST(Alert, TellsWhatIsGraveAndNoMore) {
  EXPECT_NE(decide_alert("h", verified("unsafe"), "", {}).change->body.find("a-check: It is so."),
            std::string::npos);
  EXPECT_EQ(decide_alert("h", verified("unsafe", "warn"), "", {}).change->body.find("a-check"),
            std::string::npos);
}

}  // namespace
}  // namespace pci_passthrough
