#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugin/model/analysis.hpp"
#include "plugin/model/finding.hpp"

namespace pci_passthrough {

/// Why a check speaks up. No reason, no finding.
struct Reason {
  std::string message;
  std::string evidence;
  FindingState state = FindingState::found;
  std::optional<PciAddress> device = std::nullopt;  ///< a function check need not say it
  std::string vm{};                                 ///< uuid; a VM check need not say it
  std::optional<Severity> severity{};               ///< where it differs from the row's
  std::optional<Remedy>
      remedy{};  ///< where it differs from the row's; an empty one: none is needed
  /// Another way out than to leave the device where it is: "Or forget the SR first: ..."
  std::string or_else{};
};
using Reasons = std::vector<Reason>;

/// What does hiding this function do to dom0? Asked for every function that the entries which boot
/// unattended hide; of a row that concerns VMs, for every one that a VM may plug here, too; of a
/// row that concerns the running dom0, for every one that is to be taken from it, and no other.
using FunctionCheck = Reasons (*)(const Analysis&, const Function&);
/// What is wrong with the host as it boots?
using HostCheck = Reasons (*)(const Analysis&);

/// What is wrong with what a VM wants, if it starts? Asked for every VM with other_config:pci, but
/// not for snapshots and templates.
using VmCheck = Reasons (*)(const Analysis&, const VmAssignment&);

/// Where do the hosts of a pool not agree? Asked only where each was asked for its own listing.
using PoolCheck = Reasons (*)(const Pool&);

/// What a check means for a change, and who may accept it: nothing; it refuses, and anyone who may
/// call, or only a person at a root shell on the host, may accept it; it refuses the change that
/// brings it about, or every change, and nobody may.
enum class Refusal { none, acceptable, acceptable_at_shell, brought_about, final };

/// What the findings of a row that name no VM bear on: hiding a device, or what the host boots;
/// that and giving a device to a VM; that alone; taking a device from a running dom0 alone.
enum class Concern { hiding, both, vms, now };

/// One row of the catalogue; it stands below its function, which bears its code.
struct Check {
  std::string_view code;
  Severity severity = Severity::info;  ///< the gravest that it speaks with
  Refusal refusal = Refusal::none;
  Concern concern = Concern::hiding;
  std::string_view means;       ///< one line
  std::string_view fires;       ///< when, sentences
  std::string_view rests_on;    ///< the facts of kernel, Xen, xapi or firmware, with their sources
  std::string_view remedy;      ///< what to do, where its reason does not say better; "" nothing
  std::string_view old_code{};  ///< what accept= still takes
  std::variant<FunctionCheck, HostCheck, VmCheck, PoolCheck> run{};
};

/// All rows, group by group. A finding's order among its equals is theirs.
std::span<const Check> catalogue();
/// By its code, or its old one; null where there is none.
const Check* find_check(std::string_view code);

/// Judges a host as the snapshot has it: the checks of the host and of its VMs, and the function
/// checks for what these boot entries hide; the gravest findings first. To judge a change, hand
/// over the analysis of the changed host.
std::vector<Finding> judge(const Analysis& host, const std::vector<std::size_t>& entries);

/// What blocks in the entry that boots next, whoever brought it about; found or unknown.
std::vector<Finding> dangers_of_next_boot(const Analysis& host);

/// Does it bear on what becomes of this VM's devices when it starts here: the finding names the VM;
/// or it names none, its row concerns VMs, and it is about one of the devices or the whole host.
bool bears_on(const Finding& finding, const VmAssignment& assignment);

/// The same of the pool's hosts beside each other: the pool checks alone.
std::vector<Finding> judge_pool(const Pool& pool);

/// "safe"; "unsafe" where a block or an error is found, else "unknown" where one could not be told.
std::string_view verdict(std::span<const Finding> findings);

}  // namespace pci_passthrough
