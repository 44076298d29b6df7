#include "plugin/checks/function_words.hpp"

#include <algorithm>

#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {

std::string sysfs(const PciAddress& address, std::string_view file) {
  return "/sys/bus/pci/devices/" + address.text() + "/" + std::string(file);
}

std::string what_it_is(const Function& function) {
  const auto name = function.device.empty() ? function.class_name : function.device;
  return function.address.text() + (name.empty() ? "" : " (" + name + ")");
}

std::string what_they_are(const Analysis& host, const std::vector<PciAddress>& addresses) {
  if (addresses.size() > 2) return texts(addresses);
  std::vector<std::string> all;
  for (const auto& address : addresses) all.push_back(what_it_is(*host.find(address)));
  return joined(all);
}

std::string the_vm(const VmAssignment& assignment) {
  return "the VM " + in_quotes(assignment.vm->name);
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_any_bridge(const Function& function) {
  return function.is_bridge() || (function.class_code && function.class_code->is_bridge());
}

std::vector<PciAddress> left_to_dom0(const Analysis& host, const Function& function,
                                     const std::vector<PciAddress>& addresses) {
  auto left = addresses;
  const auto& hidden = host.rules().reached;
  std::erase_if(left, [&](const auto& one) { return std::ranges::count(hidden, one) != 0; });
  for (const auto& assignment : host.vms().assignments)
    if (assignment.wants_here(function.address))
      std::erase_if(left, [&](const auto& one) { return assignment.wants_here(one); });
  return left;
}

}  // namespace pci_passthrough::checks
