#include "plugin/model/mount_entries.hpp"

#include <algorithm>
#include <array>

#include "plugin/model/mount_kind.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view blanks = " \t\r";

template <typename Each>
void for_each_line_of(std::string_view text, Each each) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    line = line.substr(0, line.find_last_not_of(blanks) + 1);
    if (!line.empty() && line.front() != '#') each(line);
  }
}

bool is_octal(std::string_view text) {
  return text.size() == 4 && text[0] == '\\' && text[1] < '4' &&
         text.find_first_not_of("01234567", 1) == std::string_view::npos;
}

std::vector<std::string> columns_of(std::string_view line) {
  std::vector<std::string> columns;
  while (!line.empty()) {
    const auto end = std::min(line.find_first_of(blanks), line.size());
    columns.push_back(unescaped(line.substr(0, end)));
    line.remove_prefix(end);
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  }
  return columns;
}

constexpr std::array<std::string_view, 4> that_boot_does_not_wait_for = {
    "nobootwait", "_netdev", "x-systemd.automount", "comment=systemd.automount"};

/// Of an option and its opposite the last counts (systemd fstab-util.c fstab_test_yes_no_option).
bool is_set(const std::vector<std::string>& options, std::string_view yes, std::string_view no) {
  const auto last = std::ranges::find_if(options.rbegin(), options.rend(),
                                         [&](const auto& one) { return one == yes || one == no; });
  return last != options.rend() && *last == yes;
}

bool boot_waits_for(const std::vector<std::string>& options) {
  return !is_set(options, "noauto", "auto") && !is_set(options, "nofail", "fail") &&
         std::ranges::find_first_of(options, that_boot_does_not_wait_for) == options.end();
}

bool is_on_no_disk(const MountEntry& entry) {
  const auto kind = mount_kind(entry.type);
  return kind == MountKind::kernel || kind == MountKind::memory || entry.type == "none";
}

bool is_a_bind(const MountEntry& entry) {
  return std::ranges::any_of(entry.options, [](const std::string& option) {
    return option == "bind" || option == "rbind";
  });
}

bool names_something(const MountEntry& entry) {
  return !entry.what.empty() && (!is_on_no_disk(entry) || is_a_bind(entry));
}

/// LABEL="data", as mount takes it too.
std::string without_quotes(std::string value) {
  std::erase(value, '"');
  return value;
}

}  // namespace

std::string unescaped(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto code = word.substr(i, 4);
    if (!is_octal(code)) {
      text += word[i];
      continue;
    }
    text += static_cast<char>((code[1] - '0') * 64 + (code[2] - '0') * 8 + (code[3] - '0'));
    i += 3;
  }
  return text;
}

std::vector<std::string> mount_options(std::string_view text) {
  std::vector<std::string> options;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) options.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return options;
}

std::vector<MountEntry> parse_fstab(std::string_view text) {
  std::vector<MountEntry> entries;
  for_each_line_of(text, [&](std::string_view line) {
    const auto columns = columns_of(line);
    if (columns.size() < 2) return;
    const auto column = [&](std::size_t i) { return i < columns.size() ? columns[i] : ""; };
    MountEntry entry{
        without_quotes(columns[0]), columns[1], columns.size() > 2 ? columns[2] : "auto",
        mount_options(column(3)),   false,      paths::fstab};
    if (entry.type == "swap") entry.target = "swap";
    if (!names_something(entry)) return;
    entry.required = boot_waits_for(entry.options) && mount_kind(entry.type) != MountKind::server;
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::vector<MountEntry> parse_crypttab(std::string_view text) {
  std::vector<MountEntry> entries;
  for_each_line_of(text, [&](std::string_view line) {
    const auto columns = columns_of(line);
    if (columns.size() < 2) return;
    MountEntry entry{without_quotes(columns[1]),
                     "/dev/mapper/" + columns[0],
                     "crypt",
                     mount_options(columns.size() > 3 ? columns[3] : ""),
                     false,
                     paths::crypttab};
    entry.required = boot_waits_for(entry.options);
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::optional<MountEntry> parse_mount_unit(std::string_view name, std::string_view text,
                                           bool is_required) {
  const bool is_swap = name.ends_with(".swap");
  MountEntry entry{"",
                   is_swap ? "swap" : "",
                   is_swap ? "swap" : "auto",
                   {},
                   false,
                   "/etc/systemd/system/" + std::string(name)};
  std::string section;
  for_each_line_of(text, [&](std::string_view line) {
    if (line.front() == '[') section = line;
    if (section != "[Mount]" && section != "[Swap]") return;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return;
    auto key = line.substr(0, equals), value = line.substr(equals + 1);
    key = key.substr(0, key.find_last_not_of(blanks) + 1);
    value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
    if (key == "What") entry.what = without_quotes(std::string(value));
    if (key == "Where") entry.target = without_quotes(std::string(value));
    if (key == "Type" && !is_swap) entry.type = value;
    if (key == "Options") entry.options = mount_options(value);
  });
  if (!names_something(entry) || entry.target.empty()) return std::nullopt;
  entry.required =
      is_required && boot_waits_for(entry.options) && mount_kind(entry.type) != MountKind::server;
  return entry;
}

std::string link_of_tag(std::string_view what) {
  struct Tag {
    std::string_view head, directory;
  };
  constexpr std::array tags = {Tag{"LABEL=", "by-label/"}, Tag{"UUID=", "by-uuid/"},
                               Tag{"PARTUUID=", "by-partuuid/"}, Tag{"PARTLABEL=", "by-partlabel/"},
                               Tag{"ID=", "by-id/"}};
  if (what.starts_with('/')) return std::string(what);
  for (const auto& tag : tags) {
    if (!what.starts_with(tag.head)) continue;
    auto link = "/dev/disk/" + std::string(tag.directory);
    for (const char c : what.substr(tag.head.size())) {
      if (c == ' ')
        link += "\\x20";
      else if (c == '/')
        link += "\\x2f";
      else
        link += c;
    }
    return link;
  }
  return "";
}

}  // namespace pci_passthrough
