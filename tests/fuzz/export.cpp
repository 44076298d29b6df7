#include <boost/json/serialize.hpp>

#include "plugin/model/failure.hpp"
#include "plugin/plans/import.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  std::optional<Exported> exported;
  try {
    exported = read_export(input);
  } catch (const Failure& failure) {
    require(failure.code == code::invalid_argument, "what is no export is an argument's fault");
    return;
  }
  const auto text = boost::json::serialize(export_json(*exported));
  require(boost::json::serialize(export_json(read_export(text))) == text,
          "what is read is written, and read back the same");
  const Analysis nowhere = Snapshot{};
  try {
    const auto decision = import_state(nowhere, *exported, Entries::that_boot, {});
    require(decision.plan.files.empty() && decision.plan.vm_fields.empty(),
            "a host without anything gets nothing");
  } catch (const Failure&) {
  }
}

}  // namespace pci_passthrough
