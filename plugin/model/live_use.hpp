#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// What an exclusive open of a whole disk gave: it fails with EBUSY where a file system, swap, md,
/// device mapper or another exclusive opener holds the disk or a partition of it (Linux
/// block/bdev.c bd_may_claim).
struct DiskOpening {
  std::string name;              ///< "sdb"
  std::vector<PciAddress> path;  ///< functions on its way
  std::string error;             ///< "Device or resource busy"; "" where it could be opened
  bool is_busy = false;          ///< that error; any other tells nothing of who holds it
};

/// An input device: a keyboard has every key from Esc to S (udev's test, udev-builtin-input_id.c).
struct InputKeys {
  std::string name;
  std::vector<PciAddress> path;
  std::optional<bool> is_keyboard;
};

/// A program of dom0's that has a device node open.
struct OpenNode {
  std::string node;     ///< "/dev/bus/usb/001/004"
  std::string program;  ///< "qemu-dm-7 (2711)"
  std::vector<PciAddress> path;
};

/// A GPU as xapi has it on record.
struct PgpuRecord {
  std::string pci, host;           ///< refs
  std::vector<std::string> vgpus;  ///< refs of those that are resident
};

/// What uses devices at this moment: read only where they are to be taken from dom0 at once.
struct LiveUse {
  std::vector<PciAddress> devices;  ///< those that are to be taken
  bool has_pciback = false;         ///< the running kernel has the driver
  std::vector<DiskOpening> disks;
  std::vector<InputKeys> inputs;
  std::vector<OpenNode> open_nodes;
  std::map<std::string, PgpuRecord> pgpus;
  std::map<std::string, std::string> unreadable;  ///< a source, and why
};

/// A device that was being taken from dom0's driver in this boot, without having been let go.
struct UnfinishedTake {
  PciAddress device;
  std::string driver;    ///< dom0's, before; "" none
  std::string begun;     ///< "2026-11-24T05:59:59Z"
  bool goes_on = false;  ///< the kernel has not returned; else the child that did it is dead
  std::string unread{};  ///< why all of the above is unknown
};

/// "0000:06:00.0 is being taken from its driver ahci since ..., and the kernel does not return."
std::string sentence_of(const UnfinishedTake& one);

}  // namespace pci_passthrough
