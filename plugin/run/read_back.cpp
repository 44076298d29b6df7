#include "plugin/run/read_back.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "plugin/host/vm_entries.hpp"
#include "plugin/host/vm_fields.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

Failure overwritten(const SetVmField& entry, const std::optional<std::string>& now) {
  return {code::busy,
          fmt::format("The {} of the VM '{}' was written, and somebody else wrote over it at the "
                      "same moment. See assignments, and try again.",
                      words_of(entry.field), entry.vm_name),
          {entry_that_stands(now)}};
}

/// Nothing of the mark where it cannot be read: a program that set it said that it did.
void check_mark(const SetMark& mark, const Boot& after) {
  const bool is_other = mark.grubenv ? after.file.environment != mark.grubenv->after
                                     : after.extlinux_once && *after.extlinux_once != mark.entry;
  if (is_other)
    throw Failure(code::internal_error,
                  "the boot loader's mark is not what was written: somebody else changed it "
                  "meanwhile. See rules, and try again.");
}

}  // namespace

void check_read_back(const Plan& plan, const Snapshot& after) {
  for (const auto& file : plan.files)
    if (file.path == after.boot.path && file.after != after.boot.file.text)
      throw Failure(
          code::internal_error,
          fmt::format("{} is not what was written: somebody else changed it meanwhile. See "
                      "rules, and try again.",
                      file.path));
  if (plan.mark) check_mark(*plan.mark, after.boot);
  for (const auto& entry : plan.vm_fields) {
    const bool told = after.pool && after.pool->vms.contains(entry.vm);
    const auto now =
        told ? text_of(*after.pool, after.pool->vms.at(entry.vm), entry.field) : std::nullopt;
    if (!told || now != entry.after)
      throw told ? overwritten(entry, now)
                 : Failure(code::internal_error,
                           fmt::format("The {} of the VM '{}' was written, but could not be read "
                                       "back. See assignments.",
                                       words_of(entry.field), entry.vm_name));
  }
}

ProbeScope to_read_back(const Plan& plan) {
  return (plan.files.empty() && !plan.mark ? ProbeScope::none : ProbeScope::boot) |
         (plan.vm_fields.empty() ? ProbeScope::none : ProbeScope::pool);
}

}  // namespace pci_passthrough
