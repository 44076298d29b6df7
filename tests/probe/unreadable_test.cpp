#include <gtest/gtest.h>

#include <set>

#include "plugin/host/section.hpp"
#include "plugin/model/boot_mounts.hpp"
#include "plugin/model/sr_account.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"
#include "tests/support/sr_host.hpp"

namespace pci_passthrough {
namespace {

namespace fs = std::filesystem;

constexpr auto what_hide_reads = ProbeScope::functions | ProbeScope::usage | ProbeScope::pool;

/// What stands on functions, by kind and name: "volume /", "sr 7d1f...".
using Standing = std::map<std::string, std::set<PciAddress>>;

Standing standing(const Snapshot& snapshot) {
  Standing all;
  const auto add = [&](const std::string& what, const std::vector<PciAddress>& functions) {
    all[what].insert(functions.begin(), functions.end());
  };
  for (const auto& one : system_volumes(snapshot)) add("volume " + one.name, one.functions);
  for (const auto& one : boot_mounts(snapshot)) add("boot " + one.target, one.functions);
  for (const auto& one : network_uses(snapshot)) add("network " + one.device, one.functions);
  add("management ", management_path(snapshot).functions);
  for (const auto& one : sr_accounts(snapshot)) {
    add("sr " + one.uuid, one.functions);
    for (const auto& server : one.servers) add("sr " + one.uuid, server.route.functions);
  }
  return all;
}

/// Is it said that what of this kind stands on the function may not be all?
bool is_suspect(const Snapshot& snapshot, const SrSuspects& suspects, const std::string& what,
                const PciAddress& address) {
  const auto kind = what.substr(0, what.find(' '));
  const Function* function = snapshot.find(address);
  if (!function) return true;  // nobody hides what is not there
  if (kind == "volume")
    return std::ranges::any_of(system_volumes(snapshot), [](auto& one) { return !one.known; });
  if (kind == "boot")
    return std::ranges::any_of(boot_mounts(snapshot),
                               [](auto& one) { return one.required && !one.unknown.empty(); });
  if (kind == "management") return !management_path(snapshot).known;
  if (kind == "network")
    return !why_networks_are_untold(snapshot).empty() ||
           std::ranges::any_of(network_uses(snapshot), [](auto& one) { return !one.known; });
  if (!why_srs_are_untold(snapshot).empty())
    return suspects.disks.contains(address) || suspects.networks.contains(address);
  return std::ranges::any_of(sr_accounts(snapshot), [&](const SrAccount& account) {
    return suspects.may_carry_disks_of(account, *function) ||
           suspects.may_lead_to(account, *function);
  });
}

/// Every path that was read of a host, and every directory above it but the topmost.
std::set<std::string> paths_read(const std::string& root) {
  Host host(root);
  host.start_recording();
  probe(host, what_hide_reads);
  std::set<std::string> paths;
  for (const auto& section : read_sections(host.recording(false))) {
    if (section.kind == SectionKind::command) continue;
    const bool is_xapi = section.kind == SectionKind::xapi;
    fs::path path = is_xapi ? std::string(recorded_xapi) + section.path : section.path;
    for (; path.has_relative_path() && path.parent_path() != "/"; path = path.parent_path())
      paths.insert(path);
  }
  return paths;
}

/// A path that cannot be read while this lives: a link to itself (ELOOP), as a recording's
/// `error=`.
class Unreadable {
 public:
  explicit Unreadable(fs::path path) : path_(std::move(path)), aside_(path_.string() + ".aside") {
    fs::rename(path_, aside_);
    fs::create_symlink(path_.filename(), path_);
  }
  ~Unreadable() {
    fs::remove(path_);
    fs::rename(aside_, path_);
  }
  Unreadable(const Unreadable&) = delete;

 private:
  fs::path path_, aside_;
};

struct Tried {
  std::size_t paths = 0, told = 0;
};

Tried try_each_path(const std::string& name, const std::string& recording) {
  const ScratchRoot root(recording);
  const auto read = [&] {
    Host host(root.path());
    return probe(host, what_hide_reads);
  };
  const auto before = standing(read());
  Tried tried;
  for (const auto& path : paths_read(root.path())) {
    const fs::path real = root.path() + path;
    if (fs::symlink_status(real).type() == fs::file_type::not_found) continue;
    const Unreadable unreadable(real);
    ++tried.paths;
    const auto snapshot = read();
    const auto after = standing(snapshot);
    const auto suspects = sr_suspects(snapshot);
    for (const auto& [what, functions] : before)
      for (const auto& address : functions) {
        const auto still = after.find(what);
        if (still != after.end() && still->second.contains(address)) continue;
        ++tried.told;
        EXPECT_TRUE(is_suspect(snapshot, suspects, what, address))
            << name << ": without " << path << ", '" << what << "' no longer stands on "
            << address.text();
      }
  }
  return tried;
}

TEST(Unreadable, OnePathNeverMakesARecordedHostHarmless) {
  auto names = recorded_hosts();
  std::ranges::copy(recorded_hosts("sick/"), std::back_inserter(names));
  for (const auto& name : names) {
    const auto tried = try_each_path(name, text_of_file(recordings() / (name + ".host")));
    EXPECT_GT(tried.paths, 50u) << name;
    EXPECT_GT(tried.told, 0u) << name;
  }
}

TEST(Unreadable, OnePathNeverMakesAnSrHarmless) {
  const std::string nvme = link_to("/dev/disk/by-id/nvme-X", "../../nvme0n1"),
                    by_label = link_to("/dev/disk/by-label/data", "../../nvme0n1"),
                    fstab = "=== /etc/fstab\nLABEL=data /mnt/data ext4 defaults 0 2\n",
                    on_nvme = "91 23 259:0 / /mnt/data rw - ext4 /dev/nvme0n1 rw\n",
                    lun = R"({"v": {"SR": "x-sr", "VBDs": [], "sm_config": {"SCSIid": "3600"}}})",
                    scsi = link_to("/dev/disk/by-scsid/3600/nvme0n1", "../../../nvme0n1");
  const SrHost hosts[] = {
      {"lvm", R"({"device": "/dev/disk/by-id/nvme-X"})", nvme},
      {"lvm", R"({"device": "/dev/sda3"})",
       mapped("dm-9", "VG_XenStorage--7d1f2c34--9a60--4be1--8c57--2f0e6d91b3a8-x", "nvme0n1")},
      {"lvmohba", R"({"SCSIid": "3600"})", scsi},
      {"hba", "{}", scsi, "", "true", "", lun},
      {"linstor", R"({"group-name": "lin/thin"})",
       mapped("dm-9", "lin-a", "nvme0n1") + mapped("dm-8", "lin-b", "sda6")},
      {"udev", R"({"location": "/srv/disks"})",
       nvme + link_to("/srv/disks/d1", "/dev/disk/by-id/nvme-X")},
      {"file", R"({"location": "/mnt/data/x"})", by_label + fstab, on_nvme},
      {"file", R"({"location": "/mnt/data/x"})", by_label + fstab},
      {"iso", R"({"location": "/srv/isos", "legacy_mode": "true"})",
       link_to("/srv/isos", "../mnt/data"), on_nvme},
      {"nfs", R"({"server": "192.168.1.9"})"},
      {"nfs", R"({"server": "nas.lan"})", "",
       "91 23 0:60 / /run/sr-mount/7d1f2c34-9a60-4be1-8c57-2f0e6d91b3a8 rw - nfs4 nas.lan:/x "
       "addr=192.168.1.9\n"},
      {"largeblock", R"({"device": "/dev/loop0"})",
       virtual_disk("loop0") +
           "=== /sys/devices/virtual/block/loop0/loop/backing_file\n/dev/nvme0n1\n"},
  };
  for (const auto& host : hosts) {
    const auto tried = try_each_path(host.type + " " + host.device_config, host.recording());
    EXPECT_GT(tried.told, 0u) << host.type;
  }
}

/// Each field of each PIF and PBD answered with null, or with another type.
TEST(Unreadable, NoFieldOfXapisMakesANicOrAnSrHarmless) {
  const auto text = SrHost{"nfs", R"({"server": "192.168.1.9"})"}.recording();
  const auto before = standing(probed_with_pool(text));
  std::size_t tried = 0;
  for (const char* records : {"PIF", "PBD", "SR"}) {
    const auto begin = text.find("=== xapi " + std::string(records) + ".");
    const auto end = text.find("\n=== ", begin);
    for (auto at = text.find("\": ", begin); at < end; at = text.find("\": ", at + 1)) {
      const auto value = at + 3;
      if (text[value] == '{') continue;
      const auto size = text.find_first_of(text[value] == '[' ? "]" : ",}", value) - value;
      for (const char* other : {"null", "7", "{}"}) {
        auto changed = text;
        changed.replace(value, size + (text[value] == '['), other);
        const auto snapshot = probed_with_pool(changed);
        const auto after = standing(snapshot);
        const auto suspects = sr_suspects(snapshot);
        ++tried;
        for (const auto& [what, functions] : before)
          for (const auto& address : functions) {
            const auto still = after.find(what);
            const bool stands = still != after.end() && still->second.contains(address);
            EXPECT_TRUE(stands || is_suspect(snapshot, suspects, what, address))
                << other << " at " << text.substr(at > 30 ? at - 30 : 0, 60) << " loses " << what;
          }
      }
    }
  }
  EXPECT_GT(tried, 60u);
}

}  // namespace
}  // namespace pci_passthrough
