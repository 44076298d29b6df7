#include "plugin/plans/guards.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pci_passthrough {

void add_guards(const Pool& pool, const Vm& vm, std::vector<SetVmField>& fields) {
  const VmRecord& record = vm.second;
  add_field(pool, vm, VmField::blocked_operations,
            fmt::format("{}", fmt::join(guarded_operations, ",")), fields);
  if (const auto here = pool.hosts.find(pool.this_host); here != pool.hosts.end())
    add_field(pool, vm, VmField::affinity, here->second.uuid, fields);
  if (const auto& most = record.memory_dynamic_max; most && record.memory_dynamic_min)
    add_field(pool, vm, VmField::memory_dynamic_range, memory_range_text({*most, *most}), fields);
}

std::optional<std::string> notice_of_guards(const Pool& pool, const VmRecord& vm) {
  std::vector<std::string> standing, ways;
  if (const auto blocked = blocked_guards(vm); !blocked.empty()) {
    standing.push_back(fmt::format("{} blocked", fmt::join(blocked, ", ")));
    ways.push_back(
        fmt::format("xe vm-param-remove uuid={} param-name=blocked-operations "
                    "param-key={}",
                    vm.uuid, fmt::join(blocked, ", then ")));
  }
  if (!vm.affinity.empty() && vm.affinity == pool.this_host) {
    standing.emplace_back("affinity to this host");
    ways.push_back(fmt::format("xe vm-param-set uuid={} affinity=", vm.uuid));
  }
  const auto &least = vm.memory_dynamic_min, &most = vm.memory_dynamic_max;
  if (least && least == most)
    standing.push_back(fmt::format("memory fixed at {} MiB", *most >> 20));
  if (standing.empty()) return std::nullopt;
  return fmt::format("The VM '{}' keeps its guards: {}.{}{}{}", vm.name, fmt::join(standing, "; "),
                     ways.empty() ? "" : " To take them away: ", fmt::join(ways, "; "),
                     ways.empty() ? "" : ".");
}

}  // namespace pci_passthrough
