#include <algorithm>
#include <array>

#include "plugin/model/storage.hpp"

namespace pci_passthrough {
namespace {

/// Whether dom0 lives from what is mounted at a directory or below it; the longest that fits
/// counts. What none of them holds is somebody's data: /data, /isos.
struct DirectoryOfDom0 {
  std::string_view path;
  bool is_its_own;
};
constexpr std::array directories_of_dom0 = {
    DirectoryOfDom0{"/bin", true},  // programs, here and below
    DirectoryOfDom0{"/lib", true},
    DirectoryOfDom0{"/lib32", true},
    DirectoryOfDom0{"/lib64", true},
    DirectoryOfDom0{"/sbin", true},
    DirectoryOfDom0{"/usr", true},
    DirectoryOfDom0{"/opt", true},         // /opt/xensource: xapi and its tools
    DirectoryOfDom0{"/boot", true},        // what boots
    DirectoryOfDom0{"/etc", true},         // what configures it
    DirectoryOfDom0{"/root", true},        // where its administrator logs in
    DirectoryOfDom0{"/tmp", true},         // services do not start without
    DirectoryOfDom0{"/var", true},         // xapi's database, logs, the swap file of old releases
    DirectoryOfDom0{"/var/opt", false},    // ISO libraries of an administrator's
    DirectoryOfDom0{"/var/run", false},    // /run by its old name; SRs in sr-mount
    DirectoryOfDom0{"/var/lock", false},   // memory
    DirectoryOfDom0{"/var/crash", false},  // dumps, read by nobody at boot
    DirectoryOfDom0{"/var/xen", false},    // xc-install, the tools' ISO of 6.x
};

bool holds_target(std::string_view directory, std::string_view target) {
  if (!target.starts_with(directory)) return false;
  const auto rest = target.substr(directory.size());
  return rest.empty() || rest.front() == '/';
}

}  // namespace

bool is_system_target(std::string_view target) {
  if (target == "/") return true;
  const DirectoryOfDom0* best = nullptr;
  for (const auto& one : directories_of_dom0)
    if (holds_target(one.path, target) && (!best || best->path.size() < one.path.size()))
      best = &one;
  return best && best->is_its_own;
}

}  // namespace pci_passthrough
