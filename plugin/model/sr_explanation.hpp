#pragma once

#include "plugin/model/sr_account.hpp"
#include "plugin/model/storage.hpp"

namespace pci_passthrough {

/// The account of one SR while it is made.
struct SrExplanation {
  const Snapshot& snapshot;
  const Storage& storage;
  const PbdRecord& pbd;
  const SrRecord& sr;
  SrAccount& account;

  /// A key of device_config; "" none.
  std::string word(const std::string& key) const;
  void add(const BlockDevice& block, const std::string& evidence);
  void add(const BackingDevices& found, const std::string& evidence);
  void add(const Mount& mount);            ///< of a server: the server
  void cite(const std::string& evidence);  ///< once
  void add_server(const std::string& server, const std::string& evidence);
  /// Also: nics, where a disk that was not found may be reached over them.
  void lose(const std::string& why, bool disks, bool nics);
};

// Each says what it could not find, with lose().

/// What each word of these keys leads to; false where no key names anything.
bool explain_words(SrExplanation& sr, const std::vector<std::string>& keys);
/// The disks of one SCSI id, by udev's links; false where there is none.
bool explain_lun(SrExplanation& sr, const std::string& id);
/// Every link in a directory.
void explain_links(SrExplanation& sr, const std::string& path);
/// The volumes of this group, as many as are active.
bool explain_group(SrExplanation& sr, const std::string& group);
/// Those of the groups that carry the SR's uuid, and what is mounted for it.
bool explain_by_uuid(SrExplanation& sr);
/// What holds the directory that a key names.
void explain_directory(SrExplanation& sr, const std::string& path);
/// The servers that these keys name, by address, or by the address of the SR's mount.
void explain_servers(SrExplanation& sr, const std::vector<std::string>& keys);
/// The targets and the sessions that are logged in.
void explain_iscsi(SrExplanation& sr);

/// The mount of the SR's own, or null.
const Mount* mount_of_sr(const Snapshot& snapshot, const std::string& uuid);

}  // namespace pci_passthrough
