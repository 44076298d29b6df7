#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/import.hpp"

namespace pci_passthrough::reports {

object export_state(const Analysis& host, const Arguments&) {
  return export_json(exported_of(host));
}

std::string export_text(const object& reply) { return ascii_json(reply) + "\n"; }

}  // namespace pci_passthrough::reports
