#include "plugin/run/change_log.hpp"

#include <fmt/format.h>

#include "plugin/host/log.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

std::string value_in(const Analysis& host, std::size_t entry) {
  if (entry >= host.rules().entries.size()) return "-";
  return std::string(host.rules().entries[entry].stands.value().value_or("-"));
}

/// "xe: - became (0000:06:00.0)" for each entry whose list changed.
std::string changes(const Analysis& before, const Analysis& after) {
  std::vector<std::string> changed;
  const auto& entries = after.boot().file.entries;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (const auto was = value_in(before, i), is = value_in(after, i); was != is)
      changed.push_back(fmt::format("{}: {} became {}", entries[i].title, was, is));
  for (std::size_t i = 0; i < entries.size() && i < after.boot().file.entries.size(); ++i) {
    const auto &was = entries[i].xen_arguments, &is = after.boot().file.entries[i].xen_arguments;
    if (was != is)
      changed.push_back(fmt::format("{}, Xen: {} became {}", entries[i].title, joined(was, " "),
                                    joined(is, " ")));
  }
  return changed.empty() ? "no list changed" : joined(changed);
}

std::string accepted_by(const Decision& decision) {
  std::vector<std::string> accepted;
  for (const auto& one : decision.accepted) accepted.push_back(one.text());
  return accepted.empty() ? "nothing" : joined(accepted);
}

}  // namespace

void log_change(const Host& host, const Request& request, const Decision& decision,
                const Applied& applied) {
  const auto who = fmt::format("{} by {}", request.function, request.caller.name);
  const auto accepted = accepted_by(decision);
  for (const auto& file : decision.plan.files)
    log_line(fmt::format("{}, {}: {}; accepted: {}; backup {}", who, host.outside(file.path),
                         changes(decision.before, decision.after), accepted,
                         joined(applied.backups)));
  if (const auto& mark = decision.plan.mark)
    log_line(fmt::format("{}: the boot loader boots {}", who,
                         mark->is_set() ? fmt::format("'{}' once", mark->entry)
                                        : std::string("nothing once any more")));
  for (const auto& entry : decision.plan.vm_fields)
    log_line(fmt::format("{}, {} of VM {}: {} became {}; accepted: {}", who, name_of(entry.field),
                         entry.vm_uuid, entry.before.value_or("-"), entry.after.value_or("-"),
                         accepted));
}

}  // namespace pci_passthrough
