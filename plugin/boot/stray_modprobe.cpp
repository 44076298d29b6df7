#include <algorithm>

#include "plugin/boot/meant_rules.hpp"
#include "plugin/boot/plain_text.hpp"
#include "plugin/boot/stray_rules.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

struct Option {
  std::string_view module, parameter;
  StrayKind kind;
};
constexpr Option options_of_lists[] = {{"xen-pciback", "hide=", StrayKind::modprobe},
                                       {"pciback", "hide=", StrayKind::modprobe},
                                       {"vfio-pci", "ids=", StrayKind::other_system},
                                       {"pci-stub", "ids=", StrayKind::other_system}};

/// "options xen-pciback hide=(03:00.*)": where the parameter stands; nothing where it does not.
std::optional<std::size_t> place_of(std::string_view line, const Option& option) {
  auto rest = line;
  if (take_word(rest) != "options") return {};
  auto module = std::string(take_word(rest));
  std::ranges::replace(module, '_', '-');
  const auto at = rest.find(option.parameter);
  const bool begins_word = at == 0 || (at != rest.npos && rest[at - 1] == ' ');
  if (module != option.module || !begins_word) return {};
  return rest.data() + at - line.data();
}

}  // namespace

std::vector<StrayRule> stray_modprobe_rules(std::string_view text) {
  std::vector<StrayRule> result;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = std::min(text.find('\n', at), text.size()) - at;
    const auto plain = read_as_person(text.substr(at, size), at);
    ++number;
    for (const auto& option : options_of_lists) {
      const auto place = place_of(plain.text, option);
      if (!place) continue;
      const auto word = std::string_view(plain.text).substr(*place);
      const auto used = word.substr(0, word.find_last_not_of(' ') + 1);
      const auto begin = plain.begins[*place], end = plain.ends[*place + used.size() - 1];
      result.push_back({{},
                        number,
                        begin,
                        end,
                        std::string(text.substr(begin, end - begin)),
                        option.kind,
                        meant_rules(used.substr(option.parameter.size())),
                        false});
    }
    at += size + 1;
  }
  return result;
}

}  // namespace pci_passthrough
