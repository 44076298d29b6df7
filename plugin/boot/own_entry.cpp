#include "plugin/boot/own_entry.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "plugin/boot/own_text.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

bool can_be_copied(const BootFile& file, std::size_t i) {
  const auto& entry = file.entries[i];
  return entry.is_xen && !entry.error && !entry.has_variables && !entry.is_installer() &&
         !is_own(file.loader, entry);
}

/// Does the file read as before, but for this entry, which boots Xen?
bool reads_as_before(const BootFile& before, const BootFile& after, const OwnEntry& own) {
  const auto same = [&](const BootEntry& was, const BootEntry& is) {
    return was.title == is.title && was.label == is.label && was.id == is.id &&
           was.files == is.files && was.command_line == is.command_line;
  };
  const auto found = find_own(after, own);
  if (after.error || !found || before.default_entry != after.default_entry) return false;
  const auto added = find_own(before, own) ? 0u : 1u;
  if (!after.entries[*found].is_xen || after.entries[*found].error ||
      after.entries.size() != before.entries.size() + added)
    return false;
  for (std::size_t i = 0; i < before.entries.size(); ++i)
    if (!is_own(before.loader, before.entries[i], own) &&
        !same(before.entries[i], after.entries[i]))
      return false;
  return true;
}

std::string appended(const BootFile& file, const std::string& block) {
  const bool ends = file.text.ends_with('\n');
  return file.text + (ends ? "" : "\n") + (file.loader == BootLoader::extlinux ? "\n" : "") +
         block + (ends ? "\n" : "");
}

/// The block, and the line ends that came with it.
TextRange added_range(const BootFile& file, TextRange block) {
  const std::string_view text = file.text;
  const auto before = [&](std::string_view end) {
    return text.substr(0, block.begin).ends_with(end);
  };
  const auto line_end = text.substr(block.end).starts_with("\r\n") ? 2u : 1u;
  const bool is_last_line = block.end == text.size();
  if (!is_last_line && text[block.end + line_end - 1] == '\n') block.end += line_end;
  if (file.loader == BootLoader::extlinux && before("\n\n")) --block.begin;
  if (is_last_line && before("\n")) --block.begin;
  return block;
}

}  // namespace

bool is_own(BootLoader loader, const BootEntry& entry, const OwnEntry& own) {
  return loader == BootLoader::grub ? entry.title == own.title : entry.label == own.label;
}

bool is_own(BootLoader loader, const BootEntry& entry) {
  constexpr std::array all = {own_rescue, own_trial};
  return std::ranges::any_of(all, [&](const auto& own) { return is_own(loader, entry, own); });
}

std::optional<std::size_t> find_own(const BootFile& file, const OwnEntry& own) {
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    if (is_own(file.loader, file.entries[i], own)) return i;
  return {};
}

std::optional<std::size_t> own_model(const BootFile& file) {
  if (file.error) return {};
  for (const auto i : {file.default_entry, file.find("xe")})
    if (i && can_be_copied(file, *i)) return i;
  return {};
}

bool own_says(const BootFile& file, const OwnEntry& own, std::string_view block) {
  return std::ranges::all_of(file.entries, [&](const BootEntry& entry) {
    return !is_own(file.loader, entry, own) ||
           same_words(part_of(file.text, block_of(file, entry)), block);
  });
}

std::optional<std::string> with_own(const BootFile& file, const OwnEntry& own,
                                    const std::string& block) {
  const bool stands = find_own(file, own).has_value();
  std::vector<Replacement> plan;
  for (const auto& entry : file.entries) {
    const auto range = block_of(file, entry);
    if (is_own(file.loader, entry, own) && !same_words(part_of(file.text, range), block))
      plan.push_back({range.begin, range.end, block});
  }
  auto text = stands ? with_replacements(file.text, std::move(plan)) : appended(file, block);
  const auto after = with_text(file, text);
  const bool comes_back = stands || without_own(after, own) == file.text;
  return comes_back && reads_as_before(file, after, own) ? std::optional(std::move(text))
                                                         : std::nullopt;
}

std::string without_own(const BootFile& file, const OwnEntry& own) {
  std::vector<Replacement> plan;
  if (file.error) return file.text;
  for (const auto& entry : file.entries) {
    if (!is_own(file.loader, entry, own)) continue;
    const auto range = added_range(file, block_of(file, entry));
    plan.push_back({range.begin, range.end, ""});
  }
  return with_replacements(file.text, std::move(plan));
}

}  // namespace pci_passthrough
