#include "plugin/model/utc.hpp"

namespace pci_passthrough {

std::string utc_text(std::time_t clock, const char* form) {
  std::tm utc{};
  ::gmtime_r(&clock, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, form, &utc)};
}

}  // namespace pci_passthrough
