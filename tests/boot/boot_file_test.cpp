#include "plugin/boot/boot_file.hpp"

#include <gtest/gtest.h>

#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

TEST(EntryNamed, FindsWhatGrubWouldTake) {
  const auto file = parse_grub(
      "menuentry 'XCP-ng' {\ntrue\n}\n"
      "menuentry '2nd' --id trial {\ntrue\n}\n"
      "menuentry --class xen 'Other' {\ntrue\n}\n");
  const struct {
    const char* reference;
    std::optional<std::size_t> entry;
  } cases[] = {
      {"0", 0},    {"2", 2},      {"0x1", 1},   {"3", {}},      {"-1", {}},
      {"", {}},    {"XCP-ng", 0}, {"trial", 1}, {"Other", 2},   {"xe", {}},
      {"2nd", {}}, {"1>0", {}},   {" 1", {}},   {"xcp-ng", {}}, {"99999999999999999999", {}}};
  for (const auto& [reference, entry] : cases)
    EXPECT_EQ(entry_named(file, reference), entry) << reference;

  const auto extlinux = parse_extlinux(std::string(sample_extlinux));
  EXPECT_EQ(entry_named(extlinux, "safe"), 2u);
  EXPECT_EQ(entry_named(extlinux, "2"), std::nullopt);
}

TEST(PcibackKind, IsToldByTheKernelsNameElseByTheReleaseThatRuns) {
  constexpr auto classic = PcibackKind::classic, pvops = PcibackKind::pvops;
  const struct {
    const char *kernel, *running;
    PcibackKind kind;
  } cases[] = {
      {"/boot/vmlinuz-2.6-xen", "4.19.0+1", classic},
      {"/boot/vmlinuz-2.6.32.43-0.4.1.xs1.8.0.835.170778xen", "", classic},
      {"/boot/vmlinuz-3.10-xen", "2.6.32", pvops},
      {"/boot/vmlinuz-4.19-xen", "2.6.32", pvops},
      {"/boot/vmlinuz-5.10", "", pvops},
      {"vmlinuz-6.6.98", "", pvops},
      {"/boot/vmlinuz-fallback", "2.6.32.43-0.4.1.xs1.8.0", classic},
      {"/boot/vmlinuz-fallback", "4.19.0+1", pvops},
      {"/boot/vmlinuz-xen", "2.6.32.43", classic},
      {"/vmlinuz-2.6/kernel", "4.19.0+1", pvops},
      {"", "", pvops},
  };
  for (const auto& [kernel, running, kind] : cases) {
    BootEntry entry;
    entry.kernel = kernel;
    EXPECT_EQ(pciback_kind(entry, running), kind) << kernel << " " << running;
  }
  EXPECT_EQ(pciback_kind("2.6.32.43-0.4.1"), classic);
  EXPECT_EQ(pciback_kind("4.19.0+1"), pvops);
  EXPECT_EQ(pciback_kind(""), pvops);
}

TEST(Grubenv, GivesOverrideEntry) {
  constexpr auto head = "# GRUB Environment Block\n";
  const struct {
    std::string block;
    std::optional<std::string> value;
  } cases[] = {
      {std::string(head) + "override_entry=1\n##########", "1"},
      {std::string(head) + "a=b\noverride_entry=XCP-ng (Serial)\nc=d\n####", "XCP-ng (Serial)"},
      {std::string(head) + "override_entry=a\\\\b\\\nc\n####", "a\\b\nc"},
      {std::string(head) + "override_entry=1\noverride_entry=2\n###", "2"},
      {std::string(head) + "x=\\\noverride_entry=1\n####", {}},
      {std::string(head) + "override_entry=\n####", {}},
      {std::string(head) + "xoverride_entry=1\n####", {}},
      {std::string(head) + "################", {}},
      {std::string(head) + "#override_entry=1\n", {}},
      {std::string(head) + "override_entry=1", "1"},
      {std::string(head) + "override_entry=1\\", "1\\"},
      {head, {}},
      {"override_entry=1\n", {}},
      {"", {}},
  };
  for (const auto& [block, value] : cases) EXPECT_EQ(override_entry(block), value) << block;
}

}  // namespace
}  // namespace pci_passthrough
