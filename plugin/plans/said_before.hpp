#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "plugin/model/finding.hpp"

namespace pci_passthrough {

/// What was said of a host before a change, as far as it tells what the change brings about.
class SaidBefore {
 public:
  explicit SaidBefore(const std::vector<Finding>& findings);

  /// Is it about a VM, and was not said of it and the device, or not as grave?
  bool lacks_of_vm(const Finding& finding) const;
  /// Is it about the host as a whole, and was not said of it?
  bool lacks_of_host(const Finding& finding) const;

 private:
  using About = std::tuple<std::string, std::string, std::optional<PciAddress>>;  ///< code, VM
  std::map<About, Severity> of_vms_;
  std::set<std::pair<std::string, std::string>> of_host_;  ///< code and message
};

}  // namespace pci_passthrough
