#include <algorithm>
#include <array>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

struct Kind {
  std::string_view kind, words;
};
constexpr std::array kinds = {
    Kind{"ipmi", "the IPMI interface"}, Kind{"tpm", "the TPM"}, Kind{"watchdog", "the watchdog"},
    Kind{"fc_remote_ports", "the Fibre Channel port"}, Kind{"infiniband", "the InfiniBand device"}};

}  // namespace

Reasons has_driver_devices(const Snapshot& snapshot, const Function& function) {
  std::vector<std::string> lost;
  std::string evidence;
  for (const auto& [kind, words] : kinds)
    for (const auto& device : snapshot.driver_devices) {
      if (device.kind != kind || std::ranges::count(device.path, function.address) == 0) continue;
      if (lost.empty()) evidence = "/sys/class/" + device.kind + "/" + device.name;
      lost.push_back(std::string(words) + " " + device.name);
    }
  if (!lost.empty())
    return {{"dom0 has " + joined(lost) + " on " + what_it_is(function), evidence}};
  const auto untold = std::ranges::find_if(kinds, [&](const Kind& kind) {
    return snapshot.unreadable.contains("/sys/class/" + std::string(kind.kind));
  });
  if (untold == kinds.end()) return {};
  return {{"it cannot be told whether dom0 has " + std::string(untold->words) + " on " +
               what_it_is(function),
           "/sys/class/" + std::string(untold->kind), FindingState::unknown}};
}

}  // namespace pci_passthrough::checks
