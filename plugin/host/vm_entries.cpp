#include "plugin/host/vm_entries.hpp"

#include "plugin/host/xapi.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr char key[] = "pci";
constexpr Patience after_trouble{std::chrono::seconds(5), std::chrono::seconds(10)};

using Entry = std::optional<std::string>;

Failure changed_meanwhile(const SetVmEntry& entry) {
  return {code::busy, "somebody else changes the entry of the VM '" + entry.vm_name +
                          "' at this moment; look at assignments, and try again"};
}

Entry entry_now(Xapi& xapi, const SetVmEntry& entry) {
  const auto map = xapi.call("VM.get_other_config", {entry.vm});
  const auto* value = map.is_object() ? map.as_object().if_contains(key) : nullptr;
  if (!map.is_object() || (value && !value->is_string()))
    throw Failure(code::xapi_unavailable,
                  "xapi's answer to VM.get_other_config is no map of texts");
  return value ? Entry(std::string(value->as_string())) : std::nullopt;
}

void add(Xapi& xapi, const SetVmEntry& entry, const std::string& value) {
  xapi.call("VM.add_to_other_config", {entry.vm, key, value});
}

std::string in_quotes(const Entry& value) { return value ? "'" + printable(*value) + "'" : "none"; }

std::string put_back(Xapi& xapi, const SetVmEntry& entry) {
  auto now = entry_now(xapi, entry);
  if (!now && entry.before) {
    add(xapi, entry, *entry.before);
    now = entry.before;
  }
  return now == entry.before ? "the old entry stands: " + in_quotes(now)
                             : "the entry that stands: " + in_quotes(now);
}

std::string what_stands(const Host& host, const Caller& caller, const SetVmEntry& entry) {
  std::string trouble;
  for (const auto& session : {caller.session, std::string()}) try {
      Xapi xapi(host, {.name = "", .session = session}, after_trouble);
      return put_back(xapi, entry);
    } catch (const Failure& failure) {
      trouble = failure.sentence;
    }
  return "what stands now cannot be told (" + trouble +
         "); the old entry was: " + in_quotes(entry.before);
}

}  // namespace

void set_vm_entry(const Host& host, const Caller& caller, const SetVmEntry& entry) {
  Xapi xapi(host, caller);
  if (entry_now(xapi, entry) != entry.before) throw changed_meanwhile(entry);
  try {
    if (entry.before) xapi.call("VM.remove_from_other_config", {entry.vm, key});
    if (entry.after) add(xapi, entry, *entry.after);
  } catch (Failure& failure) {
    if (failure.code == "MAP_DUPLICATE_KEY") throw changed_meanwhile(entry);
    failure.details.push_back(what_stands(host, caller, entry));
    throw;
  }
}

}  // namespace pci_passthrough
