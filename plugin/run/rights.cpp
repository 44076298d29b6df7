#include "plugin/run/rights.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>
#include <map>
#include <optional>

#include "plugin/host/xapi.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr char pool_conf[] = "/etc/xensource/pool.conf";
constexpr std::string_view right = "host.call_plugin", operation = "call_plugin";
constexpr std::pair first_with_vm_calls{25, 22};  ///< of xapi: VM.call_host_plugin

Failure not_permitted(const std::string& why) {
  return {code::not_permitted, "not permitted, and nothing was changed: " + why};
}

/// "25.33.1"
std::optional<std::pair<int, int>> version(std::string_view text) {
  std::pair<int, int> numbers;
  const auto* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, numbers.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, numbers.second);
  if (minor.ec != std::errc{}) return std::nullopt;
  return numbers;
}

void require_right_of_session(Xapi& xapi) {
  const json::array session = {json::string(xapi.session())};
  const auto superuser = xapi.call("session.get_is_local_superuser", session);
  if (superuser == json::value(true)) return;
  const auto permissions = xapi.call("session.get_rbac_permissions", session);
  const auto* held = permissions.if_array();
  if (held && std::ranges::find(*held, json::value(right)) != held->end()) return;
  throw not_permitted("this session does not hold " + std::string(right) +
                      ", which a pool administrator's does");
}

/// Is there a xapi in the pool that lets a VM operator call plugins, or one that may be such?
bool vm_operators_may_call(Xapi& xapi) {
  constexpr std::string_view fields[] = {"software_version"};
  bool may = false, any = false;
  const auto failure = xapi.records("host", fields, [&](auto, const json::object& record) {
    any = true;
    const auto* versions = record.if_contains("software_version");
    const auto* build = versions && versions->is_object()
                            ? versions->as_object().if_contains("xapi_build")
                            : nullptr;
    const auto number = build && build->is_string() ? version(build->as_string()) : std::nullopt;
    may = may || !number || *number >= first_with_vm_calls;
  });
  if (failure) throw Failure(*failure);
  return may || !any;
}

bool calls_plugin(const json::object& vm) {
  const auto* operations = vm.if_contains("current_operations");
  if (!operations || !operations->is_object()) return true;
  return std::ranges::any_of(operations->as_object(),
                             [](const auto& one) { return one.value() == json::value(operation); });
}

void require_no_call_of_a_vm(Xapi& xapi) {
  constexpr std::string_view fields[] = {"name_label", "current_operations"};
  std::vector<std::string> calling;
  const auto failure = xapi.records("VM", fields, [&](auto, const json::object& vm) {
    const auto* name = calls_plugin(vm) ? vm.if_contains("name_label") : nullptr;
    if (calls_plugin(vm))
      calling.push_back(name && name->is_string() ? printable(name->as_string()) : "?");
  });
  if (failure) throw Failure(*failure);
  if (!calling.empty())
    throw not_permitted("a plugin is being called through the VM " + joined(calling) +
                        ", and on a pool's member nobody can tell whether it is this call; try "
                        "again when it is over");
}

}  // namespace

void require_rights(const Host& host, const Caller& caller) {
  if (caller.at_shell) return;
  Xapi xapi(host, caller);
  if (!xapi.present() && !host.is_live()) return;
  if (caller.session.empty()) throw not_permitted("the call came without a session");
  const auto role = host.read(pool_conf);
  const bool coordinator = role.value.starts_with("master");
  if (!coordinator && !role.value.starts_with("slave:"))
    throw not_permitted(std::string(pool_conf) +
                        " does not say whether this host is its pool's coordinator or a member");
  if (coordinator) return require_right_of_session(xapi);
  if (vm_operators_may_call(xapi)) require_no_call_of_a_vm(xapi);
}

void require_rights_over_pool(const Host& host, const Caller& caller) {
  if (caller.at_shell) return;
  constexpr std::string_view member = "slave:";
  const auto role = host.read(pool_conf).value;
  if (role.starts_with("master")) return;
  const auto address = role.starts_with(member) ? role.substr(member.size()) : "";
  const auto coordinator =
      address.empty() ? "" : " (" + printable(address.substr(0, address.find('\n'))) + ")";
  throw Failure(code::not_permitted,
                "not permitted: scope=pool is asked of the pool's coordinator" + coordinator +
                    ", or by root at a shell; on a member the session of a call is xapi's own, and "
                    "would ask every host whatever the caller may do");
}

}  // namespace pci_passthrough
