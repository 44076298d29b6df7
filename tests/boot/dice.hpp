#pragma once

#include <random>
#include <string>
#include <string_view>

namespace pci_passthrough {

struct Dice {
  std::mt19937 random;

  std::size_t below(std::size_t n) { return random() % n; }
  template <std::size_t N>
  std::string one_of(const std::string_view (&choices)[N]) {
    return std::string(choices[below(N)]);
  }
};

}  // namespace pci_passthrough
