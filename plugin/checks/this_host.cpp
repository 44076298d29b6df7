#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/xen_size.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Words = std::vector<std::string>;

Words arguments_in(std::string_view line) {
  Words words;
  for (auto& argument : split_command_line(line)) words.push_back(std::move(argument.value));
  return words;
}

Words arguments_of(const BootEntry& entry) {
  Words words;
  for (const auto& argument : entry.arguments) words.push_back(argument.value);
  return words;
}

/// The last of them counts.
std::optional<std::string> value_of(const Words& words, std::string_view name) {
  for (auto word = words.rbegin(); word != words.rend(); ++word)
    if (word->starts_with(name)) return word->substr(name.size());
  return std::nullopt;
}

/// "LABEL", "UUID", "/dev".
std::string kind_of_root(const std::string& root) {
  return root.substr(0, root.find_first_of("=/", 1));
}

/// "'xe' boots the root 'LABEL=b'": why the entry's root is another than the running one.
std::string is_foreign(const BootEntry& entry, const std::string& running) {
  const auto root = value_of(arguments_of(entry), "root=");
  if (!root)
    return fmt::format("'{}' names no root; dom0 runs from '{}'.", printable(entry.title),
                       printable(running));
  if (*root == running || kind_of_root(*root) != kind_of_root(running)) return "";
  return fmt::format(
      "'{}' boots the root '{}', and dom0 runs from '{}': this boot file is one of another "
      "installation.",
      printable(entry.title), printable(*root), printable(running));
}

std::string may_be_foreign(const BootEntry& entry, const std::string& running) {
  const auto root = value_of(arguments_of(entry), "root=");
  if (!root || kind_of_root(*root) == kind_of_root(running)) return "";
  return fmt::format(
      "Unknown whether the root of '{}', '{}', is the one that dom0 runs from, '{}': they are "
      "named in different ways.",
      printable(entry.title), printable(*root), printable(running));
}

Reasons boot_root_foreign(const Analysis& host) {
  const auto& unattended = host.rules().unattended;
  if (unattended.empty()) return {};
  const auto running = value_of(arguments_in(host.boot().running.value_or("")), "root=");
  if (!running)
    return {
        {"Unknown whether the entry that boots has the root of this host: /proc/cmdline names "
         "none.",
         paths::kernel_command_line, FindingState::unknown}};
  const auto ask = [&](auto about) {
    return of_entries(host, unattended, [&](const BootEntry& entry, const HideRules&) {
      return about(entry, *running);
    });
  };
  auto reasons = ask(is_foreign);
  for (auto& reason : ask(may_be_foreign)) {
    reason.state = FindingState::unknown;
    reasons.push_back(std::move(reason));
  }
  return reasons;
}
constexpr auto boot_root_foreign_row = row<boot_root_foreign>({
    .code = "boot-root-foreign",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The entry that boots has another root than the running system.",
    .fires = "An entry that boots by itself has another root= than /proc/cmdline, or none; in "
             "another spelling (LABEL, UUID, a device) it is unknown. It refuses a change that "
             "brings it about: restore, undo.",
    .rests_on = "The last root= counts (init/do_mounts.c root_dev_setup). The installer gives each "
                "installation a label of its own.",
    .remedy = "Take a backup of this installation: backups lists them. To go ahead all the same, "
              "copy the backup's content over the boot file by hand.",
});

/// Words that end in a shell, not in a host; each with a value or without.
constexpr std::string_view stopping[] = {"single",
                                         "S",
                                         "1",
                                         "emergency",
                                         "rescue",
                                         "systemd.unit=rescue.target",
                                         "systemd.unit=emergency.target"};
constexpr std::string_view real_inits[] = {"/sbin/init", "/usr/sbin/init", "/lib/systemd/systemd",
                                           "/usr/lib/systemd/systemd"};

bool stops(const std::string& word) {
  if (word.starts_with("init="))
    return std::ranges::find(real_inits, word.substr(5)) == std::end(real_inits);
  return word.starts_with("rdinit=") || std::ranges::find(stopping, word) != std::end(stopping);
}

Reasons boot_entry_stops(const Analysis& host) {
  const auto running = arguments_in(host.boot().running.value_or(""));
  return of_entries(host, host.rules().unattended,
                    [&](const BootEntry& entry, const HideRules&) -> std::string {
                      const auto title = printable(entry.title);
                      if (!entry.stops_at.empty())
                        return fmt::format("'{}' says '{}', and the loader boots nothing.", title,
                                           entry.stops_at);
                      for (const auto& word : arguments_of(entry))
                        if (stops(word) && std::ranges::count(running, word) == 0)
                          return fmt::format(
                              "'{}' boots with '{}', and dom0 comes up without its "
                              "services.",
                              title, printable(word));
                      return "";
                    });
}
constexpr auto boot_entry_stops_row = row<boot_entry_stops>({
    .code = "boot-entry-stops",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The entry that boots does not end in a running host.",
    .fires = "An entry that boots by itself has init=, rdinit=, single, emergency or rescue, which "
             "the running kernel has not; or says exit, halt or reboot to GRUB.",
    .rests_on =
        "init= replaces the first process (init/main.c); GRUB's exit, halt and reboot leave "
        "the entry (grub-core/commands).",
    .remedy = "Take the word out of the boot file, or take another backup.",
});

constexpr std::uint64_t least_memory = 256 << 20;
constexpr std::uint64_t fraction = 8;  ///< of what dom0 has now

/// Of "8192M,max:8192M".
std::optional<std::uint64_t> memory_of(const std::string& value) {
  return size_in(std::string_view(value).substr(0, value.find(',')));
}

Reasons boot_dom0_memory(const Analysis& host) {
  constexpr std::string_view name = "dom0_mem=";
  const auto now = value_of(arguments_in(host.snapshot().iommu.xen_command_line), name);
  const auto has = now ? memory_of(*now) : std::nullopt;
  return of_entries(
      host, host.rules().unattended, [&](const BootEntry& entry, const HideRules&) -> std::string {
        const auto title = printable(entry.title);
        const auto then = value_of(entry.xen_arguments, name);
        if (!then)
          return now ? fmt::format(
                           "'{}' sets no dom0_mem, and Xen runs with '{}': dom0 "
                           "would take all memory.",
                           title, printable(*now))
                     : "";
        const auto size = memory_of(*then);
        if (!size || *size >= std::max(least_memory, has.value_or(0) / fraction)) return "";
        return fmt::format("'{}' gives dom0 '{}', too little to come up{}.", title,
                           printable(*then), now ? "; now it has '" + printable(*now) + "'" : "");
      });
}
constexpr auto boot_dom0_memory_row = row<boot_dom0_memory>({
    .code = "boot-dom0-memory",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The entry that boots gives dom0 no fitting memory.",
    .fires =
        "An entry that boots by itself has no dom0_mem where the running Xen has one, or gives "
        "less than 256 MiB or than an eighth of what dom0 has.",
    .rests_on = "Without dom0_mem Xen gives dom0 all memory; a number without a unit is KiB (Xen "
                "parse_dom0_mem).",
    .remedy = "Set dom0_mem in the boot file as it runs now, or take another backup.",
});

}  // namespace

std::span<const Check> this_host() {
  static constexpr Check rows[] = {boot_root_foreign_row, boot_entry_stops_row,
                                   boot_dom0_memory_row};
  return rows;
}

}  // namespace pci_passthrough::checks
