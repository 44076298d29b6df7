#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/entries.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

inline constexpr auto found = FindingState::found, unknown = FindingState::unknown;

/// A recorded host, changed, and what one check says of it.
struct Case {
  std::string code;
  std::string host;
  Snapshot (*changed)(Snapshot);
  FindingState state = FindingState::found;
  std::string device{};                 ///< "" where the finding is about no device
  std::vector<std::string> words{};     ///< stand in the message
  bool silent = false;                  ///< the check says nothing
  std::string vm{};                     ///< its uuid; "" where the finding is about no VM
  std::optional<Severity> severity{};   ///< where it says something
  std::optional<std::string> remedy{};  ///< stands in the remedy; "": there is none
};

inline Case silent(std::string code, std::string host, Snapshot (*changed)(Snapshot)) {
  return {std::move(code), std::move(host), changed, FindingState::found, "", {}, true};
}

inline Case with(Case one, Severity severity, std::string remedy) {
  one.severity = severity;
  one.remedy = std::move(remedy);
  return one;
}

inline Snapshot as_it_is(Snapshot host) { return host; }

/// By itself and, where its pool was asked, beside the others.
inline std::vector<Finding> judged(const Snapshot& snapshot) {
  auto findings = judge(Analysis(snapshot), unattended_entries(snapshot.boot));
  const bool asked = snapshot.pool && std::ranges::any_of(snapshot.pool->hosts, [](auto& host) {
                       return host.second.reply.has_value();
                     });
  if (asked) std::ranges::copy(judge_pool(*snapshot.pool), std::back_inserter(findings));
  return findings;
}

/// What hiding a function does to dom0.
std::vector<Case> dom0_cases();
/// What the boot waits for, and dom0's own directories.
std::vector<Case> dom0_mount_cases();
/// Rules in the boot configuration, and that itself.
std::vector<Case> boot_cases();
std::vector<Case> rule_cases();
/// The boot file as its other readers see it.
std::vector<Case> reader_cases();
/// The way back, and what would make it none.
std::vector<Case> rescue_cases();
/// A hide on trial: how far it is, and what it needs.
std::vector<Case> trial_cases();
std::vector<Case> auto_trial_cases();
/// Rules against what runs.
std::vector<Case> running_cases();
/// Rules against what they were made for.
std::vector<Case> identity_cases();
/// The IOMMU and the firmware's tables.
std::vector<Case> iommu_cases();

/// What the hardware can do.
std::vector<Case> hardware_cases();

/// What VMs take from dom0, and xapi's own account of what dom0 needs.
std::vector<Case> vm_dom0_cases();
/// SRs and the VMs' disks in them: what a rule or a VM takes.
std::vector<Case> repository_cases();
/// VMs against hardware, rules and each other.
std::vector<Case> vm_cases();
/// What the hardware makes of a VM's devices, ruled or not.
std::vector<Case> vm_hardware_cases();
/// A VM's entry, its card and its kind.
std::vector<Case> vm_entry_cases();

/// Models of hardware that Xen or Linux know for what they do.
std::vector<Case> known_hardware_cases();

/// How grave what is said is, and what to do about it.
std::vector<Case> remedy_cases();

/// Devices that are taken from a running dom0.
std::vector<Case> now_cases();

/// The hosts of a pool beside each other.
std::vector<Case> pool_cases();

}  // namespace pci_passthrough
