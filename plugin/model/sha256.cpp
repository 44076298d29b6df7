#include "plugin/model/sha256.hpp"

#include <sys/types.h>
// libmd's header needs the types above.
#include <sha256.h>

namespace pci_passthrough {

std::string sha256(std::string_view content) {
  char digits[SHA256_DIGEST_STRING_LENGTH] = "";
  return ::SHA256Data(reinterpret_cast<const std::uint8_t*>(content.data()), content.size(),
                      digits);
}

}  // namespace pci_passthrough
