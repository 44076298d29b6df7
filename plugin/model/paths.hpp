#pragma once

/// Where the facts of a host stand that more than one room reads or names.
namespace pci_passthrough::paths {

inline constexpr char mountinfo[] = "/proc/self/mountinfo";
inline constexpr char pci_devices[] = "/sys/bus/pci/devices";
inline constexpr char kernel_command_line[] = "/proc/cmdline";
/// Which boot of the host this is: another after each (Linux random.c proc_do_uuid).
inline constexpr char boot_id[] = "/proc/sys/kernel/random/boot_id";
inline constexpr char fstab[] = "/etc/fstab";
inline constexpr char crypttab[] = "/etc/crypttab";
inline constexpr char inventory[] = "/etc/xensource-inventory";
inline constexpr char inputs[] = "/sys/class/input";
inline constexpr char swaps[] = "/proc/swaps";
inline constexpr char block_devices[] = "/sys/class/block";
inline constexpr char take_marker[] = "/var/lib/pci-passthrough/taking";

}  // namespace pci_passthrough::paths
