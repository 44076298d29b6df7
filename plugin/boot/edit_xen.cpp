#include <algorithm>
#include <iterator>
#include <map>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {
namespace {

/// "extra_guest_irqs=", of an argument of that name.
std::string_view head_of(std::string_view argument) {
  return argument.substr(0, argument.find('=') + 1);
}

struct XenReplacement {
  std::size_t size = 0;
  std::string text;
};
using XenPlan = std::map<std::size_t, XenReplacement>;  ///< by where it begins

void plan_xen_edit(const BootEntry& entry, const XenEdit& edit, XenPlan& plan) {
  const auto stands = [&](const Argument& word) { return word.value == edit.argument; };
  const auto same_name = [&](const Argument& word) {
    return word.value.starts_with(head_of(edit.argument));
  };
  const auto& words = entry.xen_words;
  if (edit.replaces) {
    const auto last = std::find_if(words.rbegin(), words.rend(), same_name);
    if (last != words.rend() && !stands(*last))
      plan[last->begin] = {last->end - last->begin, edit.argument};
    if (last != words.rend()) return;
  } else if (std::ranges::any_of(words, stands)) {
    return;
  }
  auto& added = plan[entry.xen_arguments_end].text;
  if (added.find(' ' + edit.argument) == std::string::npos) added += ' ' + edit.argument;
}

}  // namespace

std::string edit_xen_arguments(const BootFile& file, const std::vector<XenEdit>& edits) {
  std::string text = file.text;
  if (file.trouble) return text;
  XenPlan plan;
  for (const auto& edit : edits)
    if (edit.entry < file.entries.size() && file.entries[edit.entry].is_xen)
      plan_xen_edit(file.entries[edit.entry], edit, plan);
  for (auto each = plan.rbegin(); each != plan.rend(); ++each)
    text.replace(each->first, each->second.size, each->second.text);
  return text;
}

}  // namespace pci_passthrough
