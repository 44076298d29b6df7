#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons now_no_pciback(const Analysis& host, const Function& function) {
  if (!function.driver)
    return {{fmt::format("Unknown which driver has {}: cannot read {}.", what_it_is(function),
                         sysfs(function, "driver")),
             sysfs(function, "driver"), FindingState::unknown}};
  if (host.snapshot().live_use->has_pciback) return {};
  constexpr char evidence[] = "/sys/bus/pci/drivers/pciback";
  return {{fmt::format("{} cannot be given to pciback: the running kernel has no such driver.",
                       what_it_is(function)),
           evidence}};
}
constexpr auto now_no_pciback_row = row<now_no_pciback>({
    .code = "now-no-pciback",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "Nothing can take a device from dom0's driver at once.",
    .fires = "There is no /sys/bus/pci/drivers/pciback. Unknown where the device's driver cannot "
             "be read.",
    .rests_on = "pciback does not register itself where its list cannot be read (Linux "
                "pci_stub.c pcistub_init); else it is there, with nothing to hide too.",
    .remedy = "Hide it from the next boot on: leave out now=true.",
});

Reasons now_display_driver(const Analysis&, const Function& function) {
  const bool is_display = !function.class_code || function.class_code->is_display();
  if (!is_display || function.driver == "") return {};
  return {{fmt::format("{} has the driver {} in dom0. Drivers of displays are known to hang when "
                       "they are unbound, and only a reboot ends that.",
                       what_it_is(function), function.driver.value_or("?")),
           sysfs(function, "driver")}};
}
constexpr auto now_display_driver_row = row<now_display_driver>({
    .code = "now-display-driver",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .concern = Concern::now,
    .means = "A display about to be taken from dom0 at once has a driver.",
    .fires = "The class code says display, or cannot be read, and dom0's driver has it.",
    .rests_on = "i915, ast, amdgpu and nouveau were seen to hang or to crash when unbound, and "
                "nvidia holds its lock unbindLock.",
    .remedy = "Hide it from the next boot on: leave out now=true.",
});

/// Of those that a reset of its bus would hit, the ones that neither go with it nor are gone.
std::vector<PciAddress> hit_in_dom0(const Analysis& host, const Function& function) {
  auto hit = host.reset_of(function).bus_hits;
  std::erase_if(hit, [&](const auto& address) {
    const auto* other = host.find(address);
    return !other || other->driver == "pciback" ||
           std::ranges::count(host.snapshot().live_use->devices, address) != 0;
  });
  return hit;
}

Reasons now_reset_hits_others(const Analysis& host, const Function& function) {
  const auto hit = hit_in_dom0(host, function);
  const auto& methods = host.reset_of(function).methods;
  if (hit.empty() || (methods && !methods->empty())) return {};
  if (!methods)
    return {{fmt::format("Unknown whether {} can be reset alone; a reset of its bus would hit {}.",
                         what_it_is(function), what_they_are(host, hit)),
             sysfs(function, "config"), FindingState::unknown}};
  return {{fmt::format("{} has no reset of its own. A reset of its bus would hit {}, which dom0 "
                       "keeps.",
                       what_it_is(function), what_they_are(host, hit)),
           sysfs(function, "config")}};
}
constexpr auto now_reset_hits_others_row = row<now_reset_hits_others>({
    .code = "now-reset-hits-others",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once can only be reset together with others "
             "that stay.",
    .fires = "It has no reset of its own, and a reset of its bus or slot would hit a device that "
             "is neither taken with it nor held by pciback. Unknown where its ways cannot be read.",
    .rests_on = "pciback resets what it is given (Linux pci_stub.c pcistub_init_device), and "
                "XenServer's do_flr may reset the bus (plugin/model/README.md, \"How a function is "
                "reset\").",
    .remedy = "Name the others, too, so that they are taken together; or hide it from the next "
              "boot on: leave out now=true.",
});

Reasons now_rule_missing(const Analysis& host, const Function& function) {
  const auto access = host.dom0_access(function);
  if (access == Dom0Access::disabled || access == Dom0Access::disable_on_reboot) return {};
  const auto& path = host.boot().path;
  const auto evidence = path.empty() ? std::string(paths::kernel_command_line) : path;
  if (access == Dom0Access::unknown)
    return {
        {fmt::format("Unknown whether the entry that boots next hides {}.", what_it_is(function)),
         evidence, FindingState::unknown}};
  return {{fmt::format("The entry that boots next does not hide {}. dom0 would have it again after "
                       "a reboot that nobody planned.",
                       what_it_is(function)),
           evidence}};
}
constexpr auto now_rule_missing_row = row<now_rule_missing>({
    .code = "now-rule-missing",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device is to be taken from dom0 at once, and the next boot gives it back.",
    .fires = "The entry that boots next does not hide the device, though the change is made: it "
             "is none of those that are edited. Unknown where that entry, or /proc/cmdline, cannot "
             "be read.",
    .rests_on =
        "The boot file's default entry, or grubenv's override_entry (plugin/boot/README.md, "
        "\"What boots once\").",
    .remedy = "Let the next boot be an everyday one first (see rules), or leave out now=true.",
});

}  // namespace

std::span<const Check> now_way() {
  static constexpr Check rows[] = {now_no_pciback_row, now_display_driver_row,
                                   now_reset_hits_others_row, now_rule_missing_row};
  return rows;
}

}  // namespace pci_passthrough::checks
