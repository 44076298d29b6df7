#include "plugin/boot/mend.hpp"

#include <algorithm>
#include <map>

#include "plugin/boot/join_lines.hpp"
#include "plugin/boot/stray_rules.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

using Indices = std::vector<std::size_t>;

/// What one entry shall have.
struct Wanted {
  HideArguments lists;
  std::vector<StrayRule> strays;
  std::string list;

  std::string argument() const { return std::string(hide_parameter(lists.kind)) + '=' + list; }
};
using WantedLists = std::map<std::size_t, Wanted>;

bool is_stray(const Wanted& wanted, const Argument& argument) {
  return std::ranges::any_of(wanted.strays, [&](const StrayRule& stray) {
    return argument.begin < stray.end && stray.begin < argument.end;
  });
}

/// The lists as they count, the last one first, then what else is meant; nothing where one cannot
/// be told.
std::optional<std::string> list_of(const Wanted& wanted, std::span<const PciAddress> present) {
  const auto& [kind, read, ignored] = wanted.lists;
  std::vector<Argument> lists(read.rbegin(), read.rend());
  lists.insert(lists.end(), ignored.begin(), ignored.end());
  std::vector<HideRule> rules;
  for (const auto& one : lists) {
    const auto list = parse_hide_list(argument_value(one), kind);
    if (list.error && !is_stray(wanted, one)) return {};
    rules.insert(rules.end(), list.rules.begin(), list.rules.end());
  }
  for (const auto& stray : wanted.strays)
    rules.insert(rules.end(), stray.meant.begin(), stray.meant.end());
  const auto written = write_out(rules, present);
  const bool wild = std::ranges::any_of(written, &HideRule::is_wildcard);
  if (wild && kind == PcibackKind::classic) return {};
  return write_hide_list(written);
}

WantedLists wanted_lists(const BootFile& file, std::string_view release, const Indices& entries,
                         std::span<const PciAddress> present) {
  WantedLists result;
  for (const auto i : entries) {
    const auto& entry = file.entries[i];
    if (entry.is_xen && !entry.error && !entry.has_variables)
      result[i].lists = find_hide_arguments(entry.arguments, pciback_kind(entry, release));
  }
  for (auto& stray : stray_rules(file, release))
    if (stray.mendable && result.contains(*stray.entry))
      result[*stray.entry].strays.push_back(std::move(stray));
  for (auto& [i, wanted] : result) wanted.list = list_of(wanted, present).value_or("");
  std::erase_if(result, [](const auto& one) { return one.second.list.empty(); });
  return result;
}

bool stands_alone(std::string_view text, const Argument& argument) {
  const char after = argument.end < text.size() ? text[argument.end] : '\n';
  return text[argument.begin - 1] == ' ' && (after == ' ' || after == '\n' || after == '\r');
}

bool is_right(const BootFile& file, const Wanted& wanted) {
  const auto& [kind, read, ignored] = wanted.lists;
  if (!wanted.strays.empty() || !ignored.empty() || read.size() != 1) return false;
  const auto& [value, begin, end, opened, open] = read[0];
  return file.text.substr(begin, end - begin) == wanted.argument() &&
         stands_alone(file.text, read[0]);
}

/// A stray word with the ';' that parts it from its list.
Argument as_argument(std::string_view text, const StrayRule& stray) {
  auto begin = stray.begin;
  if (stray.kind == StrayKind::behind_semicolon)
    begin = text.find_last_not_of(" \t;", begin - 1) + 1;
  return {stray.word, begin, stray.end, 0, 0};
}

void add_removal(std::vector<Replacement>& plan, Replacement one) {
  for (auto& other : plan)
    if (one.begin < other.end && other.begin < one.end) {
      one = {std::min(one.begin, other.begin), std::max(one.end, other.end), one.text + other.text};
      other = plan.back();
      plan.pop_back();
      return add_removal(plan, std::move(one));
    }
  plan.push_back(std::move(one));
}

void plan_entry(const BootFile& file, std::size_t index, const Wanted& wanted,
                std::vector<Replacement>& plan) {
  std::vector<Replacement> removals;
  auto lists = wanted.lists.read;
  lists.insert(lists.end(), wanted.lists.ignored.begin(), wanted.lists.ignored.end());
  auto place = place_for_new_list(file, file.entries[index]);
  const bool in_place = wanted.strays.empty() && !wanted.lists.read.empty() &&
                        stands_alone(file.text, wanted.lists.read.back());
  for (const auto& list : lists) add_removal(removals, removal(file, list));
  for (const auto& stray : wanted.strays)
    add_removal(removals, removal(file, as_argument(file.text, stray)));
  if (in_place) place = wanted.lists.read.back().end;
  for (const auto& one : removals)
    if (one.begin < place && place < one.end) place = one.begin;
  auto next = place;
  for (const auto& one : removals)
    if (one.begin <= next && next < one.end) next = one.end;
  const char after = next < file.text.size() ? file.text[next] : '\n';
  const bool parts = after != ' ' && after != '\n' && after != '\r';
  plan.insert(plan.end(), removals.begin(), removals.end());
  plan.push_back({place, place, ' ' + wanted.argument() + (parts ? " " : "")});
}

std::vector<std::string> but_for_lists(const BootEntry& entry, const Wanted* wanted) {
  std::vector<std::string> values;
  const auto is_list = [&](const Argument& one) {
    const auto same = [&](const Argument& list) { return list.begin == one.begin; };
    return std::ranges::any_of(wanted->lists.read, same) ||
           std::ranges::any_of(wanted->lists.ignored, same) || is_stray(*wanted, one);
  };
  for (const auto& one : entry.arguments)
    if (!wanted || !is_list(one)) values.push_back(one.value);
  return values;
}

/// Does each entry load what it loaded, and each kernel get what it got, but for the lists; and
/// each list what is wanted?
bool is_sound(const BootFile& before, const BootFile& after, const WantedLists& all) {
  if (after.error || after.entries.size() != before.entries.size()) return false;
  for (std::size_t i = 0; i < after.entries.size(); ++i) {
    const auto found = all.find(i);
    const auto* wanted = found == all.end() ? nullptr : &found->second;
    auto values = but_for_lists(after.entries[i], nullptr);
    if (wanted && std::erase(values, wanted->argument()) != 1) return false;
    if (values != but_for_lists(before.entries[i], wanted)) return false;
    if (after.entries[i].title != before.entries[i].title) return false;
    if (after.entries[i].files != before.entries[i].files) return false;
  }
  return true;
}

bool leaves_nothing(const BootFile& after, std::string_view release, const WantedLists& all) {
  return std::ranges::none_of(stray_rules(after, release), [&](const StrayRule& stray) {
    return stray.mendable && all.contains(*stray.entry);
  });
}

BootFile reread(const BootFile& file, std::string text) {
  return text == file.text ? file : with_text(file, std::move(text));
}

std::string mended_once(const BootFile& file, std::string_view release, const Indices& entries,
                        std::span<const PciAddress> present) {
  Indices mended;
  for (const auto& [i, wanted] : wanted_lists(file, release, entries, present)) mended.push_back(i);
  const auto joined = reread(file, with_joined_lines(file, mended));
  if (joined.error || joined.entries.size() != file.entries.size()) return file.text;
  auto all = wanted_lists(joined, release, mended, present);
  std::erase_if(all, [&](const auto& one) { return is_right(joined, one.second); });
  if (all.empty()) return joined.text;
  std::vector<Replacement> plan;
  for (const auto& [i, wanted] : all) plan_entry(joined, i, wanted, plan);
  auto text = with_replacements(joined.text, std::move(plan));
  text = with_joined_lines(reread(file, text), mended);
  const auto after = reread(file, text);
  return is_sound(joined, after, all) && leaves_nothing(after, release, all) ? text : file.text;
}

}  // namespace

std::string mended_text(const BootFile& file, std::string_view running_release,
                        const Indices& entries, std::span<const PciAddress> present) {
  if (file.error) return file.text;
  std::vector<Replacement> plan;
  for (const auto i : entries) {
    const auto [lone, begin] = lone_entry(file, i);
    if (lone.error) continue;
    const auto text = mended_once(lone, running_release, {0}, present);
    const auto& range = file.entries[i].range;
    if (text != lone.text) plan.push_back({range.begin, range.end, text.substr(begin)});
  }
  auto text = with_replacements(file.text, std::move(plan));
  const auto after = reread(file, text);
  const bool is_as_meant = !after.error && after.entries.size() == file.entries.size() &&
                           after.default_entry == file.default_entry;
  return is_as_meant ? text : file.text;
}

}  // namespace pci_passthrough
