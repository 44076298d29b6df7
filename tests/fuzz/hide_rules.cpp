#include <vector>

#include "plugin/pci/hide_rule.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/pci/pciback.hpp"

namespace pci_passthrough {
namespace {

void try_kind(std::string_view input, PcibackKind kind) {
  const auto list = parse_hide_list(input, kind);
  require(rules_of(list) == rules_by_sscanf(std::string(input), kind), "the kernel reads the same");
  if (list.error) {
    require(list.rules.empty() && !list.names({}), "one error hides nothing");
    require(list.error->position <= input.size(), "an error stands in the list, or at its end");
    return;
  }
  std::string texts;
  std::vector<PciAddress> addresses;
  for (const auto& rule : list.rules) {
    texts += rule.text;
    addresses.push_back(
        {rule.segment, rule.bus, rule.device.value_or(0), rule.function.value_or(0)});
    require(rule.names(addresses.back()) && list.names(addresses.back()), "a rule names its own");
  }
  require(input.starts_with(texts), "the rules stand one after the other");
  require(kind == PcibackKind::classic || input == texts, "and nothing between them");
  const auto written = write_hide_list(addresses);
  require(list.is_canonical() == (written == input), "canonical is what we would write");
  require(parse_hide_list(written, kind).is_canonical(), "what we write is canonical");
}

}  // namespace

void try_input(std::string_view input) {
  if (input.find('\0') != std::string_view::npos) return;
  try_kind(input, PcibackKind::pvops);
  try_kind(input, PcibackKind::classic);
}

}  // namespace pci_passthrough
