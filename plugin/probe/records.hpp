#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugin/host/xapi.hpp"
#include "plugin/model/pool.hpp"

namespace pci_passthrough {

// A member of a record, whatever this xapi makes of it: missing, or over XML-RPC a number as text.
std::string text_in(const boost::json::object& record, std::string_view name);
std::optional<bool> flag_in(const boost::json::object& record, std::string_view name);
std::optional<std::uint64_t> number_in(const boost::json::object& record, std::string_view name);
std::string ref_in(const boost::json::object& record, std::string_view name);  ///< NULL is ""
/// A text; nothing where something else stands there, or `otherwise` where nothing does.
std::optional<std::string> told_text_in(const boost::json::object& record, std::string_view name,
                                        std::optional<std::string> otherwise = std::nullopt);
std::vector<std::string> texts_in(const boost::json::object& record, std::string_view name);
/// A map; empty where there is none.
const boost::json::object& map_in(const boost::json::object& record, std::string_view name);
std::vector<std::string> values_of(const boost::json::object& map);  ///< those that are texts
std::vector<std::string> keys_of(const boost::json::object& map);

/// Fills `below` of every PIF from what the PIFs say of each other: a bond's slaves name their
/// bond, a VLAN's tagged PIF its VLAN, and so on (plugin/model/README.md, "What stands on a NIC").
class PifLinks {
 public:
  /// False where one of these fields is neither a ref nor a set of such.
  bool note(const std::string& ref, const boost::json::object& record);
  void fill(Pool& pool) const;

 private:
  /// Refs of PIFs, by that of the bond, VLAN, tunnel or SR-IOV network.
  using Ends = std::map<std::string, std::vector<std::string>>;
  Ends above_, below_;
};

/// The pool while it is read, and what one class of records says of another.
struct Reading {
  Pool pool;
  PifLinks pif_links;
  std::map<std::string, std::string> host_of_metrics;  ///< refs
  /// By ref; no snapshot or template. A move of the pool leaves its VMs where they are.
  std::unordered_map<std::string, VmRecord*> vm_of_vbd;
  std::map<std::string, SrRecord*> sr_with_luns;  ///< by ref; stays valid in the same way
};

/// A class of xapi's records: which fields of it we read, and how one becomes ours.
struct RecordClass {
  std::string_view name;  ///< "VM"
  Fields fields;          ///< "other_config.pci": one key of a map
  void (*add)(Reading&, const std::string& ref, const boost::json::object&);
};
std::span<const RecordClass> record_classes();
RecordClass pbd_records();
RecordClass sr_records();
/// Fills `srs` of the VMs and `lun_ids` of the SRs. Asked for last, for the SRs in question alone.
RecordClass vdi_records();

}  // namespace pci_passthrough
