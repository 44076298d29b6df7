#include "plugin/model/unreadable.hpp"

#include <fmt/format.h>

#include <vector>

#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

template <typename Say>
std::string told(const Unreadable& unreadable, Say say) {
  constexpr std::size_t most = 3;
  std::vector<std::string> all;
  for (const auto& [source, why] : unreadable)
    if (all.size() < most) all.push_back(say(source, why));
  if (unreadable.size() > most) all.push_back(fmt::format("{} more", unreadable.size() - most));
  return joined(all);
}

}  // namespace

std::string why_functions_are_unknown(const Unreadable& unreadable) {
  const auto why = unreadable.find(paths::pci_devices);
  return why == unreadable.end() ? "" : fmt::format("cannot read {} ({})", why->first, why->second);
}

std::string words_of_unread(const Unreadable& unreadable) {
  if (unreadable.empty()) return "";
  return fmt::format("Not read, and what rests on it is unknown: {}.",
                     told(unreadable, [](const auto& source, const auto& why) {
                       return fmt::format("{} ({})", printable(source), printable(why));
                     }));
}

std::string names_of_unread(const Unreadable& unreadable) {
  if (unreadable.empty()) return "";
  return "not read: " +
         told(unreadable, [](const auto& source, const auto&) { return printable(source); });
}

}  // namespace pci_passthrough
