#include "plugin/model/sr_account.hpp"

#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/support/sr_host.hpp"

namespace pci_passthrough {
namespace {

const char *const nvme = "0000:03:00.0", *const sata = "0000:00:1f.2", *const nic = "0000:00:19.0",
                  *const unplugged_nic = "0000:06:00.0", *const gpu = "0000:01:00.0";
const std::string uuid = SrHost::uuid, by_id = "/dev/disk/by-id/nvme-X",
                  nvme_link = link_to("/dev/disk/by-id/nvme-X", "../../nvme0n1"),
                  scsi_link = link_to("/dev/disk/by-scsid/3600/nvme0n1", "../../../nvme0n1"),
                  group = "VG_XenStorage--7d1f2c34--9a60--4be1--8c57--2f0e6d91b3a8-";
const std::string mount_point = "/run/sr-mount/" + uuid;

std::string mounted(const std::string& at, const std::string& type, const std::string& source,
                    const std::string& options = "rw", const std::string& number = "0:60") {
  return "91 23 " + number + " / " + at + " rw shared:41 - " + type + " " + source + " " + options +
         "\n";
}

std::string config(const std::string& key, const std::string& value) {
  return "{\"" + key + "\": \"" + value + "\"}";
}

struct Row {
  std::string what;
  SrHost host;
  std::string disks;    ///< addresses found, of the disks' functions without bridges
  std::string servers;  ///< "192.168.1.9"; "!" before one that cannot be routed
  std::string unknown;  ///< stands in it; "" explained
  std::string may;      ///< "d" disks, "n" NICs
};

bool may_carry(const Snapshot& snapshot, const SrAccount& account, const Function& function) {
  const auto suspects = sr_suspects(snapshot);
  return suspects.may_carry_disks_of(account, function) || suspects.may_lead_to(account, function);
}

SrAccount account_of_sr(const Snapshot& snapshot) {
  for (auto& account : sr_accounts(snapshot))
    if (account.evidence.starts_with("/var/lib/xcp/xapi: SR " + uuid) || account.uuid.empty())
      return account;
  ADD_FAILURE() << "no account";
  return {};
}

std::vector<Row> rows_of_local_disks() {
  const std::string both = by_id + ",/dev/disk/by-id/gone";
  return {
      {"two disks of a list",
       {"lvm", config("device", "/dev/sda3," + by_id), nvme_link},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"unplugged",
       {"lvm", config("device", by_id), nvme_link, "", "false"},
       "03:00.0",
       "",
       "",
       ""},
      {"nobody says whether plugged",
       {"lvm", config("device", by_id), nvme_link, "", "null"},
       "03:00.0",
       "",
       "",
       ""},
      {"one of two links is not there",
       {"lvm", config("device", both), nvme_link},
       "03:00.0",
       "",
       "'/dev/disk/by-id/gone' (device_config:device) leads to no block device",
       "d"},
      {"a link that cannot be read",
       {"lvm", config("device", by_id), "=== " + by_id + " error=EACCES\n"},
       "",
       "",
       "leads to no block device",
       "d"},
      {"no word at all, its volumes alone",
       {"lvm", "{}", mapped("dm-9", group + "VHD--1", "nvme0n1")},
       "03:00.0",
       "",
       "names no disk",
       "d"},
      {"the volumes say more than the word",
       {"lvm", config("device", "/dev/sda3"), mapped("dm-9", group + "VHD--1", "nvme0n1")},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"a volume whose name cannot be read",
       {"lvm", config("device", "/dev/sda3"),
        virtual_disk("dm-9") + "=== /sys/devices/virtual/block/dm-9/dm/name error=EACCES\n"},
       "00:1f.2",
       "",
       "dm-9/dm/name",
       "d"},
      {"a word that is null", {"lvm", R"({"device": null})"}, "", "", "device_config", "dn"},
      {"no device_config", {"lvm", "null"}, "", "", "device_config", "dn"},
      {"a zvol beneath",
       {"lvm", config("device", "/dev/zd0"), virtual_disk("zd0")},
       "",
       "",
       "cannot follow zd0",
       "d"},
      {"rbd beneath",
       {"lvm", config("device", "/dev/rbd/p/i"),
        virtual_disk("rbd0") + link_to("/dev/rbd/p/i", "../../rbd0")},
       "",
       "",
       "cannot follow rbd0",
       "dn"},
      {"drbd beneath",
       {"ext", config("device", "/dev/drbd0"), virtual_disk("drbd0")},
       "",
       "",
       "cannot follow drbd0",
       "dn"},
      {"ext, mounted",
       {"ext", config("device", by_id), nvme_link,
        mounted(mount_point, "ext4", "/dev/mapper/x", "rw", "259:0")},
       "03:00.0",
       "",
       "",
       ""},
      {"largeblock, through a loop device",
       {"largeblock", config("device", "/dev/nvme0n1.512"),
        virtual_disk("loop0") + link_to("/dev/nvme0n1.512", "loop0") +
            "=== /sys/devices/virtual/block/loop0/loop/backing_file\n/dev/nvme0n1\n"},
       "03:00.0",
       "",
       "",
       ""},
      {"a loop device that does not tell",
       {"largeblock", config("device", "/dev/loop0"), virtual_disk("loop0")},
       "",
       "",
       "cannot follow loop0",
       "d"},
      {"ext4-ng names it by scheme",
       {"ext4-ng", config("device", "file:///dev/nvme0n1")},
       "03:00.0",
       "",
       "",
       ""},
      {"raw-device",
       {"raw-device", R"({"file-uri": "file:///srv/meta", "devices": "/dev/sda3,/dev/nvme0n1"})"},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"by a SCSI id", {"lvmohba", config("SCSIid", "3600"), scsi_link}, "03:00.0", "", "", ""},
      {"a SCSI id that is not there", {"lvmohba", config("SCSIid", "3700")}, "", "", "'3700'", "d"},
      {"a SCSI id whose directory cannot be read",
       {"lvmohba", config("SCSIid", "3600"), "=== /dev/disk/by-scsid/3600 error=EACCES\n"},
       "",
       "",
       "'3600'",
       "d"},
      {"FCoE that is not there", {"lvmofcoe", config("SCSIid", "3700")}, "", "", "'3700'", "dn"},
      {"GFS2 on an HBA",
       {"gfs2", R"({"provider": "hba", "SCSIid": "3600"})", scsi_link},
       "03:00.0",
       "",
       "",
       ""},
      {"GFS2 by iSCSI",
       {"gfs2", R"({"provider": "iscsi", "SCSIid": "3600", "target": "192.168.1.9"})", scsi_link},
       "03:00.0",
       "192.168.1.9",
       "",
       ""},
      {"zfs-vol, its disks",
       {"zfs-vol", config("orig-device", "/dev/nvme0n1")},
       "03:00.0",
       "",
       "",
       ""},
      {"zfs-vol, a mirror",
       {"zfs-vol", config("orig-vdev", "mirror /dev/sda /dev/nvme0n1")},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"zfs-vol, a pool by name", {"zfs-vol", config("zpool", "tank")}, "", "", "ZFS", "d"},
      {"zfs",
       {"zfs", config("location", "/tank"), "", mounted("/tank", "zfs", "tank")},
       "",
       "",
       "ZFS",
       "d"},
      {"linstor",
       {"linstor", config("group-name", "lin_group/thin"),
        mapped("dm-9", "lin_group-thin_tdata", "nvme0n1") +
            mapped("dm-8", "lin_group-other", "sda6")},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"linstor without disks here",
       {"linstor", config("group-name", "lin_group/thin")},
       "",
       "",
       "'lin_group'",
       "dn"},
      {"linstor, a volume whose slaves cannot be read",
       {"linstor", config("group-name", "lin_group"),
        mapped("dm-9", "lin_group-a", "nvme0n1") + virtual_disk("dm-8") +
            "=== /sys/devices/virtual/block/dm-8/dm/name error=EIO\n"},
       "03:00.0",
       "",
       "dm-8/dm/name",
       "d"},
  };
}

std::vector<Row> rows_of_luns_and_links() {
  const auto lun = [](const std::string& id) {
    return R"({"v": {"SR": "x-sr", "VBDs": [], "sm_config": {"SCSIid": ")" + id + R"("}}})";
  };
  const std::string none = R"({"v": {"SR": "x-sr", "VBDs": []}})";
  return {
      {"hba, a LUN", {"hba", "{}", scsi_link, "", "true", "", lun("3600")}, "03:00.0", "", "", ""},
      {"hba without VDIs", {"hba", config("type", "FC")}, "", "", "has none", "d"},
      {"hba, a VDI without id",
       {"rawhba", "{}", "", "", "true", "", none},
       "",
       "",
       "no SCSIid",
       "d"},
      {"hba, an id that leads nowhere",
       {"hba", "{}", "", "", "true", "", lun("3900")},
       "",
       "",
       "'3900'",
       "d"},
      {"hba, VDIs that are null",
       {"hba", "{}", "", "", "true", "", "null"},
       "",
       "",
       "its VDIs",
       "d"},
      {"udev of the platform", {"udev", config("location", "/dev/xapi/block")}, "", "", "", ""},
      {"udev, links in a directory",
       {"udev", config("location", "/srv/disks"), nvme_link + link_to("/srv/disks/d1", by_id)},
       "03:00.0",
       "",
       "",
       ""},
      {"udev, a link among them that leads nowhere",
       {"udev", config("location", "/srv/disks"),
        link_to("/srv/disks/d1", "/dev/nvme0n1") + link_to("/srv/disks/d2", "/dev/gone")},
       "03:00.0",
       "",
       "/dev/gone",
       "d"},
      {"udev, a directory behind a link",
       {"udev", config("location", "/nas"),
        link_to("/nas", "srv/disks") + link_to("/srv/disks/d1", "/dev/nvme0n1")},
       "03:00.0",
       "",
       "",
       ""},
      {"udev, a directory that cannot be read",
       {"udev", config("location", "/srv/disks"), "=== /srv/disks error=EACCES\n"},
       "",
       "",
       "/srv/disks",
       "d"},
      {"udev without location", {"udev", "{}"}, "", "", "links", "d"},
      {"in memory", {"shm", config("location", "/dev/shm/x")}, "", "", "", ""},
      {"dummy", {"dummy", "{}"}, "", "", "", ""},
      {"tools by the record",
       {"iso", config("location", "nas:/tools"), "", "", "true", ", \"is_tools_sr\": true"},
       "",
       "",
       "",
       ""},
      {"tools by the older mark",
       {"iso", config("location", "nas:/tools"), "", "", "true",
        ", \"other_config\": {\"xenserver_tools_sr\": \"true\"}"},
       "",
       "",
       "",
       ""},
      {"tools by their place",
       {"iso", R"({"location": "/opt/xensource/packages/iso", "legacy_mode": "true"})"},
       "",
       "",
       "",
       ""},
  };
}

std::vector<Row> rows_of_directories() {
  const auto on_nvme = mounted("/mnt/data", "ext4", "/dev/nvme0n1", "rw", "259:0");
  return {
      {"a directory on dom0's own disk",
       {"file", config("location", "/isos")},
       "00:1f.2",
       "",
       "",
       ""},
      {"a directory on another disk",
       {"file", config("location", "/mnt/data"), "", on_nvme},
       "03:00.0",
       "",
       "",
       ""},
      {"below it",
       {"file", config("location", "/mnt/data/a/b"), "", on_nvme},
       "03:00.0",
       "",
       "",
       ""},
      {"beside it",
       {"file", config("location", "/mnt/database"), "", on_nvme},
       "00:1f.2",
       "",
       "",
       ""},
      {"behind a link",
       {"file", config("location", "/isos"), link_to("/isos", "mnt/data/isos"), on_nvme},
       "03:00.0",
       "",
       "",
       ""},
      {"a link that cannot be read",
       {"file", config("location", "/isos/x"), "=== /isos error=EACCES\n", on_nvme},
       "",
       "",
       "'/isos/x'",
       "dn"},
      {"a bind mount, by its number",
       {"file", config("location", "/isos"), "",
        mounted(mount_point, "ext4", "/dev/root", "rw", "259:0")},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"mounted at the next boot alone",
       {"file", config("location", "/mnt/data"),
        "=== /etc/fstab\n/dev/nvme0n1 /mnt/data ext4 defaults 0 2\n"},
       "00:1f.2 03:00.0",
       "",
       "",
       ""},
      {"btrfs",
       {"file", config("location", "/mnt/data"), "", mounted("/mnt/data", "btrfs", "/dev/nvme0n1")},
       "03:00.0",
       "",
       "may lie on more disks",
       "d"},
      {"zfs",
       {"file", config("location", "/tank"), "", mounted("/tank", "zfs", "tank/a")},
       "",
       "",
       "tank/a",
       "d"},
      {"FUSE",
       {"file", config("location", "/f"), "", mounted("/f", "fuse.mergerfs", "a:b")},
       "",
       "",
       "mergerfs",
       "dn"},
      {"NFS beneath",
       {"file", config("location", "/n"), "",
        mounted("/n", "nfs4", "nas:/x", "rw,clientaddr=10.0.0.1,addr=192.168.1.9")},
       "",
       "192.168.1.9",
       "",
       ""},
      {"a library in a directory",
       {"iso", R"({"location": "/mnt/data", "legacy_mode": "true"})", "", on_nvme},
       "03:00.0",
       "",
       "",
       ""},
      {"filebased by scheme",
       {"filebased", config("file-uri", "file:///mnt/data/x"), "", on_nvme},
       "03:00.0",
       "",
       "",
       ""},
      {"no location", {"file", "{}"}, "", "", "directory", "dn"},
  };
}

std::vector<Row> rows_of_servers() {
  const auto nfs = mounted(mount_point, "nfs4", "nas.lan:/x", "rw,addr=192.168.1.9");
  const auto by_address = [](const std::string& type, const std::string& key,
                             const std::string& value) {
    return Row{type + " " + value, {type, config(key, value)}, "", "192.168.1.9", "", ""};
  };
  return {
      by_address("nfs", "server", "192.168.1.9"),
      by_address("nfs-ng", "uri", "nfs://192.168.1.9/srv/x"),
      by_address("smb", "server", "//192.168.1.9/share"),
      by_address("smb", "server", R"(\\\\192.168.1.9\\share)"),
      by_address("cifs", "server", "//192.168.1.9/share"),
      by_address("glusterfs", "server", "192.168.1.9:/vol"),
      by_address("cephfs", "server", "192.168.1.9:6789"),
      by_address("moosefs", "masterhost", "192.168.1.9"),
      by_address("iso", "location", "192.168.1.9:/isos"),
      by_address("iso", "location", "//192.168.1.9/isos"),
      by_address("iscsi", "target", "192.168.1.9:3260"),
      by_address("lvmoiscsi", "multiSession", "192.168.1.9,3260,iqn.x|"),
      by_address("lvmoiscsi", "multihomelist", "192.168.1.9:3260"),
      {"a name, by the address of its mount",
       {"nfs", config("server", "nas.lan"), "", nfs},
       "",
       "192.168.1.9",
       "",
       ""},
      {"a name, by another mount of the same server",
       {"nfs", config("server", "nas.lan"), "",
        mounted("/n", "nfs", "nas.lan:/y", "addr=192.168.1.9")},
       "",
       "192.168.1.9",
       "",
       ""},
      {"a name, and no mount",
       {"nfs", config("server", "nas.lan")},
       "",
       "!nas.lan",
       "nas.lan",
       "n"},
      {"IPv6", {"nfs", config("server", "[fd00::5]")}, "", "!fd00::5", "fd00::5", "n"},
      {"one of two monitors by name",
       {"cephfs", config("server", "192.168.1.9,mon2")},
       "",
       "192.168.1.9 !mon2",
       "mon2",
       "n"},
      {"no server named", {"nfs", "{}"}, "", "", "names no server", "n"},
      {"no target named", {"lvmoiscsi", "{}"}, "", "", "names no target", "n"},
      {"a target by name, logged in through an adapter",
       {"lvmoiscsi", R"({"target": "san.lan", "SCSIid": "3600"})", scsi_link},
       "03:00.0",
       "san.lan",
       "",
       ""},
      {"a target by name, not logged in",
       {"lvmoiscsi", config("target", "san.lan")},
       "",
       "!san.lan",
       "san.lan",
       "n"},
      {"two portals",
       {"lvmoiscsi", config("target", "192.168.1.9,192.168.1.10")},
       "",
       "192.168.1.9 192.168.1.10",
       "",
       ""},
      {"no routing table",
       {"nfs", config("server", "192.168.1.9"), "", ""},
       "",
       "192.168.1.9",
       "",
       ""},
      {"a type that nobody knows", {"weka", config("host", "1.2.3.4")}, "", "", "'weka'", "dn"},
      {"such a one, mounted",
       {"weka", "{}", "", mounted(mount_point, "ext4", "/dev/nvme0n1", "rw", "259:0")},
       "03:00.0",
       "",
       "'weka'",
       "dn"},
      {"no type", {"", "{}"}, "", "", "type cannot be read", "dn"},
  };
}

std::string endpoints(const Snapshot& snapshot, const SrAccount& account) {
  std::vector<std::string> texts;
  for (const auto& address : account.functions)
    if (const auto* function = snapshot.find(address); function && !function->is_bridge())
      texts.push_back(address.text().substr(5));
  return joined(texts, " ");
}

std::string servers_of(const SrAccount& account) {
  std::vector<std::string> texts;
  for (const auto& [name, route] : account.servers)
    texts.push_back((route.unknown.empty() ? "" : "!") + name);
  return joined(texts, " ");
}

void expect_row(const Row& row) {
  SCOPED_TRACE(row.what + ": " + row.host.type + " " + row.host.device_config);
  const auto snapshot = probed_with_pool(row.host.recording());
  ASSERT_TRUE(snapshot.pool);
  const auto account = account_of_sr(snapshot);
  EXPECT_EQ(account.type, row.host.type);
  EXPECT_EQ(account.plugged_now, row.host.attached == "null"
                                     ? std::nullopt
                                     : std::optional(row.host.attached == "true"));
  EXPECT_EQ(endpoints(snapshot, account), row.disks);
  EXPECT_EQ(servers_of(account), row.servers);
  EXPECT_EQ(account.unknown.empty(), row.unknown.empty()) << account.unknown;
  EXPECT_NE(account.unknown.find(row.unknown), std::string::npos) << account.unknown;
  const auto may = [&](const char* address) {
    return may_carry(snapshot, account, *snapshot.find(at(address)));
  };
  const bool disks = row.may.find('d') != std::string::npos,
             nics = row.may.find('n') != std::string::npos;
  for (const char* address : {nvme, sata}) EXPECT_EQ(may(address), disks) << address;
  EXPECT_EQ(may(nic), nics);
  EXPECT_FALSE(may(unplugged_nic));
  EXPECT_FALSE(may(gpu));
  EXPECT_FALSE(may("0000:01:00.1")) << "sound";
}

TEST(SrAccount, OfLocalDisks) {
  for (const auto& row : rows_of_local_disks()) expect_row(row);
}
TEST(SrAccount, OfLunsLinksAndNothing) {
  for (const auto& row : rows_of_luns_and_links()) expect_row(row);
}
TEST(SrAccount, OfDirectories) {
  for (const auto& row : rows_of_directories()) expect_row(row);
}
TEST(SrAccount, OfServers) {
  for (const auto& row : rows_of_servers()) expect_row(row);
}

TEST(SrAccount, AServerIsReachedOverItsNic) {
  const SrHost host{"nfs", config("server", "192.168.1.9")};
  const auto account = account_of_sr(probed_with_pool(host.recording()));
  ASSERT_EQ(account.servers.size(), 1u);
  EXPECT_EQ(account.servers[0].route.functions, all_at({nic}));
}

TEST(SrAccount, WithoutTheRecordOfItsSrItIsUnknown) {
  auto snapshot = probed_with_pool(SrHost{"nfs", config("server", "192.168.1.9")}.recording());
  snapshot.pool->srs.erase("x-sr");
  for (const auto& account : sr_accounts(snapshot))
    if (account.uuid.empty()) {
      EXPECT_TRUE(account.may_be_on_disks && account.may_be_on_nics);
      EXPECT_NE(account.unknown, "");
      return;
    }
  ADD_FAILURE() << "the PBD is lost";
}

TEST(SrAccount, ASilentXapiIsUnknownAndOneThatWasNotAskedIsNot) {
  EXPECT_NE(why_srs_are_untold(probed_with_pool("pci-passthrough recording 1\n")), "");
  EXPECT_EQ(why_srs_are_untold(probed("pci-passthrough recording 1\n")), "");
  EXPECT_NE(why_networks_are_untold(probed_with_pool("pci-passthrough recording 1\n")), "");
  for (const char* records : {"PBD", "SR", "PIF"}) {
    const auto text = SrHost{"dummy", "{}"}.recording();
    const auto head = "=== xapi " + std::string(records) + ".get_all_records\n";
    const auto begin = text.find(head) + head.size();
    for (const char* answer : {"null\n", "[]\n", "{\"x\": null}\n", "\"\"\n"}) {
      auto changed = text;
      changed.replace(begin, changed.find("\n=== ", begin) + 1 - begin, answer);
      const auto snapshot = probed_with_pool(changed);
      EXPECT_TRUE(snapshot.pool.value().unreadable.contains(records)) << records << ' ' << answer;
      const auto why = std::string(records) == "PIF" ? why_networks_are_untold(snapshot)
                                                     : why_srs_are_untold(snapshot);
      EXPECT_NE(why, "") << records << ' ' << answer;
    }
  }
}

/// A controller that pciback holds carries no disk of an SR that is plugged.
TEST(SrAccount, WhatIsHiddenNowCarriesNoPluggedSr) {
  auto snapshot = probed_with_pool(SrHost{"weka", "{}"}.recording());
  auto account = account_of_sr(snapshot);
  auto& function = function_of(snapshot, nvme);
  EXPECT_TRUE(may_carry(snapshot, account, function));
  function.driver = "pciback";
  EXPECT_FALSE(may_carry(snapshot, account, function));
  account.plugged_now = false;
  EXPECT_TRUE(may_carry(snapshot, account, function)) << "the next start plugs it again";
}

TEST(SrAccount, ABridgeMayCarryWhatIsBehindItAndUsbWhatHasADisk) {
  auto snapshot = probed_with_pool(SrHost{"weka", "{}"}.recording());
  const auto account = account_of_sr(snapshot);
  const auto may = [&](const char* address) {
    return may_carry(snapshot, account, *snapshot.find(at(address)));
  };
  EXPECT_TRUE(may("00:1c.0"));
  EXPECT_FALSE(may("00:14.0"));
  snapshot.blocks.push_back({"sdz", "65:0", "", "", all_at({"00:14.0"}), true, {}});
  EXPECT_TRUE(may("00:14.0"));
  function_of(snapshot, gpu).driver = "";
  EXPECT_FALSE(may(gpu));
  function_of(snapshot, gpu).class_code.reset();
  EXPECT_TRUE(may(gpu)) << "it may be anything";
}

}  // namespace
}  // namespace pci_passthrough
