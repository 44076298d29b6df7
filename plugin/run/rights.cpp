#include "plugin/run/rights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "plugin/host/xapi.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/version.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr char pool_conf[] = "/etc/xensource/pool.conf";
constexpr std::string_view right = "host.call_plugin", operation = "call_plugin";
constexpr std::pair first_with_vm_calls{25, 22};  ///< of xapi: VM.call_host_plugin

Failure not_permitted(const std::string& why) {
  return {code::not_permitted, fmt::format("Not permitted; nothing was changed. {}", why)};
}

Failure lacks_right() {
  return not_permitted(
      fmt::format("This session's role lacks {}; log in as a pool administrator.", right));
}

void require_right_of_session(Xapi& xapi) {
  const json::array session = {json::string(xapi.session())};
  const auto superuser = xapi.call("session.get_is_local_superuser", session);
  if (superuser == json::value(true)) return;
  const auto permissions = xapi.call("session.get_rbac_permissions", session);
  const auto* held = permissions.if_array();
  if (held && std::ranges::find(*held, json::value(right)) != held->end()) return;
  throw lacks_right();
}

/// Does xapi tell that it is neither a local superuser's nor holds the permission? What it does not
/// tell is no proof.
bool is_demonstrably_less(Xapi& xapi) {
  const json::array session = {json::string(xapi.session())};
  json::value superuser, permissions;
  if (xapi.ask_for(superuser, "session.get_is_local_superuser", session) ||
      superuser != json::value(false) ||
      xapi.ask_for(permissions, "session.get_rbac_permissions", session))
    return false;
  const auto* held = permissions.if_array();
  return held && std::ranges::find(*held, json::value(right)) == held->end();
}

/// Is there a xapi in the pool that lets a VM operator call plugins, or one that may be such?
bool vm_operators_may_call(const Pool& pool) {
  return pool.hosts.empty() || std::ranges::any_of(pool.hosts, [](const auto& one) {
           const auto number = version_in(one.second.xapi_build);
           return !number || *number >= first_with_vm_calls;
         });
}

bool calls_plugin(const VmRecord& vm) {
  return !vm.current_operations || std::ranges::count(*vm.current_operations, operation) != 0;
}

void require_records(const Pool& pool, const std::string& name) {
  const auto why = pool.unreadable.find(name);
  if (why != pool.unreadable.end())
    throw Failure(code::xapi_unavailable,
                  fmt::format("Cannot read the caller's rights from xapi: {}.", why->second));
}

void require_no_call_of_a_vm(const Pool& pool) {
  std::vector<std::string> calling;
  require_records(pool, "VM");
  for (const auto& [ref, vm] : pool.vms)
    if (calls_plugin(vm))
      calling.push_back(fmt::format("the VM '{}'", printable(vm.name.empty() ? vm.uuid : vm.name)));
  if (!calling.empty())
    throw not_permitted(fmt::format(
        "Unknown whether this call came through a VM: a plugin is being called through {}, and a "
        "pool's member cannot tell the two apart. Try again when that call is over.",
        joined(calling)));
}

}  // namespace

void require_rights(const Host& host, const Caller& caller, const Snapshot& asked) {
  if (caller.at_shell) return;
  Xapi xapi(host, caller);
  if (!xapi.present() && !host.is_live()) return;
  if (caller.session.empty()) throw not_permitted("The call came without a session.");
  const auto role = host.read(pool_conf);
  const bool coordinator = role.value.starts_with("master");
  if (!coordinator && !role.value.starts_with("slave:"))
    throw not_permitted(fmt::format(
        "Unknown whether this host is its pool's coordinator or a member: {} does not say.",
        pool_conf));
  if (!asked.pool)
    throw Failure(
        code::xapi_unavailable,
        fmt::format("Cannot read the caller's rights from xapi: {}.", why_vms_are_unknown(asked)));
  if (coordinator) return require_right_of_session(xapi);
  if (is_demonstrably_less(xapi)) throw lacks_right();
  require_records(*asked.pool, "host");
  if (vm_operators_may_call(*asked.pool)) require_no_call_of_a_vm(*asked.pool);
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
                fmt::format("Not permitted. Ask scope=pool of the pool's coordinator{}, or as root "
                            "at a shell: on a member, a call comes in xapi's own session, which "
                            "does not show what the caller may do.",
                            coordinator));
}

}  // namespace pci_passthrough
