#include "plugin/host/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;

/// A terminal of one line, as far as \r, \b and \n go.
class Screen {
 public:
  void operator()(std::string_view text) {
    for (const char c : text) {
      if (c == '\r') {
        at_ = 0;
      } else if (c == '\b') {
        --at_;
      } else if (c == '\n') {
        above_ += line() + "\n";
        line_.clear();
        at_ = 0;
      } else {
        line_.resize(std::max(line_.size(), at_ + 1), ' ');
        line_[at_++] = c;
      }
    }
  }
  std::string line() const { return line_.substr(0, line_.find_last_not_of(' ') + 1); }
  const std::string& above() const { return above_; }
  std::size_t column() const { return at_; }

 private:
  std::string line_, above_;
  std::size_t at_ = 0;
};

struct Shown {
  Screen screen;
  Progress::Time begun{};
  std::unique_ptr<Progress> progress =
      std::make_unique<Progress>([this](std::string_view text) { screen(text); }, begun);

  std::string at(std::chrono::milliseconds after) {
    progress->tick(begun + after);
    return screen.line();
  }
  void write(std::string_view text) {
    progress->write_beside(text, [this](std::string_view piece) { screen(piece); });
  }
};

TEST(Progress, SaysNothingInTheFirstSecond) {
  Shown told;
  const Waiting waiting(told.progress.get(), "Waiting for xapi");
  EXPECT_EQ(told.at(0ms), "");
  EXPECT_EQ(told.at(999ms), "");
  EXPECT_EQ(told.at(1000ms), "Waiting for xapi, 1 s");
  EXPECT_EQ(told.at(12'999ms), "Waiting for xapi, 12 s");
}

TEST(Progress, TellsHowFarItIsAndIsGoneAtTheEnd) {
  Shown told;
  {
    Waiting waiting(told.progress.get(), "0 of 64 hosts answered");
    EXPECT_EQ(told.at(9s), "0 of 64 hosts answered, 9 s");
    waiting.now("12 of 64 hosts answered");
    EXPECT_EQ(told.at(10s), "12 of 64 hosts answered, 10 s");
  }
  EXPECT_EQ(told.screen.line(), "") << "before anybody else writes there";
  EXPECT_EQ(told.screen.column(), 0u);
  EXPECT_EQ(told.at(11s), "");
  {
    const Waiting next(told.progress.get(), "x");
    EXPECT_EQ(told.at(12s), "x, 12 s") << "nothing of the longer line is left";
  }
  told.progress.reset();
  EXPECT_EQ(told.screen.line(), "");
}

TEST(Progress, OfWaitsWithinAWaitTheOuterIsTold) {
  Shown told;
  Waiting outer(told.progress.get(), "outer");
  {
    Waiting inner(told.progress.get(), "inner");
    inner.now("inner, further");
    EXPECT_EQ(told.at(1s), "outer, 1 s");
  }
  EXPECT_EQ(told.at(2s), "outer, 2 s");
}

TEST(Progress, MakesWayForTheReply) {
  Shown told;
  const Waiting waiting(told.progress.get(), "Waiting for xapi");
  EXPECT_EQ(told.at(2s), "Waiting for xapi, 2 s");
  told.write("== xen1\n");
  EXPECT_EQ(told.screen.line(), "");
  EXPECT_EQ(told.at(3s), "Waiting for xapi, 3 s");
  told.write("== xen2\nopen");
  EXPECT_EQ(told.screen.above(), "== xen1\n== xen2\n");
  EXPECT_EQ(told.screen.line(), "open");
  EXPECT_EQ(told.at(4s), "open") << "it would write over it";
  told.write(" line\n");
  EXPECT_EQ(told.screen.above(), "== xen1\n== xen2\nopen line\n");
  EXPECT_EQ(told.at(5s), "Waiting for xapi, 5 s");
}

TEST(Progress, NobodyListens) {
  Waiting waiting(nullptr, "Waiting for xapi");
  waiting.now("Waiting for xapi, still");
}

}  // namespace
}  // namespace pci_passthrough
