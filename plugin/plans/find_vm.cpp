#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/vm_change.hpp"

namespace pci_passthrough {
namespace {

bool is_plain(const VmRecord& vm) {
  return !vm.is_template && !vm.is_snapshot && !vm.is_control_domain;
}

void check_plain(const VmRecord& vm) {
  if (is_plain(vm)) return;
  const auto* kind = vm.is_control_domain ? "a control domain"
                     : vm.is_snapshot     ? "a snapshot"
                                          : "a template";
  throw misuse(fmt::format("'{}' is {}, which takes no devices; name a VM", vm.name, kind));
}

}  // namespace

const Vm& find_vm(const Snapshot& snapshot, const std::string& named) {
  if (!vms_are_known(snapshot))
    throw Failure(code::xapi_unavailable,
                  fmt::format("Cannot read the VMs' PCI assignments from xapi: {}.",
                              why_vms_are_unknown(snapshot)));
  std::vector<const Vm*> plain, others;
  for (const auto& vm : snapshot.pool->vms) {
    if (vm.second.uuid == named) return check_plain(vm.second), vm;
    if (vm.second.name == named) (is_plain(vm.second) ? plain : others).push_back(&vm);
  }
  if (plain.size() == 1) return *plain.front();
  if (plain.empty() && !others.empty()) check_plain(others.front()->second);
  if (plain.empty())
    throw misuse(fmt::format("unknown VM '{}'; expected a VM's uuid or name", named));
  std::vector<std::string> uuids;
  for (const auto* vm : plain) uuids.push_back(vm->second.uuid);
  throw misuse(fmt::format("{} VMs are called '{}'; name one by its uuid: {}", plain.size(), named,
                           joined(uuids)));
}

}  // namespace pci_passthrough
