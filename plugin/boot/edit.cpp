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
  for (const auto& argument : obsolete) plan.push_back(removal(file, argument));
}

/// "xen-pciback.hide=" of "xen_pciback.hide=".
std::string as_read(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

/// Those that stand again behind them.
std::vector<const Argument*> standing_again(const BootEntry& entry) {
  std::set<std::string_view> behind;
  std::vector<const Argument*> found;
  for (auto one = entry.arguments.rbegin(); one != entry.arguments.rend(); ++one)
    if (!behind.insert(one->value).second) found.push_back(&*one);
  return found;
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
      plan.push_back(removal(file, argument));
    else
      plan.push_back({argument.begin, argument.end, in_quotes_of(argument, as_read(name) + list)});
  }
  return with_replacements(file.text, std::move(plan));
}

std::vector<std::string> repeated_arguments(const BootEntry& entry) {
  std::set<std::string_view> repeated;
  for (const auto* argument : standing_again(entry)) repeated.insert(argument->value);
  return {repeated.begin(), repeated.end()};
}

std::string without_repeated_arguments(const BootFile& file,
                                       const std::vector<std::size_t>& entries) {
  std::vector<Replacement> plan;
  for (const auto i : entries)
    for (const auto* argument : standing_again(file.entries.at(i)))
      plan.push_back(removal(file, *argument));
  return file.error ? file.text : with_replacements(file.text, std::move(plan));
}

std::size_t command_line_size_with(const BootFile& file, const HideEdit& edit) {
  if (edit.entry >= file.entries.size()) return 0;
  if (file.error) return file.entries[edit.entry].command_line.size();
  const auto lone = lone_entry(file, edit.entry).file;
  const auto edited = with_text(lone, edit_hide_lists(lone, {{0, edit.kind, edit.list}}));
  return edited.entries.empty() ? 0 : edited.entries.front().command_line.size();
}

}  // namespace pci_passthrough
