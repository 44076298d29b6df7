#include <algorithm>
#include <set>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

using Names = std::set<std::string, std::less<>>;

std::string part_before(std::string_view path, std::string_view last) {
  return base_name(path.substr(0, path.size() - std::min(path.size(), last.size() + 1)));
}

/// "nvme0", not the namespace "nvme0n1".
bool is_nvme_controller(std::string_view name) {
  return name.find_first_not_of("0123456789", std::string_view("nvme").size()) ==
         std::string_view::npos;
}

/// The ways to an NVMe namespace that several controllers share: the subsystem's links. One over
/// fabrics (TCP, RDMA) leads to no PCI function.
void add_nvme_paths(const Host& host, const std::string& directory, BlockDevice& block) {
  const auto subsystem = host.resolve(directory + "/..");
  if (!subsystem || base_name(*subsystem).rfind("nvme-subsys", 0) != 0) return;
  for (const auto& name : host.list(*subsystem).value) {
    if (!name.starts_with("nvme")) continue;
    const auto functions = functions_on(host.link(*subsystem + "/" + name).value);
    block.path.insert(block.path.end(), functions.begin(), functions.end());
    block.has_other_ways |= functions.empty() && is_nvme_controller(name);
  }
}

/// SCSI's, and NVMe's.
std::string wwid_of(const Host& host, const std::string& directory) {
  for (const char* file : {"/device/wwid", "/wwid"})
    if (auto wwid = read_line(host, directory + file); wwid && !wwid->empty()) return *wwid;
  return "";
}

/// Of a software iSCSI session, whose directory in sysfs holds its connections.
std::string iscsi_server(const Host& host, const std::string& directory) {
  const auto disk = host.resolve(directory).value_or("");
  const auto session = disk.find("/session");
  if (session == std::string::npos) return "";
  const auto home = disk.substr(0, disk.find('/', session + 1));
  for (const auto& name : host.list(home).value)
    if (name.starts_with("connection"))
      if (auto server = read_line(
              host, home + "/" + name + "/iscsi_connection/" + name + "/persistent_address"))
        return *server;
  return "";
}

BlockDevice read_block(const Host& host, const std::string& root, const std::string& name,
                       const Names& names) {
  const auto directory = root + "/" + name;
  BlockDevice block;
  block.name = name;
  block.number = read_line(host, directory + "/dev").value_or("");
  const auto target = host.link(directory).value;
  block.path = functions_on(target);
  block.usb = target.find("/usb") != std::string::npos;
  if (const auto parent = part_before(target, name); names.contains(parent))
    block.below.push_back(parent);
  else
    for (const auto& slave : host.list(directory + "/slaves").value) block.below.push_back(slave);

  if (name.starts_with("dm-")) {
    block.title = read_line(host, directory + "/dm/name").value_or("");
    const auto uuid = read_line(host, directory + "/dm/uuid").value_or("");
    block.mapping = uuid.substr(0, uuid.find('-'));
  } else if (name.starts_with("md")) {
    block.mapping = read_line(host, directory + "/md/level").value_or("");
  } else if (name.starts_with("bcache") && name.find('p') == std::string::npos) {
    block.mapping = "bcache";
  } else if (name.starts_with("nvme") && block.path.empty() && block.below.empty()) {
    add_nvme_paths(host, directory, block);
  }
  if (block.below.empty() && block.path.empty()) block.server = iscsi_server(host, directory);
  if (block.below.empty() && !block.path.empty()) block.wwid = wwid_of(host, directory);
  return block;
}

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
  mount.read_only |= says_read_only(take_word(line));
  return mount;
}

/// "/dev/sda1 / ext3 rw,noatime 0 0"
Mount mounts_line(std::string_view line) {
  Mount mount;
  mount.source = take_word(line);
  mount.target = take_word(line);
  mount.type = take_word(line);
  mount.read_only = says_read_only(take_word(line));
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

void probe_mounts(const Host& host, Snapshot& snapshot) {
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

void probe_swaps(const Host& host, Snapshot& snapshot) {
  const auto text = host.read("/proc/swaps");
  if (!text) snapshot.unreadable["/proc/swaps"] = text.reason();
  for_each_line(text.value, [&](std::string_view line) {
    if (line.starts_with('/'))
      snapshot.swaps.emplace_back(line.substr(0, line.find_first_of(" \t")));
  });
}

}  // namespace

void probe_storage(const Host& host, Snapshot& snapshot) {
  const auto class_block = host.list("/sys/class/block");
  const std::string root = class_block ? "/sys/class/block" : "/sys/block";
  const auto listed = class_block ? class_block : host.list(root);
  if (!listed) snapshot.unreadable[root] = listed.reason();
  Names names(listed.value.begin(), listed.value.end());
  for (const auto& name : names)
    if (!name.starts_with("ram")) snapshot.blocks.push_back(read_block(host, root, name, names));
  probe_mounts(host, snapshot);
  probe_swaps(host, snapshot);
}

}  // namespace pci_passthrough
