#include "plugin/model/sr_vms.hpp"

#include <algorithm>
#include <set>

#include "plugin/model/sr_account.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

/// By uuid; where `function` is given, those behind it alone.
std::set<std::string> uuids_behind(const std::vector<Repository>& repositories,
                                   const std::vector<SrAccount>& srs, const Function* function) {
  std::set<std::string> uuids;
  const auto add = [&](const auto& repository) {
    const auto& functions = repository.functions;
    if (function ? std::ranges::count(functions, function->address) != 0 : !functions.empty())
      uuids.insert(repository.uuid);
  };
  for (const auto& repository : repositories) add(repository);
  for (const auto& sr : srs) add(sr);
  return uuids;
}

std::vector<std::string> refs_of(const Pool& pool, const std::set<std::string>& uuids) {
  std::vector<std::string> refs;
  for (const auto& [ref, sr] : pool.srs)
    if (uuids.contains(sr.uuid)) refs.push_back(ref);
  return refs;
}

}  // namespace

std::vector<std::string> repositories_behind_functions(const Snapshot& snapshot) {
  return refs_of(*snapshot.pool,
                 uuids_behind(storage_repositories(snapshot), sr_accounts(snapshot), nullptr));
}

SrVms vms_with_disks_behind(const Analysis& host, const Function& function) {
  const Snapshot& snapshot = host.snapshot();
  const auto uuids = uuids_behind(host.hardware().repositories, host.hardware().srs, &function);
  if (uuids.empty()) return {};
  if (!vms_are_known(snapshot) || !why_untold(snapshot, {"SR", "VDI"}).empty()) return {false, {}};
  const Pool& pool = *snapshot.pool;
  const auto refs = refs_of(pool, uuids);
  SrVms vms;
  for (const auto& [ref, vm] : pool.vms)
    if (std::ranges::find_first_of(vm.srs, refs) != vm.srs.end() &&
        place_of(pool, vm) != Place::elsewhere)
      vms.names.push_back(vm.name);
  std::ranges::sort(vms.names);
  return vms;
}

}  // namespace pci_passthrough
