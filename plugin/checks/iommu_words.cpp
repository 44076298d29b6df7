#include "plugin/checks/iommu_words.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace pci_passthrough::checks {
namespace {

void heed(std::string_view word, IommuWords& words) {
  constexpr std::array<std::string_view, 5> no = {"0", "no", "off", "false", "disable"},
                                            yes = {"1", "yes", "on", "true", "enable"};
  const auto is = [&](const auto& table, std::string_view text) {
    return std::ranges::count(table, text) != 0;
  };
  constexpr std::string_view remapping = "intremap", igfx = "igfx";
  if (is(no, word)) words.off = true;
  if (is(yes, word)) words.off = false;
  const bool denied = word.starts_with("no-");
  if (denied) word.remove_prefix(3);
  const auto says_no = [&](std::string_view option) {
    const auto value = word.substr(option.size());
    return value.empty() ? denied : value.front() == '=' && is(no, value.substr(1));
  };
  if (word.starts_with(remapping)) words.no_remapping = says_no(remapping);
  if (word.starts_with(igfx)) words.no_igfx = says_no(igfx);
}

}  // namespace

IommuWords iommu_words(const std::vector<std::string>& arguments) {
  constexpr std::string_view option = "iommu=";
  IommuWords words;
  for (const auto& argument : arguments) {
    if (argument == "no-iommu") words.off = true;
    if (!argument.starts_with(option)) continue;
    std::istringstream parts(argument.substr(option.size()));
    for (std::string part; std::getline(parts, part, ',');) heed(part, words);
  }
  return words;
}

}  // namespace pci_passthrough::checks
