#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/model/boot_mounts.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/other_readers.hpp"
#include "plugin/model/reset.hpp"
#include "plugin/model/snapshot.hpp"
#include "plugin/model/sr_account.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {

/// Memory that the firmware keeps for devices, and those of them that are there.
struct ReservedRegion {
  const ReservedMemory* memory = nullptr;
  std::vector<PciAddress> owners;
};

/// What follows from the hardware and from what stands on it: no change of ours changes it.
struct HardwareAnalysis {
  explicit HardwareAnalysis(const Snapshot& snapshot);

  Usage usage;
  std::vector<SystemVolume> system_volumes;
  InterfacePath management;
  std::vector<NetworkUse> network_uses;
  std::vector<BootMount> awaited_mounts;                    ///< beyond the system volumes
  std::vector<Repository> repositories;                     ///< by sysfs: what is mounted or active
  std::vector<SrAccount> srs;                               ///< by xapi
  std::string why_srs_are_untold, why_networks_are_untold;  ///< sr_account.hpp
  SrSuspects suspects;
  std::map<PciAddress, PciAddress> groups;              ///< isolation.hpp
  std::map<PciAddress, std::vector<PciAddress>> below;  ///< all functions below each bridge
  IommuUse iommu;
  std::vector<ReservedRegion> reserved;
};

/// What a boot entry's hide lists, or those of the running kernel, come to.
struct HideRules {
  HideArguments stands;                 ///< in the text
  std::vector<HideList> read, ignored;  ///< the same, parsed, in the order of `stands`
  HideList in_effect;    ///< what the kernel hides by; a list that Xen would cut hides nothing
  bool is_known = true;  ///< no: a variable of the boot loader's stands among the arguments
  std::vector<PciAddress> hidden;   ///< functions that it hides, in order
  std::vector<PciAddress> reached;  ///< those, and every bridge that a rule names

  /// The list that counts, as it stands; empty where there is none.
  const HideList& standing() const;
};

/// The boot configuration held against the functions that are there.
struct BootAnalysis {
  explicit BootAnalysis(const Snapshot& snapshot);

  std::vector<HideRules> entries;  ///< as boot.file.entries
  HideRules running;
  std::vector<std::size_t> unattended;  ///< entries.hpp unattended_entries
  std::vector<std::size_t> everyday;    ///< entries.hpp edited_entries, without `all`
  std::vector<std::size_t> editable;    ///< the same with `all`
  std::vector<PciAddress> reached;      ///< by the unattended entries
};

/// Who wants what.
struct VmAnalysis {
  explicit VmAnalysis(const Snapshot& snapshot);
  VmAnalysis(const VmAnalysis&) = delete;

  std::vector<VmAssignment> assignments;  ///< by name; none where xapi told none
  /// The assignments of VMs that run or may start here, by device.
  std::map<PciAddress, std::vector<const VmAssignment*>> by_device;
  std::vector<PciAddress> wanted_here;  ///< those devices of this host, in order
};

/// What a change may change of a host.
struct HostChange {
  std::optional<BootFile> boot_file{};
  std::optional<SetMark> mark{};
  std::vector<SetVmField> vm_fields{};
  std::optional<std::vector<Identity>> identities{};
  std::optional<AutoTrial> auto_trial{};
};

/// A host, and all that is derived from it, derived once: checks, plans and commands take it.
class Analysis {
 public:
  Analysis(Snapshot snapshot);  // NOLINT(google-explicit-constructor): a host, thought through

  /// The same host after a change.
  Analysis with(HostChange change) const;
  /// The same hardware, read again.
  Analysis read_again(Snapshot snapshot) const;

  const Snapshot& snapshot() const { return *snapshot_; }
  const Boot& boot() const { return snapshot_->boot; }
  const HardwareAnalysis& hardware() const { return *hardware_; }
  const BootAnalysis& rules() const { return *rules_; }
  const VmAnalysis& vms() const { return *vms_; }
  /// May an edit of the boot file be carried out at all? Asked once of `ask`, which is a check's.
  template <typename Ask>
  bool boot_can_change(Ask ask) const {
    if (!boot_can_change_) boot_can_change_ = ask();
    return *boot_can_change_;
  }
  /// Read when it is first asked for.
  const OtherReaders& other_readers() const;
  /// Where the device of each of snapshot().identities is now, in their order.
  const std::vector<Located>& located() const { return *located_; }

  const Function* find(const PciAddress& address) const { return snapshot_->find(address); }
  Dom0Access dom0_access(const Function& function) const;
  /// What these entries hide, and every bridge that their rules name, in order.
  std::vector<PciAddress> reached_by(const std::vector<std::size_t>& entries) const;
  /// What an unattended entry hides or a VM may plug here, in order.
  std::vector<PciAddress> passed_through() const;
  /// Devices that are to be taken from dom0 at once, and that pciback does not hold.
  std::vector<PciAddress> to_take() const;
  ResetWays reset_of(const Function& function) const;
  /// The devices that moved: old address, new address.
  std::map<PciAddress, PciAddress> moves() const;

 private:
  Analysis(std::shared_ptr<const Snapshot> snapshot,
           std::shared_ptr<const HardwareAnalysis> hardware);

  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const HardwareAnalysis> hardware_;
  std::shared_ptr<const BootAnalysis> rules_;
  std::shared_ptr<const VmAnalysis> vms_;
  std::shared_ptr<const std::vector<Located>> located_;
  mutable std::shared_ptr<const OtherReaders> other_readers_;
  mutable std::optional<bool> boot_can_change_;
};

}  // namespace pci_passthrough
