#include <algorithm>

#include "plugin/model/mount_entries.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

/// Takes one blank-separated word off the line.
std::string take_word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  auto word = unescaped(line.substr(0, end));
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

std::string address_in_options(std::string_view options) {
  constexpr std::string_view key = "addr=";
  for (const auto& option : mount_options(options))
    if (option.starts_with(key)) return option.substr(key.size());
  return "";
}

bool says_read_only(std::string_view options) {
  return options == "ro" || options.starts_with("ro,");
}

/// "22 1 8:1 / /boot rw,noatime shared:1 - ext3 /dev/sda1 rw"
Mount mountinfo_line(std::string_view line) {
  Mount mount;
  take_word(line);
  take_word(line);
  mount.number = take_word(line);
  take_word(line);
  mount.target = take_word(line);
  mount.read_only = says_read_only(take_word(line));
  while (!line.empty() && take_word(line) != "-") {
  }
  mount.type = take_word(line);
  mount.source = take_word(line);
  const auto options = take_word(line);
  mount.read_only |= says_read_only(options);
  mount.server_address = address_in_options(options);
  return mount;
}

/// "/dev/sda1 / ext3 rw,noatime 0 0"
Mount mounts_line(std::string_view line) {
  Mount mount;
  mount.source = take_word(line);
  mount.target = take_word(line);
  mount.type = take_word(line);
  const auto options = take_word(line);
  mount.read_only = says_read_only(options);
  mount.server_address = address_in_options(options);
  return mount;
}

template <typename Each>
void for_each_line(std::string_view text, Each each) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_mounts(const Host& host, Snapshot& snapshot) {
  struct Source {
    const char* path;
    Mount (*read)(std::string_view);
  };
  constexpr Source sources[] = {{paths::mountinfo, mountinfo_line},
                                {"/proc/self/mounts", mounts_line},
                                {"/proc/mounts", mounts_line}};
  for (const auto& source : sources) {
    const auto text = host.read(source.path);
    if (!text) continue;
    for_each_line(text.value, [&](auto line) { snapshot.mounts.push_back(source.read(line)); });
    return;
  }
  snapshot.unreadable[paths::mountinfo] = "no list of mounts could be read";
}

void read_swaps(const Host& host, Snapshot& snapshot) {
  const auto text = host.read(paths::swaps);
  if (!text && !text.absent()) snapshot.unreadable[paths::swaps] = text.reason();
  for_each_line(text.value, [&](std::string_view line) {
    if (line.starts_with('/'))
      snapshot.swaps.emplace_back(line.substr(0, line.find_first_of(" \t")));
  });
}

}  // namespace

void probe_mounts(const Host& host, Snapshot& snapshot) {
  read_mounts(host, snapshot);
  read_swaps(host, snapshot);
}

}  // namespace pci_passthrough
