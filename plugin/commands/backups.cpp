#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

std::string what(const object& backup) {
  const auto name = member(backup, "vm_name");
  return member(backup, "kind") == "boot file" ? member(backup, "path")
         : backup.contains("vm") ? "VM " + (name.empty() ? member(backup, "vm") : name)
                                 : member(backup, "kind") + " of " + member(backup, "path");
}

}  // namespace

object backups(const Analysis& host, const Arguments&) {
  array all;
  for (const auto& backup : host.snapshot().backups) {
    object one = {
        {"id", backup.id},         {"time", backup.time},          {"function", backup.function},
        {"caller", backup.caller}, {"path", backup.path},          {"sha256", backup.sha256},
        {"size", backup.size()},   {"kind", name_of(backup.kind)}, {"change", backup.change}};
    if (backup.is_of_vm()) {
      const auto before = backup.before();
      one["vm"] = backup.vm;
      one["field"] = name_of(backup.field);
      one["vm_name"] = valid_text(backup.vm_name);
      one["value"] = before ? boost::json::value(valid_text(*before)) : nullptr;
    }
    all.push_back(std::move(one));
  }
  object reply = {{"schema", schema}, {"backups", std::move(all)}};
  array damaged;
  for (const auto& [what, why] : host.snapshot().unreadable)
    damaged.emplace_back(what + ": " + why);
  if (!damaged.empty()) reply["unreadable"] = std::move(damaged);
  return reply;
}

std::string backups_table(const object& reply) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& value : reply.at("backups").as_array()) {
    const auto& backup = value.as_object();
    rows.push_back(
        {member(backup, "id"), member(backup, "function"), what(backup), member(backup, "caller")});
  }
  if (rows.empty()) return "No backups; nothing was changed yet.\n";
  return table({{"BACKUP", 32}, {"BEFORE", 8}, {"FILE OR VM", 32}, {"CALLER", 25}}, rows) +
         "\nundo takes the last change back; restore BACKUP puts one back.\n";
}

}  // namespace pci_passthrough::reports
