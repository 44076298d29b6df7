#include <fmt/format.h>

#include <algorithm>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

std::string listed(const array& devices) {
  std::vector<std::string> addresses;
  for (const auto& device : devices) addresses.emplace_back(device.as_string());
  return joined(addresses);
}

std::string remembered(const array& devices) {
  return fmt::format("remember which device{} at {}, in case the address changes",
                     devices.size() == 1 ? " is" : "s are", listed(devices));
}

std::string taken(const std::string& device, const std::string& driver) {
  return fmt::format("take {} from {} now, and give it to pciback", device,
                     driver.empty() ? "dom0" : driver);
}

std::string marked(const object& step) {
  const auto entry = member(step, "entry");
  return entry.empty() ? fmt::format("boot nothing once any more ({})\n", member(step, "path"))
                       : fmt::format("boot '{}' once ({})\n", entry, member(step, "path"));
}

std::string steps(const array& plan) {
  std::string text;
  for (const auto& value : plan) {
    const auto& step = value.as_object();
    const auto action = member(step, "action");
    if (action == "replace" || action == "set") text += member(step, "diff");
    if (action == "mark") text += marked(step);
    if (action == "run") text += "run " + member(step, "path") + "\n";
    if (action == "keep")
      text += fmt::format("keep what the trial waits for ({})\n", member(step, "path"));
    if (action == "take")
      text += wrapped(taken(member(step, "device"), member(step, "driver")), "");
    if (action == "remember") text += wrapped(remembered(step.at("devices").as_array()), "");
  }
  return text;
}

bool edits_a_file(const array& plan) {
  return std::ranges::any_of(
      plan, [](const auto& step) { return member(step.as_object(), "action") == "replace"; });
}

std::string refused(const object& reply) {
  const auto& plan = reply.at("plan").as_array();
  return fmt::format("This would be refused:\n\n{}{}{}",
                     findings_table(reply.at("refusals").as_array()),
                     plan.empty() ? "" : "\nOtherwise this would be done:\n\n", steps(plan));
}

}  // namespace

std::string change_table(const object& reply) {
  if (reply.at("refused").as_bool()) return selected_text(reply) + refused(reply);
  const bool dry_run = reply.at("dry_run").as_bool();
  const auto& plan = reply.at("plan").as_array();
  const auto* notices = reply.if_contains("remarks");
  std::string text = selected_text(reply);
  text += !plan.empty() ? dry_run ? "This would be done:\n\n" : "Done:\n\n"
          : notices     ? "Nothing is changed:\n\n"
                        : "Already configured; nothing to change.\n";
  text += steps(plan);
  if (const auto backup = member(reply, "backup"); !backup.empty())
    text += fmt::format("\nThe {} as it was is backup {}.\n", edits_a_file(plan) ? "file" : "entry",
                        backup);
  if (const auto& findings = reply.at("findings").as_array(); !findings.empty())
    text += "\n" + findings_table(findings);
  if (notices)
    for (const auto& notice : notices->as_array())
      text += wrapped(std::string(notice.as_string()), "");
  if (const auto* devices = reply.if_contains("hidden_now"))
    text +=
        "\n" + wrapped(fmt::format("Hidden now and at boot: {}.", listed(devices->as_array())), "");
  if (reply.at("reboot_required").as_bool())
    text += !reply.contains("rules")       ? "\nReboot the host before the VM starts.\n"
            : reply.contains("hidden_now") ? "\nAnother change takes effect at the next reboot.\n"
            : reply.contains("reboot_was_required")
                ? "\nAn earlier change takes effect at the next reboot.\n"
            : dry_run ? "\nIt would take effect at the next reboot.\n"
                      : "\nIt takes effect at the next reboot.\n";
  text += way_back_text(reply);
  if (const auto* dangers = reply.if_contains("dangers"))
    text += "\nThat reboot meets more, whoever brought it about:\n\n" +
            findings_table(dangers->as_array());
  return text;
}

}  // namespace pci_passthrough::reports
