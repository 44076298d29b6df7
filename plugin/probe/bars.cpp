#include <sstream>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t own = 7;
constexpr std::uint64_t memory = 0x200, memory_64 = 0x100000, bar_type = 0x6, bar_64 = 0x4;

std::optional<std::vector<Bar>> bars_in(const std::string& text) {
  std::vector<Bar> bars;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t i = 0; i < own; ++i) {
    if (!std::getline(lines, line)) return std::nullopt;
    std::vector<std::uint64_t> numbers;
    for (const auto& word : words_of(line))
      if (const auto number = read_number<std::uint64_t>(word, 16)) numbers.push_back(*number);
    if (numbers.size() != 3 || numbers[1] < numbers[0]) return std::nullopt;
    const auto flags = numbers[2];
    if ((flags & memory) == 0) continue;
    const bool is_64bit = (flags & memory_64) != 0 || (flags & bar_type) == bar_64;
    bars.push_back({numbers[1] - numbers[0] + 1, is_64bit});
  }
  return bars;
}

}  // namespace

void probe_bars(const Host& host, Snapshot& snapshot) {
  for (auto& function : snapshot.functions) {
    if (function.is_bridge()) continue;
    const auto path = "/sys/bus/pci/devices/" + function.address.text() + "/resource";
    if (const auto text = host.read(path)) function.bars = bars_in(text.value);
  }
}

}  // namespace pci_passthrough
