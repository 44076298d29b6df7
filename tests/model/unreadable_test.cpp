#include "plugin/model/unreadable.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

TEST(Unreadable, IsSaidByNameAndReasonUpToThree) {
  EXPECT_EQ(words_of_unread({}) + names_of_unread({}), "");
  Unreadable unreadable = {{"/sys/class/block", "Permission denied"}, {"xapi", "it is\nsilent"}};
  EXPECT_EQ(words_of_unread(unreadable),
            "Not read, and what rests on it is unknown: /sys/class/block (Permission denied), xapi "
            "(it is\\x0asilent).");
  EXPECT_EQ(names_of_unread(unreadable), "not read: /sys/class/block, xapi");
  for (const char* more : {"a", "b"}) unreadable[std::string("/proc/") + more] = "gone";
  EXPECT_EQ(names_of_unread(unreadable), "not read: /proc/a, /proc/b, /sys/class/block, 1 more");
}

TEST(Unreadable, TheFunctionsAreUnknownWhereTheirListIsNotRead) {
  EXPECT_EQ(why_functions_are_unknown({{"/sys/class/net", "gone"}}), "");
  EXPECT_EQ(why_functions_are_unknown({{"/sys/bus/pci/devices", "Input/output error"}}),
            "cannot read /sys/bus/pci/devices (Input/output error)");
}

}  // namespace
}  // namespace pci_passthrough
