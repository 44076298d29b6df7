#include <gtest/gtest.h>

#include "plugin/probe/xl_info.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

TEST(ProbeInterrupts, NamesWhoHandlesALine) {
  const auto host = probed(R"(pci-passthrough recording 1
=== /proc/interrupts
            CPU0       CPU1
   9:          0          0  xen-pirq    -ioapic-level  acpi
  16:        204          7  xen-pirq    -ioapic-level  ehci_hcd:usb1, snd_hda_intel
  17:          3          0  xen-pirq    -ioapic-level
  18:          3          0  xen-pirq    -ioapic-level  xen-pciback[0000:06:00.0], eth0
  64:      15000          0  xen-percpu    -virq      timer0
 NMI:          0          0   Non-maskable interrupts
)");
  using Names = std::vector<std::string>;
  const std::map<unsigned, Names> wanted = {{9, {"acpi"}},
                                            {16, {"ehci_hcd:usb1", "snd_hda_intel"}},
                                            {17, {}},
                                            {18, {"eth0"}},
                                            {64, {"timer0"}}};
  EXPECT_EQ(host.handlers, wanted);
  EXPECT_FALSE(probed("pci-passthrough recording 1\n").handlers);
}

/// What a program printed that failed is no answer.
TEST(XlInfo, ThatFailedIsUnknown) {
  const auto host_where = [](const std::string& status) {
    return probed("pci-passthrough recording 1\n=== $ xl info" + status +
                  "\nxen_version : 4.17\nvirt_caps : hvm\n=== $ xl dmesg\n");
  };
  const auto answered = host_where("");
  EXPECT_EQ(answered.iommu.on, false);
  EXPECT_FALSE(answered.unreadable.contains("xl info"));
  const auto failed = host_where(" status=1");
  EXPECT_EQ(failed.iommu.on, std::nullopt);
  ASSERT_TRUE(failed.unreadable.contains("xl info"));
  EXPECT_EQ(failed.unreadable.at("xl info"), "it ended with status 1");
}

TEST(XenLog, TellsWhetherInterruptsAreRemapped) {
  const struct {
    const char* log;
    std::optional<bool> wanted;
  } cases[] = {
      {"(XEN) Intel VT-d Interrupt Remapping enabled.\n(XEN) Interrupt remapping disabled\n",
       false},
      {"(XEN) I/O virtualisation enabled\n(XEN) Interrupt remapping enabled\n", true},
      {"(XEN) Intel VT-d Interrupt Remapping not enabled.\n", false},
      {"(XEN) Intel VT-d Interrupt Remapping enabled.\n", true},
      {"(XEN) d1v0 Interrupt remapping\n", {}},
      {"", {}},
  };
  for (const auto& [log, wanted] : cases) {
    Iommu iommu;
    read_xen_log(log, iommu);
    EXPECT_EQ(iommu.remaps_interrupts, wanted) << log;
  }
}

}  // namespace
}  // namespace pci_passthrough
