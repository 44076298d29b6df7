#include <algorithm>

#include "plugin/model/sr_words.hpp"
#include "plugin/probe/records.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view pbd_fields[] = {"host",
                                           "SR",
                                           "currently_attached",
                                           "device_config.device",
                                           "device_config.devices",
                                           "device_config.orig-device",
                                           "device_config.orig-vdev",
                                           "device_config.SCSIid",
                                           "device_config.provider",
                                           "device_config.server",
                                           "device_config.backupservers",
                                           "device_config.serverpath",
                                           "device_config.masterhost",
                                           "device_config.uri",
                                           "device_config.target",
                                           "device_config.targetIQN",
                                           "device_config.multihomelist",
                                           "device_config.multiSession",
                                           "device_config.location",
                                           "device_config.path",
                                           "device_config.legacy_mode",
                                           "device_config.type",
                                           "device_config.file-uri",
                                           "device_config.zpool",
                                           "device_config.group-name"};
void add_pbd(Reading& reading, const std::string& ref, const json::object& record) {
  auto& pbd = reading.pool.pbds[ref];
  pbd.host = ref_in(record, "host");
  pbd.sr = ref_in(record, "SR");
  pbd.attached = flag_in(record, "currently_attached");
  const auto* config = record.if_contains("device_config");
  pbd.config_is_told = config && config->is_object();
  for (const auto& [key, value] : map_in(record, "device_config")) {
    if (value.is_string())
      pbd.device_config.emplace(key, value.as_string());
    else
      pbd.config_is_told = false;
  }
}

constexpr std::string_view sr_fields[] = {
    "uuid", "name_label", "type", "shared", "is_tools_sr", "other_config.xenserver_tools_sr"};
void add_sr(Reading& reading, const std::string& ref, const json::object& record) {
  const auto marked = text_in(map_in(record, "other_config"), "xenserver_tools_sr") == "true";
  reading.pool.srs[ref] = {.uuid = text_in(record, "uuid"),
                           .name = text_in(record, "name_label"),
                           .type = text_in(record, "type"),
                           .shared = flag_in(record, "shared").value_or(false),
                           .is_tools = flag_in(record, "is_tools_sr").value_or(marked)};
  if (auto& sr = reading.pool.srs[ref]; keeps_luns(sr)) reading.sr_with_luns[ref] = &sr;
}

constexpr std::string_view vdi_fields[] = {"SR", "VBDs", "sm_config.SCSIid"};
void add_vdi(Reading& reading, const std::string&, const json::object& record) {
  const auto sr = ref_in(record, "SR");
  if (const auto known = reading.sr_with_luns.find(sr); known != reading.sr_with_luns.end())
    known->second->lun_ids.push_back(text_in(map_in(record, "sm_config"), "SCSIid"));
  for (const auto& vbd : texts_in(record, "VBDs")) {
    const auto vm = reading.vm_of_vbd.find(vbd);
    if (vm == reading.vm_of_vbd.end()) continue;
    auto& srs = vm->second->srs;
    if (std::ranges::count(srs, sr) == 0) srs.push_back(sr);
  }
}

}  // namespace

RecordClass pbd_records() { return {"PBD", pbd_fields, add_pbd}; }
RecordClass sr_records() { return {"SR", sr_fields, add_sr}; }
RecordClass vdi_records() { return {"VDI", vdi_fields, add_vdi}; }

}  // namespace pci_passthrough
