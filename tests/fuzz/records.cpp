#include <boost/json/parse.hpp>

#include "plugin/model/analysis.hpp"
#include "plugin/model/sr_account.hpp"
#include "plugin/probe/records.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

/// {"SR": {REF: RECORD, ...}, "PBD": ...}, each class by itself, as xapi answers.
Pool pool_of(const json::object& classes) {
  Reading reading;
  for (const auto& one : record_classes()) {
    const auto* records = classes.if_contains(one.name);
    if (!records || !records->is_object()) continue;
    for (const auto& [ref, record] : records->get_object())
      if (record.is_object()) one.add(reading, std::string(ref), record.get_object());
  }
  reading.pif_links.fill(reading.pool);
  return std::move(reading.pool);
}

}  // namespace

void try_input(std::string_view input) {
  json::error_code error;
  const auto value = json::parse(input, error);
  if (error || !value.is_object()) return;
  Snapshot snapshot;
  snapshot.pool = pool_of(value.get_object());
  snapshot.host.uuid = "here";
  for (const auto& account : sr_accounts(snapshot)) {
    const bool may_be_anywhere = account.may_be_on_disks || account.may_be_on_nics;
    require(account.unknown.empty() || may_be_anywhere, "what is unknown may rest on something");
    require(!account.unknown.empty() || !may_be_anywhere,
            "what is explained rests on nothing else");
    require(account.disks.empty() && account.functions.empty(), "no disk where the host has none");
  }
  const Analysis host = std::move(snapshot);
  for (const auto& one : host.vms().assignments)
    require(one.vm && one.vm->pci, "an assignment is of a VM that has an entry");
}

}  // namespace pci_passthrough
