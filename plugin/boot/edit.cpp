#include <algorithm>
#include <map>
#include <set>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

void plan_edit(const BootFile& file, const HideEdit& edit, std::vector<Replacement>& plan) {
  const auto& entry = file.entries[edit.entry];
  const auto wanted = std::string(hide_parameter(edit.kind)) + '=' + edit.list;
  const auto found = find_hide_arguments(entry.arguments, edit.kind);
  auto obsolete = found.ignored;
  obsolete.insert(obsolete.end(), found.read.begin(), found.read.end());

  if (!edit.list.empty() && obsolete.empty()) {
    const auto place = place_for_new_list(file, entry);
    plan.push_back({place, place, ' ' + wanted});
  } else if (!edit.list.empty()) {
    const auto kept = obsolete.back();
    obsolete.pop_back();
    if (kept.value != wanted || !obsolete.empty())
      plan.push_back({kept.begin, kept.end, in_quotes_of(kept, wanted)});
  }
  for (const auto& argument : obsolete) plan.push_back(removal(file.text, argument));
}

/// "xen-pciback.hide=" of "xen_pciback.hide=".
std::string as_read(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

bool stands_later(const BootEntry& entry, const Argument& argument) {
  return std::ranges::any_of(entry.arguments, [&](const Argument& other) {
    return other.begin > argument.begin && other.value == argument.value;
  });
}

}  // namespace

std::string edit_hide_lists(const BootFile& file, const std::vector<HideEdit>& edits) {
  if (file.error) return file.text;
  std::map<std::size_t, const HideEdit*> by_entry;
  for (const auto& edit : edits)
    if (edit.entry < file.entries.size() && file.entries[edit.entry].is_xen &&
        !file.entries[edit.entry].error)
      by_entry[edit.entry] = &edit;

  std::vector<Replacement> plan;
  for (const auto& [entry, edit] : by_entry) plan_edit(file, *edit, plan);
  return with_replacements(file.text, std::move(plan));
}

std::string edit_lists(const BootFile& file, const std::vector<ListEdit>& edits) {
  if (file.error) return file.text;
  std::vector<Replacement> plan;
  for (const auto& [entry, argument, list] : edits) {
    if (file.entries[entry].error) continue;
    const auto name = argument.value.substr(0, argument.value.find('=') + 1);
    if (list.empty())
      plan.push_back(removal(file.text, argument));
    else
      plan.push_back({argument.begin, argument.end, in_quotes_of(argument, as_read(name) + list)});
  }
  return with_replacements(file.text, std::move(plan));
}

std::vector<std::string> repeated_arguments(const BootEntry& entry) {
  std::set<std::string> repeated;
  for (const auto& argument : entry.arguments)
    if (stands_later(entry, argument)) repeated.insert(argument.value);
  return {repeated.begin(), repeated.end()};
}

std::string without_repeated_arguments(const BootFile& file,
                                       const std::vector<std::size_t>& entries) {
  std::vector<Replacement> plan;
  for (const auto i : entries)
    for (const auto& argument : file.entries.at(i).arguments)
      if (stands_later(file.entries[i], argument)) plan.push_back(removal(file.text, argument));
  return file.error ? file.text : with_replacements(file.text, std::move(plan));
}

std::size_t command_line_size_with(const BootFile& file, const HideEdit& edit) {
  const auto edited = with_text(file, edit_hide_lists(file, {edit}));
  return edit.entry < edited.entries.size() ? edited.entries[edit.entry].command_line.size() : 0;
}

}  // namespace pci_passthrough
