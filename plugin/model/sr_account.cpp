#include "plugin/model/sr_account.hpp"

#include <algorithm>
#include <array>

#include "plugin/model/sr_explanation.hpp"
#include "plugin/model/sr_words.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

void explain_nothing(SrExplanation&) {}

void explain_devices(SrExplanation& sr) {
  if (!explain_words(sr, {"device", "devices", "SCSIid"}))
    sr.lose("its PBD names no disk", true, false);
  explain_by_uuid(sr);
}

/// Over a NIC as well: FCoE, or a provider that is iSCSI.
void explain_shared_disks(SrExplanation& sr) {
  if (sr.word("provider") == "iscsi" || !sr.word("target").empty()) return explain_iscsi(sr);
  explain_devices(sr);
  sr.account.may_be_on_nics |= !sr.account.unknown.empty();
}

void explain_luns(SrExplanation& sr) {
  const auto& unreadable = sr.snapshot.pool->unreadable;
  const auto why = unreadable.find("VDI");
  if (why != unreadable.end()) return sr.lose("cannot read its VDIs: " + why->second, true, false);
  if (sr.sr.lun_ids.empty()) sr.lose("each of its VDIs is a LUN, and it has none", true, false);
  for (const auto& id : sr.sr.lun_ids)
    if (id.empty() || !explain_lun(sr, id))
      sr.lose(id.empty() ? "a VDI of it has no SCSIid" : "the SCSIid '" + id + "' leads to no disk",
              true, false);
}

void explain_udev(SrExplanation& sr) {
  const auto location = sr.word("location");
  if (location.starts_with("/dev/xapi/")) return;
  explain_links(sr, directory_of_location(location));
}

void explain_files(SrExplanation& sr) {
  const auto location = sr.word("location");
  explain_directory(sr, directory_of_location(location.empty() ? sr.word("file-uri") : location));
  if (const auto* mount = mount_of_sr(sr.snapshot, sr.sr.uuid)) sr.add(*mount);
}

void explain_iso(SrExplanation& sr) {
  const auto location = sr.word("location");
  if (location == "/opt/xensource/packages/iso") return;
  const bool is_a_directory = sr.word("legacy_mode") == "true";
  if (is_a_directory || !directory_of_location(location).empty()) return explain_files(sr);
  explain_servers(sr, {"location"});
}

void explain_share(SrExplanation& sr) {
  explain_servers(sr, {"server", "uri", "masterhost", "location", "backupservers"});
}

void explain_zfs(SrExplanation& sr) {
  if (!explain_words(sr, {"orig-device", "orig-vdev"}))
    sr.lose("a pool of ZFS does not tell its disks", true, false);
}

/// Its peers are reached over the PIFs that have an address: network_uses().
void explain_linstor(SrExplanation& sr) {
  const auto name = sr.word("group-name");
  const auto group = name.substr(0, name.find('/'));
  if (group.empty() || !explain_group(sr, group))
    sr.lose("no volume of its group '" + group + "' is active", true, true);
}

struct SrType {
  std::string_view type;
  void (*explain)(SrExplanation&);
};
constexpr std::array sr_types = {
    SrType{"dummy", explain_nothing},
    SrType{"shm", explain_nothing},
    SrType{"tmpfs", explain_nothing},
    SrType{"lvm", explain_devices},
    SrType{"ext", explain_devices},
    SrType{"ext4", explain_devices},
    SrType{"xfs", explain_devices},
    SrType{"largeblock", explain_devices},
    SrType{"ext4-ng", explain_devices},
    SrType{"raw-device", explain_devices},
    SrType{"lvmohba", explain_devices},
    SrType{"lvhdohba", explain_devices},
    SrType{"lvmofcoe", explain_shared_disks},
    SrType{"gfs2", explain_shared_disks},
    SrType{"hba", explain_luns},
    SrType{"rawhba", explain_luns},
    SrType{"udev", explain_udev},
    SrType{"file", explain_files},
    SrType{"filebased", explain_files},
    SrType{"iso", explain_iso},
    SrType{"zfs", explain_zfs},
    SrType{"zfs-vol", explain_zfs},
    SrType{"linstor", explain_linstor},
    SrType{"nfs", explain_share},
    SrType{"nfs-ng", explain_share},
    SrType{"smb", explain_share},
    SrType{"cifs", explain_share},
    SrType{"glusterfs", explain_share},
    SrType{"cephfs", explain_share},
    SrType{"moosefs", explain_share},
    SrType{"lvmoiscsi", explain_iscsi},
    SrType{"lvhdoiscsi", explain_iscsi},
    SrType{"iscsi", explain_iscsi},
};

void explain(SrExplanation& sr, bool is_told) {
  if (!is_told) return sr.lose("xapi does not tell of it", true, true);
  if (sr.sr.is_tools) return;
  if (!sr.pbd.config_is_told) sr.lose("PBD.device_config cannot be read", true, true);
  if (sr.sr.uuid.empty()) sr.lose("its uuid cannot be read", true, true);
  const auto type = std::ranges::find(sr_types, sr.sr.type, &SrType::type);
  if (type != sr_types.end()) return type->explain(sr);
  explain_by_uuid(sr);
  sr.lose(sr.sr.type.empty() ? "its type cannot be read"
                             : "what an SR of type '" + sr.sr.type + "' rests on is not known",
          true, true);
}

SrAccount account_of(const Snapshot& snapshot, const Storage& storage, const PbdRecord& pbd) {
  const auto& srs = snapshot.pool->srs;
  const auto found = srs.find(pbd.sr);
  const SrRecord& sr = found == srs.end() ? SrRecord{} : found->second;
  SrAccount account{.uuid = sr.uuid,
                    .name = sr.name,
                    .type = sr.type,
                    .plugged_now = pbd.attached,
                    .functions = {},
                    .disks = {},
                    .servers = {},
                    .unknown = {},
                    .evidence = "/var/lib/xcp/xapi: SR " + sr.uuid};
  SrExplanation explanation{snapshot, storage, pbd, sr, account};
  explain(explanation, found != srs.end());
  return account;
}

}  // namespace

std::vector<SrAccount> sr_accounts(const Snapshot& snapshot) {
  std::vector<SrAccount> accounts;
  if (!snapshot.pool || snapshot.pool->this_host.empty()) return accounts;
  const Storage storage(snapshot);
  for (const auto& [ref, pbd] : snapshot.pool->pbds)
    if (pbd.host == snapshot.pool->this_host || pbd.host.empty())
      accounts.push_back(account_of(snapshot, storage, pbd));
  return accounts;
}

}  // namespace pci_passthrough
