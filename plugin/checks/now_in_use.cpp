#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/now_words.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char pif_evidence[] = "/var/lib/xcp/xapi: PIF", vm_evidence[] = "/var/lib/xcp/xapi: VM",
               pgpu_evidence[] = "/var/lib/xcp/xapi: PGPU";

/// By the kernel's account: what stands on its interfaces, or leads over them.
std::vector<std::string> kernel_uses_of(const Analysis& host, const Function& function) {
  std::vector<std::string> uses;
  for (const auto& nic : host.snapshot().interfaces) {
    if (!reaches(nic.path, function)) continue;
    for (const auto& other : host.snapshot().interfaces)
      if (std::ranges::count(other.below, nic.name) != 0)
        uses.push_back(fmt::format("{} is in {}", nic.name, other.name));
    if (std::ranges::count(host.snapshot().routes, nic.name, &Route::interface) != 0)
      uses.push_back(fmt::format("a route leads over {}", nic.name));
  }
  return uses;
}

/// By xapi's account.
Reasons pifs_on(const Analysis& host, const Function& function) {
  const auto& pool = host.snapshot().pool;
  if (!may_be(function, &ClassCode::is_network)) return {};
  const auto& why = host.hardware().why_networks_are_untold;
  if (!pool || !why.empty())
    return {
        untold_by_xapi(fmt::format("Unknown whether a PIF on {} is plugged: {}.",
                                   what_it_is(function), why.empty() ? "xapi did not answer" : why),
                       pif_evidence)};
  for (const auto& use : plugged_networks(host.snapshot()))
    if (reaches(use.functions, function))
      return {{fmt::format("{} carries the PIF {}, which is plugged, or may be.",
                           what_it_is(function), use.device),
               use.evidence}};
  const auto* owner =
      function.physical_function ? host.find(*function.physical_function) : &function;
  for (const auto& [ref, pif] : pool->pifs)
    if (owner && pif.shares_functions && pif.host == pool->this_host)
      for (const auto& nic : host.snapshot().interfaces)
        if (nic.name == pif.device && reaches(nic.path, *owner))
          return {{fmt::format("{} is of an SR-IOV network of xapi's, which gives out the virtual "
                               "functions of {}.",
                               what_it_is(function), pif.device),
                   pif_evidence}};
  return {};
}

Reasons now_nic_in_use(const Analysis& host, const Function& function) {
  const auto uses = kernel_uses_of(host, function);
  if (uses.empty()) return pifs_on(host, function);
  return {{fmt::format("{} is in use: {}.", what_it_is(function), joined(uses)), "/sys/class/net"}};
}
constexpr auto now_nic_in_use_row = row<now_nic_in_use>({
    .code = "now-nic-in-use",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "dom0 uses a NIC that is about to be taken from it at once.",
    .fires = "An interface of the device is in a bond, bridge or VLAN, a route leads over it, a "
             "PIF that stands on it is plugged, or xapi gives out its virtual functions. Unknown "
             "where xapi does not tell its PIFs and the device may be a NIC.",
    .rests_on = "/sys/class/net, /proc/net/vlan, networkd's database, /proc/net/route and xapi's "
                "PIFs (plugin/model/README.md, \"What stands on a NIC\").",
    .remedy = "Unplug its PIF first (xe pif-unplug uuid=PIF) and take it out of bonds and bridges; "
              "or hide it from the next boot on: leave out now=true.",
});

Reasons now_keyboard(const Analysis& host, const Function& function) {
  Reasons reasons;
  const auto& use = *host.snapshot().live_use;
  for (const auto& input : use.inputs) {
    if (!reaches(input.path, function) || input.is_keyboard == false) continue;
    if (input.is_keyboard)
      reasons.push_back({fmt::format("{} carries the keyboard '{}'. Without it nobody can type at "
                                     "the host's console.",
                                     what_it_is(function), input.name),
                         paths::inputs});
    else
      reasons.push_back({fmt::format("Unknown whether '{}' on {} is a keyboard: cannot read its "
                                     "keys.",
                                     input.name, what_it_is(function)),
                         paths::inputs, FindingState::unknown});
  }
  if (const auto why = use.unreadable.find(paths::inputs);
      why != use.unreadable.end() && may_be(function, &ClassCode::is_usb))
    reasons.push_back({fmt::format("Unknown whether {} carries a keyboard: cannot read {} ({}).",
                                   what_it_is(function), paths::inputs, why->second),
                       paths::inputs, FindingState::unknown});
  return reasons;
}
constexpr auto now_keyboard_row = row<now_keyboard>({
    .code = "now-keyboard",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once carries a keyboard.",
    .fires = "An input device on it has the keys of a keyboard, the virtual keyboard of a BMC "
             "included. Unknown where its keys, or /sys/class/input of a USB controller, cannot be "
             "read.",
    .rests_on = "/sys/class/input/inputN/capabilities/key, by the rule that udev goes by (systemd "
                "udev-builtin-input_id.c): each key from Esc to S.",
    .remedy = "Hide it from the next boot on: leave out now=true.",
});

Reasons now_vm_running(const Analysis& host, const Function& function) {
  if (!vms_are_known(host.snapshot()))
    return {untold_by_xapi(fmt::format("Unknown whether a VM that runs has {}: {}.",
                                       what_it_is(function), why_vms_are_unknown(host.snapshot())),
                           vm_evidence)};
  Reasons reasons;
  for (const auto& assignment : host.vms().assignments)
    if (is_running(*assignment.vm) && assignment.wants_here(function.address))
      reasons.push_back(
          {fmt::format("{} has {}, and runs.", the_vm(assignment), what_it_is(function)),
           evidence_in(*assignment.vm, "other_config:pci")});
  return reasons;
}
constexpr auto now_vm_running_row = row<now_vm_running>({
    .code = "now-vm-running",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A VM that runs on this host has a device that is about to be taken from dom0.",
    .fires = "The VM runs or is paused here and its entry names the device, which dom0's driver "
             "still has. Unknown where xapi does not tell its VMs.",
    .rests_on = "VM.other_config:pci, power_state and resident_on. Whether its next reboot from "
                "inside plugs the device is up to xenopsd (plugin/model/README.md, \"What a VM's "
                "start does\").",
    .remedy = "Shut the VM down first.",
});

Reasons now_vgpu(const Analysis& host, const Function& function) {
  const auto& use = *host.snapshot().live_use;
  const auto& pool = host.snapshot().pool;
  for (const auto& [ref, pgpu] : use.pgpus) {
    if (pgpu.vgpus.empty() || !pool) continue;
    const auto pci = pool->pcis.find(pgpu.pci);
    const bool is_ours = pgpu.host.empty() || pgpu.host == pool->this_host;
    if (is_ours && pci != pool->pcis.end() && pci->second.address == function.address.text())
      return {{fmt::format("{} serves {} of VMs that run.", what_it_is(function),
                           counted(pgpu.vgpus.size(), "virtual GPU")),
               pgpu_evidence}};
  }
  const bool is_display = !function.class_code || function.class_code->is_display();
  const auto why = use.unreadable.find("PGPU");
  if (!is_display || why == use.unreadable.end()) return {};
  return {untold_by_xapi(
      fmt::format("Unknown whether {} serves virtual GPUs: xapi does not tell its PGPUs ({}).",
                  what_it_is(function), why->second),
      pgpu_evidence)};
}
constexpr auto now_vgpu_row = row<now_vgpu>({
    .code = "now-vgpu",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A GPU about to be taken from dom0 at once serves virtual GPUs.",
    .fires = "xapi has a PGPU on record for the device, with resident VGPUs. Unknown where xapi "
             "does not tell its PGPUs and the device is a display.",
    .rests_on = "PGPU.resident_VGPUs and PGPU.PCI (xapi datamodel.ml).",
    .remedy = "Shut the VMs with these virtual GPUs down first.",
});

}  // namespace

std::span<const Check> now_in_use() {
  static constexpr Check rows[] = {now_nic_in_use_row, now_keyboard_row, now_vm_running_row,
                                   now_vgpu_row};
  return rows;
}

}  // namespace pci_passthrough::checks
