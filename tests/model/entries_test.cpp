#include "plugin/model/entries.hpp"

#include <gtest/gtest.h>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

Texts titles(const Boot& boot, const std::vector<std::size_t>& entries) {
  Texts titles;
  for (const auto i : entries) titles.push_back(boot.file.entries.at(i).title);
  return titles;
}

TEST(Entries, ThoseThatBootUnattendedAndTheEverydayOnes) {
  const auto& boot = recorded("xcp-ng-8.3").boot;
  EXPECT_EQ(titles(boot, unattended_entries(boot)), Texts{"XCP-ng"});
  EXPECT_EQ(titles(boot, edited_entries(boot, false)), (Texts{"XCP-ng", "XCP-ng (Serial)"}));
  EXPECT_EQ(edited_entries(boot, true).size(), 5u);
}

TEST(Entries, KernelAltIsEditedWhereItBoots) {
  const auto& boot = recorded("xcp-ng-8.3-kernel-alt").boot;
  EXPECT_EQ(titles(boot, unattended_entries(boot)), Texts{"XCP-ng kernel-alt 4.19.316"});
  EXPECT_EQ(titles(boot, edited_entries(boot, false)),
            (Texts{"XCP-ng", "XCP-ng (Serial)", "XCP-ng kernel-alt 4.19.316"}));
}

TEST(Entries, AnOverrideBootsOnceThenTheDefault) {
  auto boot = recorded("xcp-ng-8.3").boot;
  boot.grubenv_override = "XCP-ng in Safe Mode";
  EXPECT_EQ(titles(boot, unattended_entries(boot)), (Texts{"XCP-ng", "XCP-ng in Safe Mode"}));
}

TEST(Entries, ExtlinuxByItsLabels) {
  const auto& boot = recorded("xenserver-6.2").boot;
  EXPECT_EQ(titles(boot, edited_entries(boot, false)), (Texts{"xe", "xe-serial"}));
  EXPECT_EQ(edited_entries(boot, true).size(), 5u);
}

TEST(Entries, OneWithoutXenIsNeverEdited) {
  const auto& boot = recorded("xenserver-9").boot;
  ASSERT_EQ(boot.file.entries.size(), 5u);
  EXPECT_EQ(edited_entries(boot, true).size(), 4u);
}

TEST(Entries, ABrokenFileHasNone) {
  const auto host = with_boot_text(recorded("xcp-ng-8.3"), "menuentry 'XCP-ng' {");
  EXPECT_TRUE(unattended_entries(host.boot).empty());
  EXPECT_FALSE(host.boot.next_entry());
}

TEST(Entries, ReachedAreFunctionsAndNamedBridges) {
  const Analysis host =
      hiding(recorded("xcp-ng-8.3"), "(0000:86:00.0)(0000:01:00.0)(0000:99:00.0)");
  std::vector<std::string> reached;
  for (const auto& address : host.rules().reached) reached.push_back(address.text());
  EXPECT_EQ(reached, (Texts{"0000:01:00.0", "0000:86:00.0", "0000:88:00.0", "0000:89:00.0",
                            "0000:89:00.1", "0000:8a:10.0", "0000:8a:10.4", "0000:8b:00.0"}));
  EXPECT_TRUE(host.reached_by({}).empty());
}

TEST(Entries, AnInstallersIsNoneOfThisHosts) {
  auto host = recorded(nine);
  const auto before = edited_entries(host.boot, true);
  const auto text = host.boot.file.text +
                    "menuentry 'Upgrade' {\n\txen_hypervisor /boot/installer/xen.efi\n"
                    "\txen_module /boot/installer/vmlinuz console=tty0\n"
                    "\txen_module /boot/installer/install.img\n}\n";
  host = with_boot_text(std::move(host), text);
  host.boot.grubenv_override = "Upgrade";
  EXPECT_EQ(host.boot.next_entry(), host.boot.file.entries.size() - 1);
  EXPECT_EQ(host.boot.next_own_entry(), host.boot.file.default_entry);
  EXPECT_EQ(edited_entries(host.boot, true), before);
  EXPECT_EQ(unattended_entries(host.boot), std::vector{*host.boot.file.default_entry});
}

}  // namespace
}  // namespace pci_passthrough
