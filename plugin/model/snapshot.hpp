#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/boot/boot_file.hpp"
#include "plugin/model/auto_trial.hpp"
#include "plugin/model/identity.hpp"
#include "plugin/model/iommu.hpp"
#include "plugin/model/live_use.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/pool.hpp"
#include "plugin/model/shared_list.hpp"
#include "plugin/pci/address.hpp"
#include "plugin/pci/class_code.hpp"
#include "plugin/pci/config_space.hpp"

namespace pci_passthrough {

/// What a memory BAR or, last of a function's, its ROM takes of the address space: a power of two.
struct Bar {
  std::uint64_t size = 0;  ///< bytes
  bool is_64bit = false;   ///< it may lie above 4 GiB
};

/// One PCI function as sysfs shows it. An absent value is unknown.
struct Function {
  PciAddress address;
  std::vector<PciAddress> path;  ///< the bridges above it, from the root port down
  std::optional<std::uint16_t> vendor_id, device_id, subsystem_vendor_id, subsystem_device_id;
  std::optional<ClassCode> class_code;
  std::optional<std::uint8_t> revision;
  std::optional<std::uint8_t> header_type;  ///< 0 endpoint, 1 bridge, 2 CardBus
  std::optional<std::string> driver;        ///< "" where none is bound
  std::optional<ConfigSpace> config;
  std::optional<std::vector<Bar>> bars;  ///< absent also of a bridge
  std::optional<bool> has_rom;           ///< an option ROM of its own; known where the bars are
  std::optional<unsigned> irq;           ///< 0 none; its INTx line, unless MSI is enabled
  /// The kernel's own word (sysfs reset_method, Linux 5.15): "flr", "bus"; absent in an older one.
  std::optional<std::vector<std::string>> reset_methods;
  std::optional<bool> can_reset;                ///< the kernel's own word: sysfs reset is there
  std::optional<int> numa_node;                 ///< -1: the kernel knows none
  std::optional<bool> boot_vga;                 ///< absent also where it is no display
  std::optional<PciAddress> physical_function;  ///< of a virtual function
  std::vector<PciAddress> virtual_functions;
  /// What tells the way to it or its physical function, and could not be read: "/sys/bus/pci/
  /// devices/0000:06:00.1/physfn: Permission denied"; "" where all could.
  std::string unread{};
  std::string vendor, device, subsystem, class_name;  ///< from pci.ids; "" where it has none

  bool is_bridge() const {
    return (header_type && *header_type != 0) || (class_code && class_code->is_pci_bridge());
  }
};

/// A block device, and what it stands on.
struct BlockDevice {
  std::string name;                ///< "sda1", "dm-0", "md127", "nvme0n1"
  std::string number;              ///< "8:1"; "" unknown
  std::string dm_name;             ///< device mapper's name, "" where none
  std::string mapping;             ///< "LVM", "mpath", "CRYPT", "raid1", "bcache", "" where none
  std::vector<PciAddress> path;    ///< functions on its way, from the root port down
  bool usb = false;                ///< the way crosses USB
  std::vector<std::string> below;  ///< block devices that it stands on: its disk, slaves, paths
  std::string wwid{};              ///< of a whole disk: "naa.5000c500a1b2c3d4"; "" unknown
  bool has_other_ways = false;     ///< one more way to it leads over no PCI function
  std::string server{};            ///< of a disk of software iSCSI: "10.0.0.5"; "" unknown
  std::string backing_file{};      ///< of a loop device: "/data/disk.img"; "" unknown
  /// What of it could not be read: "/sys/class/block/dm-0/slaves: Permission denied"; "" nothing.
  std::string unread{};
};

/// One line of mountinfo.
struct Mount {
  std::string source, target, type, number;  ///< number "8:1"
  bool read_only = false;
  /// The server's address, of the option addr= (nfs, cifs): "10.0.0.5"; "" none.
  std::string server_address{};
};

/// What somebody wrote down to be mounted, swapped to or opened at boot.
struct MountEntry {
  std::string what;    ///< "/dev/sdb1", "UUID=...", "LABEL=data", "10.0.0.5:/isos"
  std::string target;  ///< "/mnt/iso", "swap", "/dev/mapper/NAME" of a line of crypttab
  std::string type;    ///< "ext4", "auto", "swap", "crypt"
  std::vector<std::string> options;
  bool required = false;  ///< the boot waits for it, and ends in emergency mode without it
  std::string evidence;   ///< "/etc/fstab", "/etc/systemd/system/mnt-iso.mount"
};

/// A network interface, and what it stands on.
struct NetInterface {
  std::string name;
  std::string kind;                ///< "", "bridge", "bond", "vlan"
  std::vector<PciAddress> path;    ///< functions on its way
  std::vector<std::string> below;  ///< bond slaves, bridge ports, a VLAN's parent
  std::string evidence;            ///< the path that says so
  std::string mac{};               ///< its own, not a bond's; "" unknown
};

/// A line of the kernel's IPv4 routing table, addresses as numbers: 10.0.0.1 is 0x0a000001.
struct Route {
  std::string interface;  ///< "xenbr0"
  std::uint32_t destination = 0, mask = 0;
  unsigned metric = 0;
};

/// An input device below a USB controller.
struct InputDevice {
  std::string name;
  std::vector<PciAddress> path;
};

/// What else a driver of dom0's has made on a function: an IPMI interface, a watchdog.
struct DriverDevice {
  std::string kind, name;        ///< "ipmi", "ipmi0": of /sys/class/ipmi
  std::vector<PciAddress> path;  ///< functions on its way
};

/// How this host boots.
struct Boot {
  std::optional<bool> efi;          ///< /sys/firmware/efi is there
  std::string path;                 ///< the file that this firmware boots; "" where none
  std::string platform_path;        ///< the file that xapi's own tools would edit
  std::string unreadable;           ///< why `path` could not be read; "" where it could
  bool is_too_large = false;        ///< it holds more than any boot file of a release
  bool is_absent = false;           ///< there is no such file
  std::vector<std::string> beside;  ///< then: what is there that tells why: menu.lst, xen.cfg
  BootFile file;
  std::optional<std::string> grubenv_override;  ///< override_entry, where the file honours it
  /// What extlinux boots once: "pci-trial"; "" nothing. Absent: unknown, or another loader.
  std::optional<std::string> extlinux_once;
  std::optional<std::string> running;  ///< /proc/cmdline
  std::optional<std::string> boot_id;  ///< of this boot of the host
  std::string kernel_release;          ///< "4.19.0+1"; "" unknown
  std::vector<std::string> present;    ///< what stands in /boot: "/boot/vmlinuz-4.19-xen"
  /// What the entries boot, every link followed: "/boot/vmlinuz-4.19-xen" to
  /// "/boot/vmlinuz-4.19.0+1". No such name: it leads nowhere.
  std::map<std::string, std::string> linked_files;
  std::vector<std::string> pending_updates;  ///< files: "/run/reboot-required.d/xen/4.17.5-3"
  std::vector<RunProgram> after_edit;  ///< what the host needs run after an edit: extlinux -i /boot
  std::map<std::string, std::string> module_options;  ///< /etc/modprobe.d: path and text

  /// The entry that the next boot takes: that of the mark, else the default. Where grubenv's names
  /// none, GRUB takes the first (grub-core/normal/menu.c run_menu).
  std::optional<std::size_t> next_entry() const;
  bool override_is_stale() const;  ///< grubenv's override_entry names no entry
  /// The same of this host's own: after an installer that boots first, the default.
  std::optional<std::size_t> next_own_entry() const;
};

/// /etc/xensource-inventory and its like. "" unknown.
struct HostIdentity {
  std::string uuid, name, product, version;
  std::string maker{}, model{};  ///< of the machine (DMI): "HP", "ProLiant DL380p Gen8"
};

/// The host, read once. A plain value: all that thinks is a function of it.
struct Snapshot {
  HostIdentity host;
  std::vector<Function> functions;  ///< by address
  std::vector<BlockDevice> blocks;
  std::vector<Mount> mounts;
  std::vector<std::string> swaps;  ///< paths of block devices and files
  SharedList<MountEntry> mount_entries;
  std::vector<NetInterface> interfaces;
  std::vector<InputDevice> inputs;
  std::vector<DriverDevice> driver_devices;
  /// Each interrupt line's handlers in dom0, without pciback: "ehci_hcd:usb1". Absent: unknown.
  std::optional<std::map<unsigned, std::vector<std::string>>> handlers;
  std::vector<Route> routes;  ///< those that are up
  /// Absent: the inventory could not be read. "": the host has no management interface.
  std::optional<std::string> management_interface;
  Boot boot;
  Iommu iommu;
  std::optional<Pool> pool;  ///< absent: xapi did not answer, or was not asked
  /// What this host's PBDs and mount entries name, and where that leads in dom0's /dev, every link
  /// followed: "/dev/disk/by-id/scsi-3600a0b8-part3" to "/dev/sdb3", the SCSIid "3600a0b8" to
  /// "/dev/sdb" and "/dev/sdc", "LABEL=data" to "/dev/sdd1", an SR's directory of links to what
  /// they lead to. Nothing: there is no such link. No such name: it could not be read.
  std::map<std::string, std::vector<std::string>> named_blocks;
  /// The directories that PBDs name, every link in them followed: "/isos" to "/mnt/data/isos". No
  /// such name: it could not be followed.
  std::map<std::string, std::string> named_directories;
  SharedList<Backup> backups;
  std::vector<Identity> identities;  ///< what the rules were made for, by address
  bool keeps_identities = false;     ///< not all was read, nor is all known that names a device
  std::optional<LiveUse> live_use;   ///< absent: nothing is to be taken from dom0 at once
  std::optional<UnfinishedTake> unfinished;
  AutoTrialFacts auto_trial;
  std::string recording, masked_recording;
  std::map<std::string, std::string> unreadable;  ///< a source of truth, and why

  const Function* find(const PciAddress& address) const;
};

}  // namespace pci_passthrough
