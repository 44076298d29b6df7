#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

constexpr char scsi_id[] = "3600a0b80005ad1d7000009a44f8c2e31";

constexpr char by_id[] = "/dev/disk/by-id/scsi-3600605b0-part3";
/// What udev's links say of what the PBD names.
Snapshot with_names(Snapshot host, const char* word, std::vector<std::string> leads_to) {
  host.named_blocks[word] = std::move(leads_to);
  return host;
}

/// Where no active volume tells of an SR on the FC adapters, only its PBD does.
Snapshot without_volumes(Snapshot host) {
  std::erase_if(host.blocks, [](const auto& block) { return block.name == "dm-1"; });
  return host;
}

/// The volume of 'db', and where it lies.
Snapshot with_disk_of_db(Snapshot host, const char* sr = "sr") {
  host = with_names(with_sr(std::move(host), "/dev/sdc"), "/dev/sdc", {"/dev/sdc"});
  host = with_vm(std::move(host), "db", std::nullopt);
  host.pool->vms.at("ref-db").srs = {sr};
  return host;
}

Snapshot db_elsewhere(Snapshot host) {
  host = with_second_host(std::move(host));
  host.pool->vms.at("ref-db").power_state = "Running";
  host.pool->vms.at("ref-db").resident_on = "host-2";
  return host;
}

Snapshot with_unread_disks(Snapshot host) {
  host.pool->unreadable["VDI"] = "xapi timed out";
  return host;
}

std::vector<Case> disk_cases() {
  return {
      {"sr-vdi-of-other-vms",
       nas,
       [](Snapshot h) { return hiding(with_disk_of_db(h), "(0000:18:00.0)"); },
       found,
       "0000:18:00.0",
       {"0000:18:00.0", "carries disks of the VM 'db'. Once it is hidden, these disks"}},
      {"sr-vdi-of-other-vms",
       nas,
       [](Snapshot h) { return hiding(with_unread_disks(with_disk_of_db(h)), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"Unknown which VMs have disks behind 0000:18:00.0", "xapi timed out."}},
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) { return hiding(with_disk_of_db(h, "other"), "(0000:18:00.0)"); }),
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) { return hiding(db_elsewhere(with_disk_of_db(h)), "(0000:18:00.0)"); }),
      silent("sr-vdi-of-other-vms", nas,
             [](Snapshot h) {
               return hiding(with_unread_disks(with_disk_of_db(h)), "(0000:89:00.0)");
             }),
      of_vm("sr-vdi-of-other-vms-assigned",
            [](Snapshot h) { return with_disk_of_db(wants(h, "0/0000:18:00.0")); }, found,
            "0000:18:00.0", {"disks of the VM 'db'", "Starting the VM 'nas'"}),
      silent_of_vm("sr-vdi-of-other-vms-assigned",
                   [](Snapshot h) { return with_disk_of_db(wants(h, "0/0000:89:00.0")); }),
  };
}

std::vector<Case> controller_cases() {
  return {
      of_vm("sr-controller-assigned", [](Snapshot h) { return wants(h, "0/0000:5f:00.0"); }, found,
            "0000:5f:00.0", {"SR c41f7e0a", "Starting the VM 'nas'"}),
      of_vm("sr-controller-assigned",
            [](Snapshot h) { return with_sr(wants(h, "0/0000:18:00.0"), "/dev/disk/by-id/wwn-1"); },
            unknown, "0000:18:00.0",
            {"Unknown whether 0000:", "carries the disks of the SR 'scratch' (", "type lvm",
             "'/dev/disk/by-id/wwn-1' (device_config:device) leads to no block device."}),
      silent_of_vm("sr-controller-assigned",
                   [](Snapshot h) {
                     return with_names(with_sr(wants(h, "0/0000:18:00.0"), by_id), by_id,
                                       {"/dev/sda"});
                   }),
      of_vm("sr-controller-assigned",
            [](Snapshot h) {
              return with_names(with_sr(wants(h, "0/0000:18:00.0"), by_id), by_id, {"/dev/sdc"});
            },
            found, "0000:18:00.0", {sr_uuid, "SR 'scratch' (", "Starting the VM 'nas'"}),
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) {
         h = with_sr(with_names(h, "/dev/sda", {"/dev/sda"}), "/dev/sda,/dev/disk/by-path/p");
         return hiding(with_names(h, "/dev/disk/by-path/p", {"/dev/sdc"}), "(0000:18:00.0)");
       },
       found,
       "0000:18:00.0",
       {sr_uuid, "'scratch' (", "Once it is hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) { return hiding(with_pbd(h, "SCSIid", scsi_id), "(0000:04:00.1)"); },
       found,
       "0000:04:00.1",
       {sr_uuid, "'scratch' (", "Once it is hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) {
         h = with_names(with_pbd(h, "SCSIid", "360000"), "360000", {"/dev/sdb"});
         return hiding(h, "(0000:04:00.0)");
       },
       found,
       "0000:04:00.0",
       {sr_uuid, "'scratch' (", "Once it is hidden"}},
      {"sr-controller-hidden",
       fc_host,
       [](Snapshot h) {
         return hiding(with_pbd(without_volumes(h), "SCSIid", "360000"), "(0000:04:00.0)");
       },
       unknown,
       "0000:04:00.0",
       {"Unknown whether 0000:", "carries the disks of the SR 'scratch' (", "type lvmohba",
        "'360000' (device_config:SCSIid) leads to no block device."}},
      silent("sr-controller-hidden", fc_host,
             [](Snapshot h) {
               h = with_pbd(without_volumes(h), "SCSIid", "360000");
               return hiding(with_names(h, "360000", {"/dev/sda3"}), "(0000:04:00.0)");
             }),
      silent("sr-controller-hidden", fc_host,
             [](Snapshot h) {
               h = with_pbd(without_volumes(h), "target", "192.168.50.9");
               h.pool->pbds["pbd"].device_config["SCSIid"] = "360000";
               return hiding(h, "(0000:04:00.0)");
             }),
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) { return hiding(timed_out(h, "PBD"), "(0000:18:00.0)"); },
       unknown,
       "0000:18:00.0",
       {"of an SR: xapi timed out"}},
      silent("sr-controller-hidden", nas,
             [](Snapshot h) { return hiding(timed_out(h, "PBD"), "(0000:89:00.0)"); }),
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) {
         h = with_names(with_sr(h, "/dev/sdc", false), "/dev/sdc", {"/dev/sdc"});
         return hiding(h, "(0000:18:00.0)");
       },
       found,
       "0000:18:00.0",
       {"'scratch' (", "unplugged now; xapi plugs it again when it starts"},
       false,
       "",
       Severity::block,
       "xe sr-forget uuid=5d1b3c8a-0000-4000-8000-000000000001."},
      {"sr-controller-hidden",
       nas,
       [](Snapshot h) {
         h.unreadable["xapi"] = "xapi does not run here";
         return hiding(h, "(0000:18:00.0)");
       },
       unknown,
       "0000:18:00.0",
       {"Unknown whether 0000:18:00.0", "of an SR: xapi does not run here."},
       false,
       "",
       Severity::block,
       "start xapi (xe-toolstack-restart)"},

      advising(of_vm("dom0-holds-disks-of-assigned",
                     [](Snapshot h) { return wants(h, "0/0000:5f:00.0"); }, found, "0000:5f:00.0",
                     {"mount /run/sr-mount/c41f7e0a"}),
               Severity::error, "unassign vm=uuid-nas devices=0000:5f:00.0."),
      silent_of_vm("dom0-holds-disks-of-assigned",
                   [](Snapshot h) { return wants(h, "0/0000:18:00.0"); }),
  };
}

}  // namespace

std::vector<Case> repository_cases() {
  auto cases = controller_cases();
  std::ranges::copy(disk_cases(), std::back_inserter(cases));
  return cases;
}

}  // namespace pci_passthrough
