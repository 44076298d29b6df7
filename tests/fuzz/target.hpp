#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// What a target does with one input: the source by its name defines it.
void try_input(std::string_view input);

/// What holds for every input; the process ends where it does not, and says which promise it was.
inline void require(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// Takes one byte off, for a choice; 0 at the end.
inline unsigned char take_choice(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  return byte;
}

}  // namespace pci_passthrough
