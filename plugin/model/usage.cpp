#include "plugin/model/usage.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "plugin/model/boot_mounts.hpp"
#include "plugin/model/storage.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

/// Gravest first: the order in which a person should read them.
constexpr std::array<std::string_view, 11> kinds = {"mount",   "swap", "management", "console",
                                                    "network", "raid", "multipath",  "lvm",
                                                    "mapping", "disk", "input"};

std::pair<bool, std::size_t> gravity(const Use& use) {
  return {!use.critical,
          static_cast<std::size_t>(std::ranges::find(kinds, use.kind) - kinds.begin())};
}

class Gathering {
 public:
  explicit Gathering(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(const std::vector<PciAddress>& functions, const Use& use) {
    for (const auto& address : functions) {
      add_once(address, use);
      const Function* function = snapshot_.find(address);
      if (!function || !function->physical_function) continue;
      add_once(*function->physical_function, use);
    }
  }
  Usage sorted() && {
    for (auto& [address, uses] : usage_) std::ranges::stable_sort(uses, {}, gravity);
    return std::move(usage_);
  }

 private:
  void add_once(const PciAddress& address, const Use& use) {
    auto& uses = usage_[address];
    const bool known = std::ranges::any_of(
        uses, [&](const Use& other) { return other.kind == use.kind && other.name == use.name; });
    if (!known) uses.push_back(use);
  }

  const Snapshot& snapshot_;
  Usage usage_;
};

/// An encrypted volume, a cache, or what else device mapper made; no partition of a map.
bool is_other_mapping(const BlockDevice& block) {
  const bool is_made = block.name.starts_with("dm-") || block.mapping == "bcache";
  return is_made && !block.mapping.starts_with("part");
}

std::vector<PciAddress> with_bridges(const Function& function) {
  auto all = function.path;
  all.push_back(function.address);
  return all;
}

void add_what_boots(const Snapshot& snapshot, Gathering& uses) {
  const auto volumes = system_volumes(snapshot);
  for (const auto& volume : volumes) {
    const bool is_swap = volume.name.starts_with("swap");
    uses.add(volume.functions, {is_swap ? "swap" : "mount", volume.name, true, volume.evidence});
  }
  for (const auto& mount : awaited_mounts(snapshot, volumes)) {
    const bool is_swap = mount.target == "swap", is_map = mount.target.starts_with("/dev/");
    const auto kind = is_swap ? "swap" : is_map ? "mapping" : "mount";
    uses.add(mount.functions,
             {kind, is_swap ? "swap on " + mount.what : mount.target, true, mount.evidence});
  }
}

void add_storage(const Snapshot& snapshot, Gathering& uses) {
  const Storage storage(snapshot);
  add_what_boots(snapshot, uses);
  for (const auto& mount : snapshot.mounts) {
    const BlockDevice* block = storage.of(mount);
    if (!block || is_system_target(mount.target)) continue;
    uses.add(storage.below(*block).functions,
             {"mount", mount.target, false, "/proc/self/mountinfo"});
  }
  for (const auto& block : snapshot.blocks) {
    const auto evidence = "/sys/class/block/" + block.name;
    const auto functions = [&] { return storage.below(block).functions; };
    if (block.mapping == "LVM")
      uses.add(functions(), {"lvm", volume_group(block.title), false, evidence});
    else if (block.mapping == "mpath")
      uses.add(functions(), {"multipath", block.title, false, evidence});
    else if (block.mapping.starts_with("raid") || block.mapping == "linear")
      uses.add(functions(), {"raid", block.name, false, evidence});
    else if (is_other_mapping(block))
      uses.add(functions(),
               {"mapping", block.title.empty() ? block.name : block.title, false, evidence});
    else if (block.below.empty())
      uses.add(block.path, {"disk", block.name, false, evidence});
  }
}

void add_network(const Snapshot& snapshot, Gathering& uses) {
  const auto management = management_path(snapshot);
  if (!management.interface.empty())
    uses.add(management.functions, {"management", management.interface, true, management.evidence});
  for (const auto& interface : snapshot.interfaces) {
    if (interface.path.empty()) continue;
    std::vector<std::string> above;
    for (const auto& other : snapshot.interfaces)
      if (std::ranges::find(other.below, interface.name) != other.below.end())
        above.push_back(other.name);
    const auto name = above.empty() ? interface.name : interface.name + " in " + joined(above);
    uses.add(interface.path, {"network", name, false, interface.evidence});
  }
}

}  // namespace

Usage usage_of(const Snapshot& snapshot) {
  Gathering uses(snapshot);
  add_storage(snapshot, uses);
  add_network(snapshot, uses);
  for (const auto& function : snapshot.functions)
    if (function.boot_vga == true)
      uses.add(with_bridges(function),
               {"console", "host console", false,
                "/sys/bus/pci/devices/" + function.address.text() + "/boot_vga"});
  for (const auto& input : snapshot.inputs)
    uses.add(input.path, {"input", input.name, false, "/sys/class/input"});
  return std::move(uses).sorted();
}

}  // namespace pci_passthrough
