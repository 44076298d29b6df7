#include "plugin/model/analysis.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "plugin/model/boot_mark.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/isolation.hpp"

namespace pci_passthrough {
namespace {

std::map<PciAddress, std::vector<PciAddress>> functions_below(const Snapshot& snapshot) {
  std::map<PciAddress, std::vector<PciAddress>> below;
  for (const auto& function : snapshot.functions)
    for (const auto& bridge : function.path) below[bridge].push_back(function.address);
  return below;
}

std::vector<ReservedRegion> reserved_regions(const Snapshot& snapshot) {
  std::vector<ReservedRegion> regions;
  if (!snapshot.iommu.firmware.table) return regions;
  for (const auto& memory : snapshot.iommu.firmware.table->reserved)
    regions.push_back({&memory, owners_of(snapshot, memory)});
  return regions;
}

HideRules hide_rules(const Snapshot& snapshot, HideArguments stands, HideList in_effect) {
  HideRules rules{.stands = std::move(stands), .in_effect = std::move(in_effect)};
  const auto parse = [&](const auto& arguments, auto& lists) {
    for (const auto& one : arguments)
      lists.push_back(parse_hide_list(argument_value(one), rules.stands.kind));
  };
  parse(rules.stands.read, rules.read);
  parse(rules.stands.ignored, rules.ignored);
  for (const auto& function : snapshot.functions) {
    if (hides(rules.in_effect, function)) rules.hidden.push_back(function.address);
    if (reaches(rules.in_effect, function)) rules.reached.push_back(function.address);
  }
  return rules;
}

std::vector<PciAddress> merged(const std::vector<HideRules>& entries,
                               const std::vector<std::size_t>& some) {
  std::set<PciAddress> reached;
  for (const auto i : some) reached.insert(entries[i].reached.begin(), entries[i].reached.end());
  return {reached.begin(), reached.end()};
}

}  // namespace

const HideList& HideRules::standing() const {
  static const HideList none;
  return read.empty() ? none : read.back();
}

HardwareAnalysis::HardwareAnalysis(const Snapshot& snapshot)
    : usage(usage_of(snapshot)),
      system_volumes(pci_passthrough::system_volumes(snapshot)),
      management(management_path(snapshot)),
      network_uses(pci_passthrough::network_uses(snapshot)),
      awaited_mounts(pci_passthrough::awaited_mounts(snapshot, system_volumes)),
      repositories(storage_repositories(snapshot)),
      srs(sr_accounts(snapshot)),
      why_srs_are_untold(pci_passthrough::why_srs_are_untold(snapshot)),
      why_networks_are_untold(pci_passthrough::why_networks_are_untold(snapshot)),
      suspects(sr_suspects(snapshot)),
      groups(isolation_groups(snapshot)),
      below(functions_below(snapshot)),
      iommu(iommu_use(snapshot)),
      reserved(reserved_regions(snapshot)) {}

BootAnalysis::BootAnalysis(const Snapshot& snapshot)
    : running(
          hide_rules(snapshot, running_hide_arguments(snapshot.boot), running_list(snapshot.boot))),
      unattended(unattended_entries(snapshot.boot)),
      everyday(edited_entries(snapshot.boot, false)),
      editable(edited_entries(snapshot.boot, true)) {
  for (const auto& entry : snapshot.boot.file.entries) {
    entries.push_back(
        hide_rules(snapshot, hide_arguments(snapshot.boot, entry), list_of(snapshot.boot, entry)));
    entries.back().is_known = !entry.has_variables;
  }
  reached = merged(entries, unattended);
}

VmAnalysis::VmAnalysis(const Snapshot& snapshot) : assignments(vm_assignments(snapshot)) {
  for (const auto& assignment : assignments)
    if (assignment.may_be_here())
      for (const auto& address : assignment.entry.plugged())
        by_device[address].push_back(&assignment);
  for (const auto& [address, wanting] : by_device)
    if (snapshot.find(address)) wanted_here.push_back(address);
}

Analysis::Analysis(Snapshot snapshot)
    : Analysis(std::make_shared<const Snapshot>(std::move(snapshot)), nullptr) {}

Analysis::Analysis(std::shared_ptr<const Snapshot> snapshot,
                   std::shared_ptr<const HardwareAnalysis> hardware)
    : snapshot_(std::move(snapshot)),
      hardware_(hardware ? std::move(hardware)
                         : std::make_shared<const HardwareAnalysis>(*snapshot_)),
      rules_(std::make_shared<const BootAnalysis>(*snapshot_)),
      vms_(std::make_shared<const VmAnalysis>(*snapshot_)),
      located_(std::make_shared<const std::vector<Located>>(locate(*snapshot_))) {}

Analysis Analysis::with(HostChange change) const {
  const bool has_same_file = !change.boot_file;
  auto after = std::make_shared<Snapshot>(*snapshot_);
  if (change.boot_file) after->boot.file = std::move(*change.boot_file);
  if (change.mark) set_mark(after->boot, *change.mark);
  for (const auto& [ref, uuid, name, was, is, field] : change.vm_fields)
    set_field(*after->pool, after->pool->vms.at(ref), field, is);
  if (change.auto_trial) after->auto_trial.kept = std::move(*change.auto_trial);
  if (change.identities) after->identities = std::move(*change.identities);
  Analysis changed(std::move(after), hardware_);
  if (has_same_file) changed.other_readers_ = other_readers_;
  return changed;
}

Analysis Analysis::read_again(Snapshot snapshot) const {
  return {std::make_shared<const Snapshot>(std::move(snapshot)), hardware_};
}

Dom0Access Analysis::dom0_access(const Function& function) const {
  const auto next = boot().next_own_entry();
  if (!next || !boot().running || !rules_->entries[*next].is_known) return Dom0Access::unknown;
  const bool now = std::ranges::binary_search(rules_->running.hidden, function.address);
  const bool then = std::ranges::binary_search(rules_->entries[*next].hidden, function.address);
  if (now) return then ? Dom0Access::disabled : Dom0Access::enable_on_reboot;
  return then ? Dom0Access::disable_on_reboot : Dom0Access::enabled;
}

const OtherReaders& Analysis::other_readers() const {
  if (!other_readers_) other_readers_ = std::make_shared<const OtherReaders>(*snapshot_);
  return *other_readers_;
}

std::vector<PciAddress> Analysis::reached_by(const std::vector<std::size_t>& entries) const {
  return merged(rules_->entries, entries);
}

std::vector<PciAddress> Analysis::passed_through() const {
  std::vector<PciAddress> all;
  std::ranges::set_union(vms_->wanted_here, rules_->reached, std::back_inserter(all));
  return all;
}

std::vector<PciAddress> Analysis::to_take() const {
  if (!snapshot_->live_use) return {};
  auto devices = snapshot_->live_use->devices;
  std::erase_if(devices, [&](const auto& address) {
    const auto* function = find(address);
    return !function || function->driver == "pciback";
  });
  return devices;
}

ResetWays Analysis::reset_of(const Function& function) const {
  const auto& below = hardware_->below;
  const auto beside = is_on_root_bus(function) ? below.end() : below.find(function.path.back());
  return reset_ways(function, beside == below.end() ? std::vector<PciAddress>() : beside->second);
}

std::map<PciAddress, PciAddress> Analysis::moves() const {
  std::map<PciAddress, PciAddress> moves;
  for (std::size_t i = 0; i < located_->size(); ++i)
    if ((*located_)[i].whereabouts == Whereabouts::moved)
      moves[snapshot_->identities[i].address] = (*located_)[i].candidates.front();
  return moves;
}

}  // namespace pci_passthrough
