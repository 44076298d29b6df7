#include <algorithm>

#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

/// Takes one blank-separated word off the line; \040 and its like are what they stand for.
std::string take_word(std::string_view& line) {
  const auto end = std::min(line.find(' '), line.size());
  std::string word;
  for (std::size_t i = 0; i < end; ++i) {
    const auto octal = line.substr(i, std::min<std::size_t>(4, end - i));
    if (octal.size() == 4 && octal[0] == '\\' &&
        octal.find_first_not_of("01234567", 1) == std::string_view::npos) {
      word += static_cast<char>((octal[1] - '0') * 64 + (octal[2] - '0') * 8 + (octal[3] - '0'));
      i += 3;
    } else {
      word += line[i];
    }
  }
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

/// "rw,vers=4.1,addr=10.0.0.5,..."
std::string address_in_options(std::string_view options) {
  while (!options.empty()) {
    constexpr std::string_view key = "addr=";
    const auto end = std::min(options.find(','), options.size());
    const auto option = options.substr(0, end);
    if (option.starts_with(key)) return std::string(option.substr(key.size()));
    options.remove_prefix(std::min(end + 1, options.size()));
  }
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
  constexpr Source sources[] = {{"/proc/self/mountinfo", mountinfo_line},
                                {"/proc/self/mounts", mounts_line},
                                {"/proc/mounts", mounts_line}};
  for (const auto& source : sources) {
    const auto text = host.read(source.path);
    if (!text) continue;
    for_each_line(text.value, [&](auto line) { snapshot.mounts.push_back(source.read(line)); });
    return;
  }
  snapshot.unreadable["/proc/self/mountinfo"] = "no list of mounts could be read";
}

void read_swaps(const Host& host, Snapshot& snapshot) {
  const auto text = host.read("/proc/swaps");
  if (!text && !text.absent()) snapshot.unreadable["/proc/swaps"] = text.reason();
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
