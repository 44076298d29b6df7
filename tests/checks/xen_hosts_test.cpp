#include <gtest/gtest.h>

#include "tests/checks/case.hpp"
#include "tests/support/overlaid.hpp"

namespace pci_passthrough {
namespace {

struct Said {
  std::string code, message, remedy{};  ///< parts of these; "" any
};
struct Right {
  std::string name;
  std::string verdict;
  std::vector<Said> said;
  std::vector<std::string> unsaid{};  ///< codes
  std::string device{};               ///< about to be hidden
};

/// Rebuilt from public reports, how-tos and machines.
const std::vector<Right> rights = {
    {"16-m9125",
     "unsafe",
     {{"pci-phantom", "bears the name of function 1",
       "hide devices=0000:03:00.0 xen-arguments=true"}},
     {},
     "0000:03:00.0"},
    {"16-m9230", "safe", {}, {"pci-phantom"}},
    {"16-m9215-cured", "safe", {{"upgrade-drops-rule", "pci-phantom="}}, {"pci-phantom"}},
    {"14b-coral",
     "safe",
     {{"msix-page-shared", "in the page of its MSI-X table (BAR 2 at 0x46800)"}},
     {"critical-class", "critical-class-assigned"}},
    {"14x-mem0500", "safe", {}, {"critical-class", "critical-class-assigned"}},
    {"14x-ricoh0880", "safe", {}, {"critical-class", "critical-class-assigned"}},
    {"23-msix-33", "safe", {}, {"msix-exceeds-guest-irqs", "vm-msix-exceeds-guest-irqs"}},
    {"23-msix-65",
     "safe",
     {{"msix-exceeds-guest-irqs", "has 65 MSI-X vectors, and Xen gives a VM 64.",
       "extra_guest_irqs=65"},
      {"vm-msix-exceeds-guest-irqs", "65", "extra_guest_irqs=65"}}},
    {"18b-intel-igpu", "safe", {{"integrated-gpu", "0000:00:02.0"}}, {"igpu-not-translated"}},
    {"08b-amd-chipset-usb",
     "safe",
     {{"function-split", "0000:03:00.1", "Leave 0000:03:00.0 to dom0"}}},
    {"08-matisse-usb",
     "unsafe",
     {{"flr-hangs", "0000:28:00.3"}, {"vm-function-split", "Each is reset alone"}},
     {"bus-reset-hits-others"}},
    {"12-no-igfx", "unsafe", {{"igpu-not-translated", "untranslated", "Take no-igfx off"}}},
    {"07d-hp-gen8-audio", "safe", {}, {"rmrr-device", "rmrr-shared"}},
    {"19a-mlx4-vf-hidden",
     "unsafe",
     {{"assigned-not-hidden", "virtual function"},
      {"vf-not-persistent", "hides nothing.", "unhide devices=0000:02:00.1"}},
     {"vf-of-network-sriov"}},
    {"19d-vf-of-network-sriov",
     "unsafe",
     {{"vf-of-network-sriov", "may hand it to a network interface of another VM.", "unassign"}}},
    {"01c-tylersburg-nointremap",
     "safe",
     {{"interrupt-remapping-off", "command line", "Leave iommu=no-intremap as it is"}}},
    {"03-strix-ivmd0",
     "unsafe",
     {{"iommu-disabled", "'IVMD: [0, 0] is not (entirely) in reserved memory'",
       "Update the firmware"}}},
    {"05-i219-noreset",
     "unsafe",
     {{"acs-missing", "0000:00:1f.2", "Give it only to a VM that you trust."}}},
    {"10c-arc-port-acs",
     "safe",
     {{"gpu-audio-missing", "without 0000:06:00.0", "Hide 0000:06:00.0"}}},
    {"13a-tb-plugged", "safe", {{"hot-plug-port", "hangs on the hot-plug port 0000:3e:01.0."}}},
    {"20b-imported-hba",
     "unsafe",
     {{"assigned-not-hidden", "mpt3sas drives it in dom0", "hide devices=0000:02:00.0"},
      {"assigned-not-hidden", "", "unassign vm="}}},
};

std::vector<Finding> findings_of(const Right& right) {
  const ScratchRoot root(overlaid(right.name));
  Host host(root.path());
  const Analysis read = probe(host, all_facts | ProbeScope::pool);
  if (right.device.empty()) return judge(read, read.rules().unattended);
  return hide_devices(read, {at(right.device)}, Entries::that_boot, {shell}).findings;
}

std::string shown_all(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& one : findings)
    text += "\n  " + one.code + ": " + one.message + " -> " + one.remedy.sentence;
  return text;
}

TEST(XenHosts, AreJudgedRight) {
  for (const auto& right : rights) {
    const auto findings = findings_of(right);
    SCOPED_TRACE(right.name + shown_all(findings));
    EXPECT_EQ(verdict(findings), right.verdict);
    for (const auto& said : right.said)
      EXPECT_TRUE(std::ranges::any_of(findings, [&](const Finding& one) {
        return one.code == said.code && one.message.find(said.message) != std::string::npos &&
               one.remedy.sentence.find(said.remedy) != std::string::npos;
      })) << said.code;
    for (const auto& code : right.unsaid)
      EXPECT_EQ(std::ranges::count(findings, code, &Finding::code), 0) << code;
  }
}

/// Where a function can be reset alone, nobody speaks of a reset that it shares; and a bridge is
/// nothing to hide along.
TEST(XenHosts, SplitCardsAdviseNothingThatIsRefused) {
  for (const char* name : {"08b-amd-chipset-usb", "08-matisse-usb"})
    for (const auto& one : findings_of({name, "", {}, {}, {}})) {
      if (one.code != "function-split" && one.code != "vm-function-split") continue;
      const auto text = one.message + one.remedy.sentence;
      EXPECT_EQ(text.find("0000:03:00.2"), std::string::npos) << text;
      if (name == std::string("08-matisse-usb"))
        EXPECT_EQ(text.find("share its reset"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace pci_passthrough
