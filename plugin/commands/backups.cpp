#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"

namespace pci_passthrough::reports {

object backups(const Analysis& host, const Arguments&) {
  array all;
  for (const auto& backup : host.snapshot().backups)
    all.push_back({{"id", backup.id},
                   {"time", backup.time},
                   {"function", backup.function},
                   {"caller", backup.caller},
                   {"path", backup.path},
                   {"sha256", backup.sha256},
                   {"size", backup.content.size()}});
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
    rows.push_back({member(backup, "id"), member(backup, "function"), member(backup, "path"),
                    member(backup, "caller")});
  }
  if (rows.empty()) return "There are no backups: nothing was changed yet.\n";
  return table({{"BACKUP", 32}, {"BEFORE", 8}, {"FILE", 32}, {"CALLER", 25}}, rows) +
         "\nrestore id=BACKUP puts one back.\n";
}

}  // namespace pci_passthrough::reports
