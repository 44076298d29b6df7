#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons domain_unsupported(const Analysis&, const Function& function) {
  if (function.address.is_nameable()) return {};
  return {{what_it_is(function) +
               " lies on a segment above ffff (VMD): neither pciback nor xapi can name it",
           "/sys/bus/pci/devices"}};
}
constexpr auto domain_unsupported_row = row<domain_unsupported>({
    .code = "domain-unsupported",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "it lies on a segment that xapi cannot name",
    .fires = "",
    .rests_on = "",
    .remedy = "Turn VMD off in the firmware.",
});

Reasons sriov_pf_with_vfs(const Analysis& host, const Function& function) {
  if (function.virtual_functions.empty()) return {};
  return {{what_it_is(function) + " takes its virtual functions from dom0 with it: " +
               what_they_are(host, function.virtual_functions),
           sysfs(function.virtual_functions.front(), "physfn")}};
}
constexpr auto sriov_pf_with_vfs_row = row<sriov_pf_with_vfs>({
    .code = "sriov-pf-with-vfs",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "its virtual functions vanish with it",
    .fires = "",
    .rests_on = "",
    .remedy = "Take the virtual functions away first (xe network-destroy, or sriov_numvfs).",
});

Reasons vf_not_persistent(const Analysis&, const Function& function) {
  if (!function.physical_function) return {};
  return {{what_it_is(function) + " is a virtual function of " +
               function.physical_function->text() +
               ": its driver makes it after pciback has read the rules",
           sysfs(function, "physfn")}};
}
constexpr auto vf_not_persistent_row = row<vf_not_persistent>({
    .code = "vf-not-persistent",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a virtual function is not there yet when pciback reads its rules",
    .fires = "",
    .rests_on = "",
    .remedy = "Leave virtual functions to xapi: it hands them out without a rule.",
});

}  // namespace

std::span<const Check> addressing() {
  static constexpr Check rows[] = {domain_unsupported_row, sriov_pf_with_vfs_row,
                                   vf_not_persistent_row};
  return rows;
}

}  // namespace pci_passthrough::checks
