#include <algorithm>
#include <cerrno>
#include <set>

#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
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

/// What is read of a block device; what fails, and is not merely absent, is noted.
class BlockFiles {
 public:
  BlockFiles(const Host& host, const std::string& directory, std::string& unread)
      : host_(host), directory_(directory), unread_(unread) {}

  std::string line(const std::string& file) const {
    const auto text = host_.read(directory_ + file);
    note(file, text);
    return line_of(text.value);
  }
  std::vector<std::string> list(const std::string& file) const {
    auto names = host_.list(directory_ + file);
    note(file, names);
    return std::move(names.value);
  }
  /// Where it stands in /sys/devices.
  std::string place() const {
    auto link = host_.link(directory_);
    const bool is_a_place = link.value.find("devices/") != std::string::npos;
    if (link && !is_a_place) link.error = ELOOP;
    if (link.error != EINVAL) note("", link);
    return std::move(link.value);
  }

 private:
  template <typename T>
  void note(const std::string& file, const Read<T>& read) const {
    if (!read && !read.absent() && unread_.empty())
      unread_ = directory_ + file + ": " + read.reason();
  }

  const Host& host_;
  const std::string& directory_;
  std::string& unread_;
};

void read_kind(const Host& host, const BlockFiles& files, const std::string& directory,
               BlockDevice& block) {
  const std::string_view name = block.name;
  if (name.starts_with("dm-")) {
    block.dm_name = files.line("/dm/name");
    const auto uuid = files.line("/dm/uuid");
    block.mapping = uuid.substr(0, uuid.find('-'));
  } else if (name.starts_with("md")) {
    block.mapping = files.line("/md/level");
  } else if (name.starts_with("bcache") && name.find('p') == std::string::npos) {
    block.mapping = "bcache";
  } else if (name.starts_with("nvme") && block.path.empty() && block.below.empty()) {
    add_nvme_paths(host, directory, block);
  } else if (name.starts_with("loop") && block.below.empty()) {
    block.backing_file = files.line("/loop/backing_file");
  }
}

BlockDevice read_block(const Host& host, const std::string& root, const std::string& name,
                       const Names& names) {
  const auto directory = root + "/" + name;
  BlockDevice block;
  block.name = name;
  const BlockFiles files(host, directory, block.unread);
  block.number = files.line("/dev");
  const auto target = files.place();
  block.path = functions_on(target);
  block.usb = target.find("/usb") != std::string::npos;
  if (const auto parent = part_before(target, name); names.contains(parent))
    block.below.push_back(parent);
  else
    block.below = files.list("/slaves");

  read_kind(host, files, directory, block);
  if (block.below.empty() && block.path.empty()) block.server = iscsi_server(host, directory);
  if (block.below.empty() && !block.path.empty()) block.wwid = wwid_of(host, directory);
  return block;
}

}  // namespace

void probe_storage(const Host& host, Snapshot& snapshot) {
  const auto class_block = host.list(paths::block_devices);
  const std::string root = class_block ? paths::block_devices : "/sys/block";
  const auto listed = class_block ? class_block : host.list(root);
  if (!listed) snapshot.unreadable[root] = listed.reason();
  Names names(listed.value.begin(), listed.value.end());
  for (const auto& name : names)
    if (!name.starts_with("ram")) snapshot.blocks.push_back(read_block(host, root, name, names));
}

}  // namespace pci_passthrough
