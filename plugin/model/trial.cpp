#include "plugin/model/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/once_mark.hpp"
#include "plugin/boot/trial.hpp"
#include "plugin/model/boot_mark.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t id_digits = 8;

bool mark_names(const Boot& boot, std::size_t entry) {
  if (boot.grubenv_override) return entry_named(boot.file, *boot.grubenv_override) == entry;
  return boot.extlinux_once && *boot.extlinux_once == boot.file.entries[entry].label;
}

TrialStage stage_of(const Boot& boot, const BootEntry& entry, bool mark_names_it) {
  const auto id = trial_id(entry.arguments);
  if (!id.empty() && running_trial_id(boot.running.value_or("")) == id) return TrialStage::running;
  if (mark_names_it) return TrialStage::armed;
  return boot.boot_id && !id.empty() && boot.boot_id->starts_with(id) ? TrialStage::prepared
                                                                      : TrialStage::over;
}

/// What one list names and the other does not; no wildcards, which we write nowhere.
std::vector<PciAddress> named_beyond(const HideList& list, const HideList& other) {
  std::vector<PciAddress> named;
  for (const auto& rule : list.rules) {
    if (rule.is_wildcard()) continue;
    const PciAddress address{rule.segment, rule.bus, *rule.device, *rule.function};
    if (!other.names(address)) named.push_back(address);
  }
  return named;
}

void add_auto(const AutoTrialFacts& facts, const BootEntry& entry, Trial& trial) {
  trial.auto_seconds = auto_seconds(entry.arguments);
  if (!trial.auto_seconds) return;
  if (trial.stage == TrialStage::running && facts.boot_at)
    trial.until = *facts.boot_at + *trial.auto_seconds;
  if (facts.kept && facts.kept->id == trial_id(entry.arguments)) trial.ended = facts.kept->ended;
}

/// Until when it confirms itself, and what happens else.
std::string words_of_running(const Trial& trial, const std::string& what) {
  if (!trial.auto_seconds)
    return fmt::format("On trial until the next reboot, unless it is confirmed: {} hidden.", what);
  return fmt::format(
      "On trial, confirms itself until {}, or else reboots into the old entry: {} hidden.",
      trial.until ? clock_time(*trial.until)
                  : fmt::format("{} s after the start of this boot", *trial.auto_seconds),
      what);
}

std::string words_of_armed(const Trial& trial, const std::string& what) {
  if (!trial.auto_seconds)
    return fmt::format(
        "On trial: the next boot hides {}, once. Unless it is confirmed then, the "
        "boot after it is the old one.",
        what);
  return fmt::format(
      "On trial: the next boot hides {}, once. It confirms itself within {} s of its start, or "
      "else reboots into the old entry.",
      what, *trial.auto_seconds);
}

std::string words_of_over(const Trial& trial, const std::string& what) {
  if (trial.ended.empty())
    return fmt::format(
        "The trial of hiding {} is over and was not confirmed; the host boots as "
        "before.",
        what);
  return fmt::format(
      "The trial of hiding {} is over, and the host boots as before. It did not confirm itself: {}",
      what, trial.ended);
}

}  // namespace

std::string_view name_of(TrialStage stage) {
  constexpr std::string_view names[] = {"none", "prepared", "armed", "running", "over"};
  return names[static_cast<int>(stage)];
}

Trial trial_of(const Analysis& host) {
  const Boot& boot = host.boot();
  Trial trial;
  if (!boot.file.error) trial.entry = trial_entry(boot.file);
  if (!trial.entry) return trial;
  const auto& entry = boot.file.entries[*trial.entry];
  trial.mark_names_it = mark_names(boot, *trial.entry);
  trial.stage = stage_of(boot, entry, trial.mark_names_it);
  add_auto(host.snapshot().auto_trial, entry, trial);
  const auto model = own_model(boot.file);
  const HideList none;
  trial.devices = named_beyond(host.rules().entries[*trial.entry].standing(),
                               model ? host.rules().entries[*model].standing() : none);
  return trial;
}

std::string trial_name(const Boot& boot) {
  return std::string(boot.file.loader == BootLoader::grub ? own_trial.title : own_trial.label);
}

std::string foreign_mark(const Boot& boot) {
  const auto mark =
      boot.file.loader == BootLoader::grub ? boot.grubenv_override : boot.extlinux_once;
  const auto trial = boot.file.error ? std::nullopt : trial_entry(boot.file);
  if (!mark || mark->empty() || (trial && mark_names(boot, *trial))) return "";
  const auto entry = boot.next_entry();
  const bool names_one = entry && !boot.override_is_stale();
  return names_one ? boot.file.entries[*entry].title : *mark;
}

std::optional<SetMark> trial_mark(const Boot& boot, bool set) {
  const auto entry = boot.file.error ? std::nullopt : trial_entry(boot.file);
  if (set && !entry) return {};
  SetMark mark{set ? trial_name(boot) : ""};
  if (boot.file.loader == BootLoader::extlinux) {
    if (boot.after_edit.empty()) return {};
    mark.program =
        RunProgram{boot.after_edit.front().program,
                   {set ? fmt::format("--once={}", own_trial.label) : "--clear-once", "/boot"}};
    return mark;
  }
  if (!boot.file.honours_override || !boot.file.environment) return {};
  const auto& before = *boot.file.environment;
  auto after = environment_with(before.empty() ? empty_environment() : before, "override_entry",
                                set ? std::optional(std::to_string(*entry)) : std::nullopt);
  if (!after) return {};
  mark.grubenv = ReplaceFile{grubenv_beside(boot.path), before, std::move(*after)};
  return mark;
}

std::optional<std::string> new_trial_id(const Boot& boot) {
  if (!boot.boot_id || boot.boot_id->size() < id_digits) return {};
  return boot.boot_id->substr(0, id_digits);
}

std::string words_of(const Trial& trial) {
  const auto what =
      trial.devices.empty() ? "rules that the everyday entry has, too" : texts(trial.devices);
  switch (trial.stage) {
    case TrialStage::none:
      return "";
    case TrialStage::prepared:
      return fmt::format("A trial of hiding {} was begun, and nothing boots it.", what);
    case TrialStage::armed:
      return words_of_armed(trial, what);
    case TrialStage::running:
      return words_of_running(trial, what);
    case TrialStage::over:
      return words_of_over(trial, what);
  }
  return "";
}

bool waits_for_power_cycle(const BootEntry& entry) {
  return std::ranges::any_of(entry.xen_arguments, [](const std::string& argument) {
    return argument == "noreboot" || argument.starts_with("noreboot=");
  });
}

}  // namespace pci_passthrough
