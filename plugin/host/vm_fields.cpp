#include "plugin/host/vm_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "plugin/host/xapi.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr char null_ref[] = "OpaqueRef:NULL", reason[] = "pci-passthrough";

using Error = std::optional<Failure>;

Error no_such_answer(std::string_view method) {
  return Failure(code::xapi_unavailable,
                 fmt::format("xapi's answer to {} is not what it should be", method));
}

Error ask_text(Xapi& xapi, std::string_view method, const std::string& ref, std::string& text) {
  json::value answer;
  if (auto failure = xapi.ask_for(answer, method, {json::string(ref)})) return failure;
  if (!answer.is_string()) return no_such_answer(method);
  text = answer.as_string();
  return std::nullopt;
}

Error read_affinity(Xapi& xapi, const SetVmField& setting, std::string& now) {
  std::string ref;
  if (auto failure = ask_text(xapi, "VM.get_affinity", setting.vm, ref)) return failure;
  now = "";
  if (ref == null_ref || ref.empty()) return std::nullopt;
  const auto failure = ask_text(xapi, "host.get_uuid", ref, now);
  if (failure && failure->code == "HANDLE_INVALID") now = ref;
  return failure && failure->code != "HANDLE_INVALID" ? failure : std::nullopt;
}

Error write_affinity(Xapi& xapi, const SetVmField& setting) {
  std::string ref = null_ref;
  if (!setting.after->empty())
    if (auto failure = ask_text(xapi, "host.get_by_uuid", *setting.after, ref)) return failure;
  return xapi.change("VM.set_affinity", {json::string(setting.vm), json::string(ref)});
}

Error read_blocked(Xapi& xapi, const SetVmField& setting, std::string& now) {
  constexpr std::string_view method = "VM.get_blocked_operations";
  json::value answer;
  if (auto failure = xapi.ask_for(answer, method, {json::string(setting.vm)})) return failure;
  if (!answer.is_object()) return no_such_answer(method);
  VmRecord vm;
  for (const auto& [operation, why] : answer.as_object())
    vm.blocked_operations.emplace_back(operation);
  now = text_of({}, vm, VmField::blocked_operations).value();
  return std::nullopt;
}

bool is_among(std::string_view operation, const std::optional<std::string>& blocked) {
  return fmt::format(",{},", *blocked).find(fmt::format(",{},", operation)) != std::string::npos;
}

/// All or none, as far as xapi lets us; one that somebody else blocks at this moment is blocked.
Error write_blocked(Xapi& xapi, const SetVmField& setting) {
  std::vector<std::string_view> done;
  const auto turn = [&](std::string_view operation, bool on) {
    const json::string ref(setting.vm), name(operation);
    auto failure = on ? xapi.change("VM.add_to_blocked_operations", {ref, name, reason})
                      : xapi.change("VM.remove_from_blocked_operations", {ref, name});
    return failure && failure->code == "MAP_DUPLICATE_KEY" ? std::nullopt : failure;
  };
  for (const auto& operation : guarded_operations) {
    const bool on = is_among(operation, setting.after);
    if (on == is_among(operation, setting.before)) continue;
    if (auto failure = turn(operation, on)) {
      for (const auto& one : done) turn(one, !is_among(one, setting.after));
      return failure;
    }
    done.push_back(operation);
  }
  return std::nullopt;
}

Error read_number(Xapi& xapi, std::string_view method, const std::string& ref,
                  std::uint64_t& number) {
  json::value answer;
  if (auto failure = xapi.ask_for(answer, method, {json::string(ref)})) return failure;
  if (answer.is_int64()) {
    number = static_cast<std::uint64_t>(answer.as_int64());
    return std::nullopt;
  }
  const std::string_view text = answer.is_string() ? answer.get_string() : std::string_view();
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_read = error == std::errc{} && stop == text.data() + text.size();
  return is_read ? std::nullopt : no_such_answer(method);
}

Error read_memory(Xapi& xapi, const SetVmField& setting, std::string& now) {
  MemoryRange range;
  if (auto failure = read_number(xapi, "VM.get_memory_dynamic_min", setting.vm, range.least))
    return failure;
  if (auto failure = read_number(xapi, "VM.get_memory_dynamic_max", setting.vm, range.most))
    return failure;
  now = memory_range_text(range);
  return std::nullopt;
}

Error write_memory(Xapi& xapi, const SetVmField& setting) {
  const auto range = parse_memory_range(*setting.after);
  if (!range)
    return Failure(code::internal_error,
                   fmt::format("'{}' is no memory range", printable(*setting.after)));
  return xapi.change("VM.set_memory_dynamic_range",
                     {json::string(setting.vm), static_cast<std::int64_t>(range->least),
                      static_cast<std::int64_t>(range->most)});
}

struct Writer {
  VmField field;
  Error (*read)(Xapi&, const SetVmField&, std::string& now);
  Error (*write)(Xapi&, const SetVmField&);
};
constexpr Writer writers[] = {
    {VmField::affinity, read_affinity, write_affinity},
    {VmField::blocked_operations, read_blocked, write_blocked},
    {VmField::memory_dynamic_range, read_memory, write_memory},
};

std::string stands(Xapi& xapi, const Writer& writer, const SetVmField& setting) {
  std::string now;
  const auto failure = writer.read(xapi, setting, now);
  if (failure)
    return fmt::format("unknown what stands now ({}); before it was: '{}'", failure->sentence,
                       printable(*setting.before));
  return fmt::format("the {}value of its {} stands: '{}'", now == setting.before ? "old " : "",
                     words_of(setting.field), printable(now));
}

}  // namespace

std::optional<Failure> set_vm_setting(const Host& host, const Caller& caller,
                                      const SetVmField& setting) {
  const auto* writer = std::ranges::find(writers, setting.field, &Writer::field);
  Xapi xapi(host, caller);
  std::string now;
  if (auto failure = writer->read(xapi, setting, now)) return failure;
  if (now == setting.after) return std::nullopt;
  if (now != setting.before)
    return Failure(code::busy,
                   fmt::format("somebody else changes the {} of the VM '{}' at this moment; see "
                               "what it is, and try again",
                               words_of(setting.field), setting.vm_name),
                   {fmt::format("it is: '{}'", printable(now))});
  auto failure = writer->write(xapi, setting);
  if (failure) failure->details.push_back(stands(xapi, *writer, setting));
  return failure;
}

std::optional<Failure> set_vm_field(const Host& host, const Caller& caller, const SetVmField& field,
                                    RemovalLimit limit) {
  return field.field == VmField::pci ? set_vm_entry(host, caller, field, limit)
                                     : set_vm_setting(host, caller, field);
}

}  // namespace pci_passthrough
