#include "plugin/boot/stray_rules.hpp"

#include <algorithm>

#include "plugin/boot/find_at.hpp"
#include "plugin/boot/grub_lexer.hpp"
#include "plugin/boot/hide_phrase.hpp"
#include "plugin/boot/line_counter.hpp"
#include "plugin/boot/meant_rules.hpp"
#include "plugin/boot/plain_text.hpp"
#include "plugin/boot/stray_looks.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

using Name = HidePhrase::Name;

constexpr StrayKind told_alone[] = {StrayKind::lone_group,   StrayKind::part_of_another,
                                    StrayKind::behind_hash,  StrayKind::elsewhere,
                                    StrayKind::other_system, StrayKind::modprobe};

/// One line of the file with all that is continued, read as a person reads it.
struct PersonsLine {
  PlainText plain;
  bool is_remark = false;

  std::string_view text(HidePhrase::Range range) const {
    return std::string_view(plain.text).substr(range.begin, range.end - range.begin);
  }
  TextRange in_file(HidePhrase::Range range) const {
    return {plain.begins[range.begin], plain.ends[range.end - 1]};
  }
};

/// What of an entry's arguments counts: found once for each.
struct Lists {
  HideArguments found;
  HideList effective;
};

struct Finder {
  const BootFile& file;
  std::string_view release;
  /// GRUB's, found when first asked for; what stands in none is a remark.
  std::optional<std::vector<TextRange>> words{};
  std::vector<std::optional<Lists>> lists{};
  LineCounter counter{file.text};
  std::vector<StrayRule> result{};

  bool is_code(std::size_t at, const PersonsLine& line) {
    if (file.loader == BootLoader::extlinux) return !line.is_remark;
    if (!words) words = words_of_grub(file.text);
    return find_at(*words, at) != nullptr;
  }

  std::optional<std::size_t> entry_at(std::size_t at) const {
    const auto* entry = find_at(file.entries, at, &BootEntry::range);
    return entry ? std::optional<std::size_t>(entry - file.entries.data()) : std::nullopt;
  }

  const Lists& lists_of(std::size_t entry) {
    auto& known = lists[entry];
    if (!known) {
      const auto& arguments = file.entries[entry].arguments;
      known = {find_hide_arguments(arguments, pciback_kind(file.entries[entry], release)), {}};
      known->effective = known->found.list();
    }
    return *known;
  }

  void add(const PersonsLine& line, StrayKind kind, HidePhrase::Range all, std::string_view list,
           std::optional<std::size_t> entry) {
    const auto [begin, end] = line.in_file(all);
    StrayRule stray{.entry = entry,
                    .line = counter.line_at(begin),
                    .begin = begin,
                    .end = end,
                    .word = file.text.substr(begin, end - begin),
                    .kind = kind,
                    .meant = meant_rules(list)};
    stray.mendable = !file.error && entry && file.entries[*entry].is_xen &&
                     !file.entries[*entry].error && !stray.meant.empty() &&
                     std::ranges::find(told_alone, kind) == std::end(told_alone);
    result.push_back(std::move(stray));
  }

  /// The groups of a list that the kernel reads, but for those behind the argument's end.
  void add_rest(const PersonsLine& line, const HidePhrase& phrase, const Argument& argument,
                std::size_t entry) {
    const auto rest = std::ranges::find_if(phrase.groups, [&](const auto& group) {
      return line.plain.begins[group.begin] >= argument.end;
    });
    if (rest == phrase.groups.end()) return;
    const auto before = rest == phrase.groups.begin() ? phrase.value.begin : std::prev(rest)->end;
    const HidePhrase::Range all{rest->begin - (opens_quote(line.plain.text, *rest, phrase) ? 1 : 0),
                                phrase.value.end};
    const bool semicolon = line.text({before, rest->begin}).find(';') != std::string_view::npos;
    add(line, semicolon ? StrayKind::behind_semicolon : StrayKind::behind_blank, all,
        line.text(all), entry);
  }

  void judge_read_list(const PersonsLine& line, const HidePhrase& phrase, const Argument& argument,
                       std::size_t entry) {
    const auto value = argument_value(argument);
    if (file.entries[entry].has_variables && value.find('$') != value.npos) return;
    const auto list = parse_hide_list(value, lists_of(entry).found.kind);
    const bool is_cut = !list.error && !list.covers(meant_rules(value));
    if (list.error || is_cut)
      add(line, is_cut ? StrayKind::list_cut : StrayKind::list_rejected, phrase.all,
          line.text(phrase.value), entry);
    else
      add_rest(line, phrase, argument, entry);
  }

  void judge_argument(const PersonsLine& line, const HidePhrase& phrase, std::size_t at,
                      std::size_t entry) {
    const auto& [found, effective] = lists_of(entry);
    if (const auto* read = find_at(found.read, at))
      return judge_read_list(line, phrase, *read, entry);
    const auto list = line.text(phrase.value);
    if (!find_at(found.ignored, at))
      add(line, by_looks(file, file.entries[entry], phrase, line.in_file(phrase.all)), phrase.all,
          list, entry);
    else if (!effective.covers(meant_rules(list)))
      add(line, StrayKind::other_kernels_name, phrase.all, list, entry);
  }

  void judge_in_entry(const PersonsLine& line, const HidePhrase& phrase, std::size_t at,
                      std::size_t index) {
    const auto& entry = file.entries[index];
    const auto list = line.text(phrase.value);
    const bool behind = !entry.init_arguments.empty() && at >= entry.init_arguments.front().begin;
    const bool is_named = phrase.name != Name::none;
    const bool is_file = find_at(entry.file_places, line.in_file(phrase.all).begin);
    const auto is_on = [&](const TextRange& range) { return range.holds(at) && !is_file; };
    if (is_on(entry.kernel_line) && !behind)
      judge_argument(line, phrase, at, index);
    else if (!is_named)
      return;
    else if (is_on(entry.kernel_line))
      add(line, StrayKind::behind_dashes, phrase.all, list, index);
    else if (is_on(entry.xen_line))
      add(line, StrayKind::on_xen_line, phrase.all, list, index);
    else if (std::ranges::any_of(entry.module_lines, is_on))
      add(line, StrayKind::on_initrd_line, phrase.all, list, index);
    else if (phrase.name != Name::hide)
      add(line, StrayKind::elsewhere, phrase.all, list, index);
  }

  void judge(const PersonsLine& line, const HidePhrase& phrase) {
    const auto at = line.plain.begins[phrase.name_begin];
    const auto list = line.text(phrase.value);
    const auto entry = entry_at(at);
    const bool code = is_code(at, line);
    if (phrase.name == Name::other_system) {
      if (code) add(line, StrayKind::other_system, phrase.all, list, entry);
    } else if (!code) {
      if (phrase.name != Name::none && !meant_rules(list).empty())
        add(line, StrayKind::behind_hash, phrase.all, list, entry);
    } else if (entry) {
      judge_in_entry(line, phrase, at, *entry);
    } else if (phrase.name == Name::right || phrase.name == Name::alike) {
      add(line, StrayKind::elsewhere, phrase.all, list, entry);
    }
  }

  void read_line(std::string_view raw, std::size_t begin) {
    auto first = raw;
    PersonsLine line{read_as_person(raw, begin), take_word(first).starts_with('#')};
    for (const auto& phrase : find_hide_phrases(line.plain.text)) judge(line, phrase);
  }
};

}  // namespace

std::vector<StrayRule> stray_rules(const BootFile& file, std::string_view running_release) {
  Finder finder{file, running_release};
  finder.lists.resize(file.entries.size());
  const bool grub = file.loader == BootLoader::grub;
  const std::string_view text = file.text;
  for (std::size_t at = 0; at < text.size();) {
    const auto size = size_of_joined_line(text.substr(at), grub);
    finder.read_line(text.substr(at, size), at);
    at += size + 1;
  }
  return std::move(finder.result);
}

}  // namespace pci_passthrough
