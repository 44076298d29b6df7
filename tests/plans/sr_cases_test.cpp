#include <gtest/gtest.h>

#include "tests/support/sr_host.hpp"

namespace pci_passthrough {
namespace {

const char *const nvme = "0000:03:00.0", *const nic = "0000:00:19.0", *const gpu = "0000:01:00.0",
                  *const usb = "0000:07:00.0";
constexpr char of_disks[] = "sr-controller-hidden", of_nics[] = "storage-nic-hidden";

/// All that these checks rest on; to ask xl is a process each time.
constexpr ProbeScope sr_facts = ProbeScope::functions | ProbeScope::names | ProbeScope::usage |
                                ProbeScope::boot | ProbeScope::pool;

/// With its boot file, and no rule yet.
Snapshot host_with(const SrHost& host) {
  const ScratchRoot root(host.recording());
  Host read(root.path());
  return with_arguments(probe(read, sr_facts), "xe", "");
}

/// The same of an SR that has nothing but a record: unpacked once, read anew.
Snapshot host_with_record(const SrHost& host) {
  static const ScratchRoot root(SrHost{"lvm", "{}"}.recording());
  const auto recording = host.recording();
  for (const std::string method : {"PBD.get_all_records", "SR.get_all_records"}) {
    const auto begin = recording.find('\n', recording.find("=== xapi " + method + "\n")) + 1;
    std::ofstream(root.path() + std::string(recorded_xapi) + method)
        << recording.substr(begin, recording.find("\n=== ", begin) - begin);
  }
  Host read(root.path());
  return with_arguments(probe(read, sr_facts), "xe", "");
}

std::vector<Finding> refusals(const Analysis& host, const std::vector<std::string>& devices,
                              const std::string& code, std::vector<Acceptance> accepted = {}) {
  auto decision = hide_devices(host, all_at(devices), Entries::that_boot, {remote, accepted});
  std::erase_if(decision.refusals, [&](const Finding& one) { return one.code != code; });
  return decision.refusals;
}

std::string config(const std::string& key, const std::string& value) {
  return "{\"" + key + "\": \"" + value + "\"}";
}

struct SrCase {
  const char* name;
  SrHost host;
  const char *device, *code;
  std::optional<FindingState> state;  ///< nothing: silent
  std::string words = "";
};

std::vector<SrCase> sr_cases() {
  using enum FindingState;
  const std::string group = "VG_XenStorage--7d1f2c34--9a60--4be1--8c57--2f0e6d91b3a8-",
                    mounted = "91 23 0:60 / /run/sr-mount/" + std::string(SrHost::uuid) + " rw - ";
  const std::string on_nvme = "91 23 259:0 / /mnt/data rw - ext4 /dev/nvme0n1 rw\n";
  return {
      {"two PVs, in this order",
       {"lvm", config("device", "/dev/sda3,/dev/nvme0n1"), mapped("dm-9", group + "a", "sda3")},
       nvme,
       of_disks,
       found,
       "'big' (7d1f2c34-9a60-4be1-8c57-2f0e6d91b3a8, type lvm)"},
      {"XOSTOR",
       {"linstor", config("group-name", "lin/thin"), mapped("dm-9", "lin-thin_tdata", "nvme0n1")},
       nvme,
       of_disks,
       found},
      {"a LUN per VDI", {"hba", "{}"}, nvme, of_disks, unknown, "type hba"},
      {"ZFS's volumes", {"zfs-vol", config("orig-device", "/dev/nvme0n1")}, nvme, of_disks, found},
      {"ZFS", {"zfs", config("location", "/tank")}, nvme, of_disks, unknown, "type zfs"},
      {"unplugged now",
       {"lvm", config("device", "/dev/nvme0n1"), "", "", "false"},
       nvme,
       of_disks,
       found,
       "xapi plugs it again"},
      {"the platform's own",
       {"udev", config("location", "/dev/xapi/block")},
       nvme,
       of_disks,
       std::nullopt},
      {"the platform's tools",
       {"iso", R"({"location": "/opt/xensource/packages/iso", "legacy_mode": "true"})"},
       nvme,
       of_disks,
       std::nullopt},
      {"links in a directory",
       {"udev", config("location", "/srv/disks"), link_to("/srv/disks/1", "/dev/nvme0n1")},
       nvme,
       of_disks,
       found},
      {"a directory on a mount",
       {"file", config("location", "/mnt/data"), "", on_nvme},
       nvme,
       of_disks,
       found},
      {"GlusterFS, a server behind it",
       {"glusterfs", config("backupservers", "192.168.1.9:192.168.1.10")},
       nic,
       of_nics,
       found,
       "192.168.1.9 of the SR 'big'"},
      {"MooseFS", {"moosefs", config("masterhost", "192.168.1.9")}, nic, of_nics, found},
      {"a server by name, and its mount",
       {"nfs", config("server", "nas.lan"), "", mounted + "nfs4 nas.lan:/x addr=192.168.1.9\n"},
       nic,
       of_nics,
       found,
       "192.168.1.9 of the SR 'big'"},
      {"a server by name, and no mount",
       {"nfs", config("server", "nas.lan")},
       nic,
       of_nics,
       unknown,
       "type nfs"},
      {"a type that nobody knows", {"weka", "{}"}, nvme, of_disks, unknown, "type weka"},
      {"the same, over a NIC", {"weka", "{}"}, nic, of_nics, unknown, "type weka"},
      {"a layer that ends outside PCI",
       {"lvm", config("device", "/dev/zd0"), virtual_disk("zd0")},
       nvme,
       of_disks,
       unknown,
       "cannot follow zd0"},
  };
}

TEST(SrCases, EachIsRefusedOrSilent) {
  for (const auto& one : sr_cases()) {
    const Analysis host = host_with(one.host);
    const auto refused = refusals(host, {one.device}, one.code);
    ASSERT_EQ(!refused.empty(), one.state.has_value()) << one.name;
    if (!one.state) continue;
    EXPECT_EQ(refused[0].state, *one.state) << one.name << ": " << refused[0].message;
    EXPECT_NE(refused[0].message.find(one.words), std::string::npos)
        << one.name << ": " << refused[0].message;
    EXPECT_EQ(refused[0].remedy.sentence.find("pbd-unplug"), std::string::npos) << one.name;
    if (one.code == of_disks)
      EXPECT_NE(refused[0].remedy.sentence.find("xe sr-forget uuid="), std::string::npos);
    EXPECT_TRUE(refusals(host, {one.device}, one.code, {{one.code, at(one.device)}}).empty())
        << one.name << ": accepted by name";
  }
}

constexpr std::string_view local_types[] = {
    "lvm",     "ext",      "ext4",     "xfs",       "largeblock", "ext4-ng",  "raw-device",
    "lvmohba", "lvhdohba", "lvmofcoe", "gfs2",      "hba",        "rawhba",   "udev",
    "file",    "zfs",      "zfs-vol",  "filebased", "linstor",    "nobody's", ""};
constexpr std::string_view network_types[] = {
    "nfs",       "nfs-ng",     "smb",   "cifs", "glusterfs", "cephfs", "moosefs",
    "lvmoiscsi", "lvhdoiscsi", "iscsi", "iso",  "nobody's",  ""};
/// What a PBD may say that leads nowhere.
const std::string nothing_told[] = {"null", "7", "{}", R"({"device": null, "server": null})",
                                    R"({"location": {}, "SCSIid": 7, "target": []})"};

/// Nothing explains it, so every function that it may rest on is refused, and no other.
void expect_suspects(const SrHost& sr, const char* device, const char* code) {
  const Analysis host = host_with_record(sr);
  const auto about = sr.type + " " + sr.device_config;
  const auto refused = refusals(host, {device}, code);
  ASSERT_FALSE(refused.empty()) << about;
  EXPECT_EQ(refused[0].state, FindingState::unknown) << about;
  EXPECT_NE(refused[0].message.find(SrHost::uuid), std::string::npos) << refused[0].message;
  EXPECT_NE(refused[0].message.find(sr.type.empty() ? "type unknown" : "type " + sr.type),
            std::string::npos)
      << refused[0].message;
  for (const auto& other :
       hide_devices(host, all_at({gpu, usb}), Entries::that_boot, {remote}).refusals)
    EXPECT_TRUE(other.code != of_disks && other.code != of_nics) << about << other.message;
}

TEST(SrCases, WhatNoPbdTellsRefuses) {
  std::size_t next = 0;  // each type with one of these, the next type with the next
  const auto told = [&] { return nothing_told[next++ % std::size(nothing_told)]; };
  for (const auto type : local_types) expect_suspects({std::string(type), told()}, nvme, of_disks);
  for (const auto type : network_types) expect_suspects({std::string(type), told()}, nic, of_nics);
  for (const auto& one : nothing_told) expect_suspects({"lvm", one}, nvme, of_disks);
  for (const auto& one : nothing_told) expect_suspects({"nfs", one}, nic, of_nics);
}

/// Each class of xapi's records as something else than records, and no xapi at all.
TEST(SrCases, WhatXapiDoesNotTellRefuses) {
  const auto text = SrHost{"dummy", "{}"}.recording();
  std::vector<std::string> silent;
  for (const char* records : {"PBD", "SR"}) {
    const auto begin = text.find("=== xapi " + std::string(records) + ".get_all_records\n") +
                       std::string("=== xapi .get_all_records\n").size() +
                       std::string(records).size();
    for (const char* answer : {"null\n", "[]\n", "\"\"\n", "{\"x\": null}\n", "not JSON\n"}) {
      silent.push_back(text);
      silent.back().replace(begin, text.find("\n=== ", begin) + 1 - begin, answer);
    }
  }
  silent.push_back(text.substr(0, text.find("=== xapi ")));
  for (const auto& recording : silent) {
    const ScratchRoot root(recording);
    Host read(root.path());
    const Analysis host = with_arguments(probe(read, sr_facts), "xe", "");
    for (const auto& [device, code] : {std::pair(nvme, of_disks), std::pair(nic, of_nics)}) {
      const auto refused = refusals(host, {device}, code);
      ASSERT_FALSE(refused.empty()) << code;
      EXPECT_EQ(refused[0].state, FindingState::unknown);
    }
    for (const char* code : {of_disks, of_nics}) EXPECT_TRUE(refusals(host, {gpu}, code).empty());
  }
}

}  // namespace
}  // namespace pci_passthrough
