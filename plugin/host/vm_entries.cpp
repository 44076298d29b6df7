#include "plugin/host/vm_entries.hpp"

#include "plugin/host/xapi.hpp"

namespace pci_passthrough {
namespace {

constexpr char key[] = "pci";

Failure changed_meanwhile(const SetVmEntry& entry) {
  return {code::busy, "somebody else changes the entry of the VM '" + entry.vm_name +
                          "' at this moment; look at assignments, and try again"};
}

std::optional<std::string> entry_now(Xapi& xapi, const SetVmEntry& entry) {
  const auto map = xapi.call("VM.get_other_config", {entry.vm});
  const auto* value = map.is_object() ? map.as_object().if_contains(key) : nullptr;
  if (!map.is_object() || (value && !value->is_string()))
    throw Failure(code::xapi_unavailable,
                  "xapi's answer to VM.get_other_config is no map of texts");
  return value ? std::optional(std::string(value->as_string())) : std::nullopt;
}

void add(Xapi& xapi, const SetVmEntry& entry, const std::string& value) {
  xapi.call("VM.add_to_other_config", {entry.vm, key, value});
}

/// What stands now, where the new entry could not be set and the old one is gone already.
std::string put_back(Xapi& xapi, const SetVmEntry& entry) try {
  if (!entry.before) return "; it has none, as before";
  add(xapi, entry, *entry.before);
  return "; the old entry stands";
} catch (const Failure& failure) {
  return "; the old entry, '" + *entry.before + "', could not be put back: " + failure.sentence;
}

}  // namespace

void set_vm_entry(Xapi& xapi, const SetVmEntry& entry) {
  if (entry_now(xapi, entry) != entry.before) throw changed_meanwhile(entry);
  if (entry.before) xapi.call("VM.remove_from_other_config", {entry.vm, key});
  if (!entry.after) return;
  try {
    add(xapi, entry, *entry.after);
  } catch (const Failure& failure) {
    if (failure.code == "MAP_DUPLICATE_KEY") throw changed_meanwhile(entry);
    throw Failure(failure.code, failure.sentence + put_back(xapi, entry), failure.details);
  }
}

}  // namespace pci_passthrough
