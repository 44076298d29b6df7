#include <fmt/format.h>

#include <algorithm>

#include "plugin/host/xapi.hpp"
#include "plugin/model/sr_vms.hpp"
#include "plugin/model/sr_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/records.hpp"

namespace pci_passthrough {
namespace {

/// A line a record, for a recording.
class Lines {
 public:
  void add(std::string_view ref, const boost::json::object& record) {
    text_ += text_.empty() ? "{\n" : ",\n";
    ((text_ += ascii_json(boost::json::string(ref))) += ": ") += ascii_json(record);
  }
  std::string text() const { return (text_.empty() ? "{" : text_) + "\n}\n"; }

 private:
  std::string text_;
};

std::string sentence_of(const Failure& failure) {
  if (failure.code == code::xapi_unavailable) return failure.sentence;
  std::string text = failure.code + ": " + failure.sentence;
  for (const auto& detail : failure.details) text += ", " + detail;
  return text;
}

std::optional<Failure> read_class(const Host& host, Xapi& xapi, const RecordClass& records,
                                  Reading& reading, const std::string& where = "") {
  Lines lines;
  auto failure = xapi.records(
      records.name, records.fields,
      [&](std::string_view ref, const boost::json::object& record) {
        if (host.is_recorded()) lines.add(ref, record);
        records.add(reading, std::string(ref), record);
      },
      where);
  const std::string method = where.empty() ? ".get_all_records" : ".get_all_records_where";
  if (!failure) host.record_xapi(std::string(records.name) + method, lines.text());
  return failure;
}

/// The SRs whose volumes are asked for: those behind a function of this host, and those of its own
/// whose volumes tell where they lie.
std::vector<std::string> repositories_in_question(const Snapshot& snapshot) {
  auto refs = repositories_behind_functions(snapshot);
  for (const auto& [ref, pbd] : snapshot.pool->pbds) {
    const auto sr = snapshot.pool->srs.find(pbd.sr);
    const bool is_ours = pbd.host == snapshot.pool->this_host && sr != snapshot.pool->srs.end();
    if (is_ours && keeps_luns(sr->second) && std::ranges::count(refs, pbd.sr) == 0)
      refs.push_back(pbd.sr);
  }
  return refs;
}

/// The volumes of these SRs, and of no other.
void read_volumes(const Host& host, Xapi& xapi, Reading& reading, Snapshot& snapshot) {
  std::string where;
  for (const auto& sr : repositories_in_question(snapshot))
    where += (where.empty() ? "" : " or ") + ("(field \"SR\"=\"" + sr + "\")");
  if (where.empty()) return;
  const auto failure = read_class(host, xapi, vdi_records(), reading, where);
  if (!reading.sr_with_luns.empty()) probe_pbd_devices(host, snapshot);
  if (!failure) return;
  snapshot.unreadable["xapi VDI"] = snapshot.pool->unreadable["VDI"] = sentence_of(*failure);
}

/// A VM has 32 slots of 8 functions at most, and a pool 64 hosts.
constexpr std::ptrdiff_t most_wishes = 10240;

void limit_wishes(Pool& pool) {
  std::ptrdiff_t all = 0, most = 0;
  std::string of_whom;
  for (const auto& [ref, vm] : pool.vms) {
    if (!vm.pci) continue;
    const auto own = 1 + std::ranges::count(*vm.pci, ',');
    all += own;
    if (own > most) most = own, of_whom = vm.uuid;
  }
  if (all > most_wishes)
    pool.unreadable["VM"] = fmt::format(
        "the VMs' entries other_config:pci name more than {} devices, the most that is read; "
        "that of the VM {} names {}; xe vm-param-remove takes it away",
        most_wishes, of_whom, most);
}

}  // namespace

void probe_pool(const Host& host, const Caller& caller, Snapshot& snapshot) {
  Xapi xapi(host, caller);
  if (!xapi.present()) {
    snapshot.unreadable["xapi"] = xapi.absence();
    return;
  }
  Reading reading;
  auto& pool = reading.pool;
  const auto first = record_classes().front();
  const auto others = record_classes().subspan(1);
  if (const auto failure = read_class(host, xapi, first, reading)) {
    snapshot.unreadable["xapi"] = sentence_of(*failure);
    return;
  }
  std::vector<std::string_view> names;
  for (const auto& records : others) names.push_back(records.name);
  xapi.ask_ahead(names);
  for (const auto& records : others)
    if (const auto failure = read_class(host, xapi, records, reading))
      pool.unreadable[std::string(records.name)] = sentence_of(*failure);
  limit_wishes(pool);
  for (const auto& [name, why] : pool.unreadable) snapshot.unreadable["xapi " + name] = why;
  reading.pif_links.fill(pool);
  for (const auto& [ref, record] : pool.hosts)
    if (!record.uuid.empty() && record.uuid == snapshot.host.uuid) pool.this_host = ref;
  snapshot.pool = std::move(pool);
  probe_pbd_devices(host, snapshot);
  read_volumes(host, xapi, reading, snapshot);
}

}  // namespace pci_passthrough
