#include <algorithm>
#include <set>

#include "plugin/model/paths.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

class Descent {
 public:
  Descent(const Snapshot& snapshot, InterfacePath& path) : snapshot_(snapshot), path_(path) {}

  void follow(const std::string& name) {
    if (!seen_.insert(name).second) return;
    const auto found = std::ranges::find(snapshot_.interfaces, name, &NetInterface::name);
    if (found == snapshot_.interfaces.end() || (found->path.empty() && found->below.empty())) {
      path_.known = false;
      return;
    }
    if (name != path_.interface) path_.through.push_back(name);
    if (path_.evidence.find(found->evidence) == std::string::npos)
      path_.evidence += ", " + found->evidence;
    for (const auto& address : found->path) add(address);
    for (const auto& next : found->below) follow(next);
  }

 private:
  void add(const PciAddress& address) {
    path_.functions.push_back(address);
    const Function* function = snapshot_.find(address);
    if (function && function->physical_function)
      path_.functions.push_back(*function->physical_function);
    if (function && !function->unread.empty()) path_.known = false;
  }

  const Snapshot& snapshot_;
  InterfacePath& path_;
  std::set<std::string> seen_;
};

}  // namespace

InterfacePath path_of_interface(const Snapshot& snapshot, const std::string& interface,
                                std::string evidence) {
  InterfacePath path{true, interface, {}, {}, std::move(evidence)};
  if (!interface.empty()) Descent(snapshot, path).follow(interface);
  return path;
}

InterfacePath management_path(const Snapshot& snapshot) {
  if (!snapshot.management_interface) return {false, "", {}, {}, paths::inventory};
  return path_of_interface(snapshot, *snapshot.management_interface, paths::inventory);
}

}  // namespace pci_passthrough
