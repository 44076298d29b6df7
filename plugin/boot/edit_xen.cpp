#include <algorithm>
#include <iterator>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

/// "extra_guest_irqs=", of an argument of that name.
std::string_view head_of(std::string_view argument) {
  return argument.substr(0, argument.find('=') + 1);
}

/// What the entry's edits put in the place of words, and what they add behind the last.
void plan_entry(const BootEntry& entry, const std::vector<XenEdit>& edits,
                std::vector<Replacement>& plan) {
  std::string added;
  for (const auto& edit : edits) {
    const auto& argument = edit.argument;
    const auto& words = entry.xen_words;
    const auto last = std::find_if(words.rbegin(), words.rend(), [&](const Argument& word) {
      return word.value.starts_with(head_of(argument));
    });
    if (std::ranges::find(words, argument, &Argument::value) != words.end() &&
        (!edit.replaces || last->value == argument))
      continue;
    if (edit.replaces && last != words.rend()) {
      std::erase_if(plan, [&](const auto& other) { return other.begin == last->begin; });
      plan.push_back({last->begin, last->end, argument});
    } else if ((added + ' ').find(' ' + argument + ' ') == std::string::npos) {
      added += ' ' + argument;
    }
  }
  if (!added.empty()) plan.push_back({entry.xen_arguments_end, entry.xen_arguments_end, added});
}

}  // namespace

std::string edit_xen_arguments(const BootFile& file, const std::vector<XenEdit>& edits) {
  if (file.error) return file.text;
  std::vector<Replacement> plan;
  for (std::size_t i = 0; i < file.entries.size(); ++i) {
    const BootEntry& entry = file.entries[i];
    std::vector<XenEdit> own;
    std::ranges::copy_if(edits, std::back_inserter(own),
                         [&](const XenEdit& edit) { return edit.entry == i; });
    if (entry.is_xen && !entry.error) plan_entry(entry, own, plan);
  }
  return with_replacements(file.text, std::move(plan));
}

}  // namespace pci_passthrough
