#include "plugin/model/way_back.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/boot/rescue.hpp"
#include "plugin/boot/words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

/// Of a file that is said to lie directly in /boot.
bool is_absent(const Boot& boot, const std::string& file) {
  constexpr std::string_view folder = "/boot/";
  const bool is_direct = file.starts_with(folder) && file.find('/', folder.size()) == file.npos;
  return is_direct && !boot.present.empty() && std::ranges::count(boot.present, file) == 0;
}

bool leads_back(const Analysis& host, std::size_t i) {
  const Boot& boot = host.boot();
  const auto& entry = boot.file.entries[i];
  return entry.is_xen && !entry.error && entry.stops_at.empty() && !entry.is_installer() &&
         host.rules().entries[i].is_known && host.rules().entries[i].in_effect.rules.empty() &&
         std::ranges::count(host.rules().unattended, i) == 0 &&
         std::ranges::none_of(entry.files, [&](const auto& f) { return is_absent(boot, f); });
}

std::size_t rank(const BootFile& file, std::size_t i) {
  constexpr std::array<std::string_view, 2> labels = {"safe", "fallback"};
  const auto& entry = file.entries[i];
  if (is_rescue(file.loader, entry)) return 0;
  const auto* found = std::ranges::find(labels, entry.label);
  const bool is_serial = entry.label.ends_with("-serial");
  return 1 + static_cast<std::size_t>(found - labels.begin()) + is_serial;
}

/// "module2 /boot/vmlinuz-4.19-xen": how the line begins.
std::string kernel_line(const BootFile& file, const BootEntry& entry) {
  const auto begin = file.text.rfind('\n', entry.kernel_line.begin) + 1;
  auto line = std::string_view(file.text).substr(begin);
  return fmt::format("{} {}", take_word(line), entry.kernel);
}

std::string rule_words(const HideRules& rules) {
  std::vector<std::string> words;
  for (const auto& argument : rules.stands.read) words.push_back(printable(argument.value));
  return joined(words, " ");
}

std::string editing(const Analysis& host, std::size_t next) {
  const Boot& boot = host.boot();
  const auto& entry = boot.file.entries[next];
  const auto words = rule_words(host.rules().entries[next]);
  if (boot.file.loader == BootLoader::grub)
    return fmt::format(
        "press an arrow key as soon as the menu shows, press e on '{}', go to the line '{}', "
        "delete "
        "'{}' from it, and press Ctrl-X",
        printable(entry.title), printable(kernel_line(boot.file, entry)), words);
  return fmt::format(
      "boot a rescue medium, and delete '{}' from the line 'append' of '{}' in {} of the host's "
      "disk; no entry of extlinux's prompt helps",
      words, printable(entry.title), boot.path);
}

std::string choosing(const Boot& boot, const BootEntry& entry) {
  if (boot.file.loader == BootLoader::grub)
    return fmt::format("press an arrow key as soon as the menu shows, choose '{}', and press Enter",
                       printable(entry.title));
  return fmt::format("hold Shift until 'boot:' shows, type {}, and press Enter",
                     printable(entry.label));
}

}  // namespace

std::vector<std::size_t> ways_back(const Analysis& host) {
  std::vector<std::size_t> ways;
  const auto& file = host.boot().file;
  for (std::size_t i = 0; !file.error && i < file.entries.size(); ++i)
    if (leads_back(host, i)) ways.push_back(i);
  std::ranges::stable_sort(ways, {}, [&](std::size_t i) { return rank(file, i); });
  return ways;
}

std::string way_back(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto next = boot.next_own_entry();
  if (boot.file.error || !next || !boot.file.entries[*next].is_xen) return "";
  const auto say = [](const std::string& what) {
    return fmt::format("If the host does not come up: {}.", what);
  };
  if (is_own(boot.file.loader, boot.file.entries[*next], own_trial) && boot.file.default_entry)
    return say(fmt::format("switch it off and on; the boot after the trial takes '{}' by itself",
                           printable(boot.file.entries[*boot.file.default_entry].title)));
  if (const auto ways = ways_back(host); !ways.empty())
    return say(choosing(boot, boot.file.entries[ways.front()]));
  if (!host.rules().entries[*next].stands.read.empty()) return say(editing(host, *next));
  return "The entry that boots next has no hide rule to take away.";
}

}  // namespace pci_passthrough
