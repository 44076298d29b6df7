#pragma once

#include "plugin/checks/checks.hpp"

namespace pci_passthrough::checks {

/// The rows of the catalogue that look at the hardware and the firmware.
inline constexpr Check hardware_rows[] = {
    {"iommu-disabled", Severity::error, Refusal::none, "Xen uses no IOMMU",
     "Turn VT-d or AMD-Vi on in the firmware's setup, and take iommu=0 off Xen's command line.",
     iommu_is_off, Concern::both},
    {"interrupt-remapping-off", Severity::warn, Refusal::none, "interrupts are not remapped",
     "Trust the VMs that get devices: one may forge interrupts. Look for it in the firmware's "
     "setup, and take no-intremap off Xen's command line.",
     interrupts_not_remapped, Concern::both},
    {"rmrr-device", Severity::error, Refusal::none,
     "the firmware keeps memory for it (RMRR, IVMD); a warning from XCP-ng 8.3 and XenServer 8.4 "
     "on",
     "On HP servers, exclude the slot with conrep; else choose another slot or another device.",
     has_reserved_memory, Concern::both},
    {"rmrr-shared", Severity::error, Refusal::none,
     "devices share memory that the firmware keeps for them; a warning before XenServer 7.0, from "
     "XCP-ng 8.3 and XenServer 8.4 on, and with AMD-Vi",
     "Leave them to dom0, or, where Xen gives them, give all to the same VM.",
     shares_reserved_memory, Concern::both},

    {"no-reset-method", Severity::warn, Refusal::none, "it cannot be reset between two VMs",
     "Reboot the host before another VM gets it.", cannot_be_reset, Concern::both},
    {"bus-reset-hits-others", Severity::warn, Refusal::none,
     "it can only be reset together with devices that dom0 keeps",
     "Hide them all, or reboot the host before another VM gets it.", bus_reset_hits_others,
     Concern::both},
    {"behind-conventional-bridge", Severity::warn, Refusal::none,
     "to the IOMMU it is one device with all others behind its bridge",
     "Give everything behind the bridge to one VM.", is_behind_conventional_bridge, Concern::both},
    {"acs-missing", Severity::warn, Refusal::none,
     "the IOMMU cannot keep it from devices that dom0 keeps",
     "Hide the whole isolation group, or put the card into another slot.", is_not_isolated,
     Concern::both},
    {"shared-intx", Severity::warn, Refusal::none,
     "it has no MSI and shares its interrupt line with a device of dom0",
     "Put the card into another slot, or hide the other device too.", shares_interrupt,
     Concern::both},
    {"msix-exceeds-guest-irqs", Severity::warn, Refusal::none,
     "it has more MSI-X vectors than Xen gives a VM",
     "Add extra_guest_irqs=N to Xen's own arguments, N at least the number of vectors.",
     has_too_many_vectors},
    {"bar-exceeds-mmio-hole", Severity::warn, Refusal::none,
     "a VM has no room for its BARs below 4 GiB",
     "Make the BARs smaller in the firmware's or the card's setup, or take another device.",
     exceeds_mmio_hole},
    {"domain-unsupported", Severity::error, Refusal::none,
     "it lies on a segment that xapi cannot name", "Turn VMD off in the firmware.",
     lies_on_high_segment},
    {"sriov-pf-with-vfs", Severity::error, Refusal::none, "its virtual functions vanish with it",
     "Take the virtual functions away first (xe network-destroy, or sriov_numvfs).",
     has_virtual_functions, Concern::both},
    {"vf-not-persistent", Severity::warn, Refusal::none,
     "a virtual function is not there yet when pciback reads its rules",
     "Leave virtual functions to xapi: it hands them out without a rule.", is_virtual_function},
};

}  // namespace pci_passthrough::checks
