#pragma once

/// Where the facts of a host stand that more than one room reads or names.
namespace pci_passthrough::paths {

inline constexpr char mountinfo[] = "/proc/self/mountinfo";
inline constexpr char pci_devices[] = "/sys/bus/pci/devices";
inline constexpr char kernel_command_line[] = "/proc/cmdline";
/// Which boot of the host this is: another after each (Linux random.c proc_do_uuid).
inline constexpr char boot_id[] = "/proc/sys/kernel/random/boot_id";
/// Seconds since the start of this boot; on a line "btime", when that was.
inline constexpr char uptime[] = "/proc/uptime";
inline constexpr char kernel_statistics[] = "/proc/stat";
inline constexpr char fstab[] = "/etc/fstab";
inline constexpr char crypttab[] = "/etc/crypttab";
inline constexpr char inventory[] = "/etc/xensource-inventory";
inline constexpr char inputs[] = "/sys/class/input";
inline constexpr char swaps[] = "/proc/swaps";
inline constexpr char block_devices[] = "/sys/class/block";
/// What a trial that confirms itself waits for.
inline constexpr char auto_trial[] = "/var/lib/pci-passthrough/trial";
/// xapi writes it when its start is complete, and takes it away before the next (its option
/// writeinitcomplete, from XenServer 6.2 to 9); a boot begins without it.
inline constexpr char xapi_started[] = "/var/run/xapi_init_complete.cookie";
/// What tells that an update waits for the next boot: a folder of PACKAGE/VERSION (%post of
/// XCP-ng's kernel.spec, xen.spec), a list of hotfixes (xapi's reboot_required_hfxs), the folder of
/// a note for each initrd that is to be made.
inline constexpr char updated_packages[] = "/run/reboot-required.d",
                      updated_hotfixes[] = "/run/reboot-required.hfxs",
                      initrds_to_make[] = "/var/lib/rpm-state";
inline constexpr const char* tell_of_updates[] = {updated_packages, updated_hotfixes,
                                                  initrds_to_make};
inline constexpr char take_marker[] = "/var/lib/pci-passthrough/taking";

}  // namespace pci_passthrough::paths
