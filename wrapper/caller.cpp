#include "wrapper/caller.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string root_of_environment() {
  const std::string root = environment("PCI_PASSTHROUGH_ROOT");
  return root.empty() ? "/" : root;
}

Caller caller_through_xapi(const Host& host, std::string session) {
  const bool is_member = host.read("/etc/xensource/pool.conf").value.starts_with("slave:");
  return {false, is_member ? "xapi, via the coordinator" : "xapi", std::move(session)};
}

Caller caller_at_shell() {
  if (geteuid() != 0) return {false, "uid " + std::to_string(geteuid()) + " at a shell"};
  const std::string user = environment("SUDO_USER");
  return {true, "root at a shell" + (user.empty() ? "" : " (sudo by " + printable(user) + ")")};
}

}  // namespace pci_passthrough
