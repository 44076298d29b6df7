#include "plugin/host/vm_entries.hpp"

#include "plugin/host/xapi.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr char key[] = "pci";
constexpr Timeouts after_error{std::chrono::seconds(5), std::chrono::seconds(10)};

constexpr std::string_view any_old_stands = "the old ", old_entry_stands = "the old entry stands: ";

using Entry = std::optional<std::string>;

std::optional<Failure> read_entry(Xapi& xapi, const SetVmField& entry, Entry& now) {
  boost::json::value map;
  if (auto failure = xapi.ask_for(map, "VM.get_other_config", {entry.vm})) return failure;
  const auto* value = map.is_object() ? map.as_object().if_contains(key) : nullptr;
  if (!map.is_object() || (value && !value->is_string()))
    return Failure(code::xapi_unavailable,
                   "xapi's answer to VM.get_other_config is no map of texts");
  now = value ? Entry(std::string(value->as_string())) : std::nullopt;
  return std::nullopt;
}

std::optional<Failure> remove(Xapi& xapi, const SetVmField& entry) {
  return xapi.change("VM.remove_from_other_config", {entry.vm, key});
}

std::optional<Failure> add(Xapi& xapi, const SetVmField& entry, const std::string& value) {
  return xapi.change("VM.add_to_other_config", {entry.vm, key, value});
}

std::string in_quotes(const Entry& value) { return value ? "'" + printable(*value) + "'" : "none"; }

/// Nothing where somebody else has set what was to be set.
std::optional<Failure> changed_meanwhile(Xapi& xapi, const SetVmField& entry) {
  Entry now;
  std::vector<std::string> stands;
  if (!read_entry(xapi, entry, now)) {
    if (now == entry.after) return std::nullopt;
    stands = {entry_that_stands(now)};
  }
  return Failure(code::busy,
                 "somebody else changes the entry of the VM '" + entry.vm_name +
                     "' at this moment; look at assignments, and try again",
                 stands);
}

Failure too_slow(const SetVmField& entry) {
  return {code::busy, "xapi took so long to remove the old entry of the VM '" + entry.vm_name +
                          "' that somebody else may have changed it meanwhile, and that change "
                          "would be lost; look at assignments, and try again"};
}

/// Says what stands, where that can be told.
std::optional<Failure> put_back(Xapi& xapi, const SetVmField& entry, std::string& stands) {
  Entry now;
  auto failure = read_entry(xapi, entry, now);
  if (!failure && !now && entry.before) {
    failure = add(xapi, entry, *entry.before);
    now = entry.before;
  }
  stands =
      now == entry.before ? std::string(old_entry_stands) + in_quotes(now) : entry_that_stands(now);
  return failure;
}

std::string what_stands(const Host& host, const Caller& caller, const SetVmField& entry) {
  std::string error;
  for (const auto& session : {caller.session, std::string()}) {
    Xapi xapi(host, {.name = "", .session = session}, after_error);
    std::string stands;
    const auto failure = put_back(xapi, entry, stands);
    if (!failure) return stands;
    error = failure->sentence;
  }
  return "unknown what stands now (" + error + "); the old entry was: " + in_quotes(entry.before);
}

}  // namespace

std::string entry_that_stands(const Entry& now) {
  return "the entry that stands: " + in_quotes(now);
}

bool is_as_before(const Failure& failure) {
  return failure.code == code::busy || failure.details.empty() ||
         failure.details.back().starts_with(any_old_stands);
}

std::optional<Failure> set_vm_entry(const Host& host, const Caller& caller, const SetVmField& entry,
                                    RemovalLimit limit) {
  Xapi xapi(host, caller);
  Entry now;
  const auto begun = std::chrono::steady_clock::now();
  if (auto failure = read_entry(xapi, entry, now)) return failure;
  if (now != entry.before) return changed_meanwhile(xapi, entry);
  auto failure = entry.before ? remove(xapi, entry) : std::nullopt;
  const bool late = limit && std::chrono::steady_clock::now() - begun > *limit;
  if (!failure && entry.before && late) failure = too_slow(entry);
  if (!failure && entry.after) failure = add(xapi, entry, *entry.after);
  if (!failure) return std::nullopt;
  if (failure->code == "MAP_DUPLICATE_KEY") return changed_meanwhile(xapi, entry);
  failure->details.push_back(what_stands(host, caller, entry));
  return failure;
}

}  // namespace pci_passthrough
