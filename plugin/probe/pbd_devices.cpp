#include <algorithm>
#include <array>
#include <sstream>

#include "plugin/model/sr_words.hpp"
#include "plugin/probe/named_blocks.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

/// Where the disks that a SCSI id names stand. A directory or a link that cannot be read is an end
/// that is no disk: unknown.
std::vector<std::string> of_scsi_id(const Host& host, const std::string& id) {
  if (id.find('/') != std::string::npos) return {};
  std::vector<std::string> ends;
  const auto directory = "/dev/disk/by-scsid/" + id;
  const auto names = host.list(directory);
  if (!names && !names.absent()) ends.push_back(directory);
  for (const auto& name : names.value) ends.push_back(end_of_links(host, directory + "/" + name));
  if (!names.value.empty()) return ends;
  const auto by_id = "/dev/disk/by-id/scsi-" + id;
  if (!host.link(by_id).absent()) ends.push_back(end_of_links(host, by_id));
  return ends;
}

struct WordsOfDisks {
  const char* key;
  char between;
};
constexpr std::array words_of_disks = {WordsOfDisks{"device", ','}, WordsOfDisks{"devices", ','},
                                       WordsOfDisks{"orig-device", ','},
                                       WordsOfDisks{"orig-vdev", ' '}};

void note_devices(const Host& host, const PbdRecord& pbd, Snapshot& snapshot) {
  constexpr std::string_view scheme = "file://";
  for (const auto& [key, between] : words_of_disks) {
    const auto value = pbd.device_config.find(key);
    std::istringstream words(value == pbd.device_config.end() ? "" : value->second);
    for (std::string word; std::getline(words, word, between);) {
      const auto path = word.starts_with(scheme) ? word.substr(scheme.size()) : word;
      snapshot.named_blocks.try_emplace(word, std::vector{end_of_links(host, path)});
    }
  }
}

/// Every entry of an udev SR's directory is a disk (sm udevSR.py).
void note_links(const Host& host, const std::string& directory, Snapshot& snapshot) {
  const auto names = host.list(directory);
  if (!names) return;
  std::vector<std::string> ends;
  for (const auto& name : names.value) ends.push_back(end_of_links(host, directory + "/" + name));
  snapshot.named_blocks.try_emplace(directory, std::move(ends));
}

void note_directories(const Host& host, const PbdRecord& pbd, const std::string& type,
                      Snapshot& snapshot) {
  for (const char* key : {"location", "file-uri"}) {
    const auto value = pbd.device_config.find(key);
    if (value == pbd.device_config.end()) continue;
    const auto path = directory_of_location(value->second);
    if (path.empty()) continue;
    const auto directory = directory_at(host, path);
    if (!directory) continue;
    snapshot.named_directories[path] = *directory;
    if (type == "udev" && !path.starts_with("/dev/xapi/")) note_links(host, *directory, snapshot);
  }
}

}  // namespace

void probe_pbd_devices(const Host& host, Snapshot& snapshot) {
  if (!snapshot.pool) return;
  for (const auto& [ref, pbd] : snapshot.pool->pbds) {
    if (pbd.host != snapshot.pool->this_host && !pbd.host.empty()) continue;
    const auto sr = snapshot.pool->srs.find(pbd.sr);
    const SrRecord record = sr == snapshot.pool->srs.end() ? SrRecord{} : sr->second;
    auto ids = record.lun_ids;
    if (const auto id = pbd.device_config.find("SCSIid"); id != pbd.device_config.end())
      ids.push_back(id->second);
    for (const auto& id : ids)
      if (!id.empty()) snapshot.named_blocks.try_emplace(id, of_scsi_id(host, id));
    note_devices(host, pbd, snapshot);
    note_directories(host, pbd, record.type, snapshot);
  }
}

}  // namespace pci_passthrough
