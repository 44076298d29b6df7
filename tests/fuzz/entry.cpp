/// Where libFuzzer and the replay come in.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A block of the very size, so that the sanitizer sees each read behind its end.
  const std::string input(reinterpret_cast<const char*>(data), size);
  pci_passthrough::try_input(input);
  return 0;
}
