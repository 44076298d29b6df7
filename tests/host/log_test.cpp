#include "plugin/host/log.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

TEST(Log, SpeaksOnStandardErrorToAPerson) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  open_log(false);
  log_line("hid 0000:06:00.0 \x1b[31m{}");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "pci-passthrough: hid 0000:06:00.0 \\x1b[31m{}\n");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(Log, SpeaksToSyslogAlone) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  open_log(true);
  log_line("hid 0000:06:00.0");
  EXPECT_EQ(testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace pci_passthrough
