#include "plugin/boot/rescue.hpp"

#include <algorithm>

#include "plugin/boot/rescue_text.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

bool can_be_copied(const BootFile& file, std::size_t i) {
  const auto& entry = file.entries[i];
  return entry.is_xen && !entry.error && !entry.has_variables && !entry.is_installer() &&
         !is_rescue(file.loader, entry);
}

std::string_view written(const BootFile& file, const TextRange& range) {
  return std::string_view(file.text).substr(range.begin, range.end - range.begin);
}

/// Does the file read as before, but for its rescue entry, which hides nothing?
bool reads_as_before(const BootFile& before, const BootFile& after) {
  const auto same = [&](const BootEntry& was, const BootEntry& is) {
    return was.title == is.title && was.label == is.label && was.id == is.id &&
           was.files == is.files && was.command_line == is.command_line;
  };
  const auto rescue = rescue_entry(after);
  if (after.error || !rescue || before.default_entry != after.default_entry) return false;
  const auto& entry = after.entries[*rescue];
  const auto added = rescue_entry(before) ? 0u : 1u;
  if (!entry.is_xen || !find_hide_arguments(entry.arguments, PcibackKind::pvops).empty() ||
      after.entries.size() != before.entries.size() + added)
    return false;
  for (std::size_t i = 0; i < before.entries.size(); ++i)
    if (!is_rescue(before.loader, before.entries[i]) && !same(before.entries[i], after.entries[i]))
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

bool is_rescue(BootLoader loader, const BootEntry& entry) {
  return loader == BootLoader::grub ? entry.title == rescue_title : entry.label == rescue_label;
}

std::optional<std::size_t> rescue_entry(const BootFile& file) {
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    if (is_rescue(file.loader, file.entries[i])) return i;
  return {};
}

std::optional<std::size_t> rescue_model(const BootFile& file) {
  if (file.error) return {};
  for (const auto i : {file.default_entry, file.find("xe")})
    if (i && can_be_copied(file, *i)) return i;
  return {};
}

bool rescue_is_in_step(const BootFile& file) {
  const auto model = rescue_model(file);
  if (!model) return true;
  const auto text = rescue_text_of(file, file.entries[*model]);
  return !text || std::ranges::all_of(file.entries, [&](const BootEntry& entry) {
    return !is_rescue(file.loader, entry) ||
           same_words(written(file, block_of(file, entry)), *text);
  });
}

std::optional<std::string> with_rescue(const BootFile& file) {
  const auto model = rescue_model(file);
  const auto block = model ? rescue_text_of(file, file.entries[*model]) : std::nullopt;
  if (!block) return {};
  std::vector<Replacement> plan;
  for (const auto& entry : file.entries) {
    const auto range = block_of(file, entry);
    if (is_rescue(file.loader, entry) && !same_words(written(file, range), *block))
      plan.push_back({range.begin, range.end, *block});
  }
  auto text =
      rescue_entry(file) ? with_replacements(file.text, std::move(plan)) : appended(file, *block);
  const auto after = with_text(file, text);
  const bool comes_back = rescue_entry(file) || without_rescue(after) == file.text;
  return comes_back && reads_as_before(file, after) ? std::optional(std::move(text)) : std::nullopt;
}

std::string without_rescue(const BootFile& file) {
  std::vector<Replacement> plan;
  if (file.error) return file.text;
  for (const auto& entry : file.entries) {
    if (!is_rescue(file.loader, entry)) continue;
    const auto range = added_range(file, block_of(file, entry));
    plan.push_back({range.begin, range.end, ""});
  }
  return with_replacements(file.text, std::move(plan));
}

}  // namespace pci_passthrough
