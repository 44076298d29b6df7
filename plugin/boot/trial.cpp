#include "plugin/boot/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "plugin/boot/grub_lexer.hpp"
#include "plugin/boot/own_text.hpp"

namespace pci_passthrough {
namespace {

/// As XenServer's own tools write it (python-libs bootloader.py setNextBoot).
constexpr std::string_view mark_taken_away = "\n\tunset override_entry\n\tsave_env override_entry";

std::string with_mark_taken_away(std::string block) {
  const auto tokens = split_grub_tokens(block).tokens;
  const auto open = std::ranges::find(tokens, GrubToken::Kind::open, &GrubToken::kind);
  if (open != tokens.end()) block.insert(open->end, mark_taken_away);
  return block;
}

/// What stands behind the name; "" where there is none.
std::string value_of(const std::vector<Argument>& arguments, std::string_view name) {
  const auto start = fmt::format("{}=", name);
  for (const auto& argument : arguments)
    if (argument.value.starts_with(start)) return argument.value.substr(start.size());
  return "";
}

std::optional<std::string> trial_block(const BootFile& file, PcibackKind kind,
                                       std::string_view list, std::string_view id,
                                       std::optional<unsigned> auto_seconds) {
  const auto model = own_model(file);
  const auto copy =
      model ? copy_without_rules(file, file.entries[*model], own_trial) : std::nullopt;
  if (!copy) return {};
  const auto plain = own_alone(file.loader, own_trial, *copy);
  const auto ruled = with_text(plain, edit_hide_lists(plain, {{0, kind, std::string(list)}}));
  if (ruled.error || ruled.entries.size() != 1) return {};
  auto text = ruled.text;
  auto words = fmt::format(" {}={}", trial_argument, id);
  if (auto_seconds) words += fmt::format(" {}={}", auto_argument, *auto_seconds);
  text.insert(ruled.entries.front().arguments_end, words);
  auto block = block_alone(ruled, std::move(text));
  return file.loader == BootLoader::grub ? with_mark_taken_away(std::move(block)) : block;
}

}  // namespace

std::string trial_id(const std::vector<Argument>& arguments) {
  return value_of(arguments, trial_argument);
}

std::optional<unsigned> auto_seconds(const std::vector<Argument>& arguments) {
  const auto text = value_of(arguments, auto_argument);
  const char* end = text.data() + text.size();
  unsigned seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  return error == std::errc{} && stop == end ? std::optional(seconds) : std::nullopt;
}

std::string running_trial_id(std::string_view command_line) {
  return trial_id(split_command_line(command_line));
}

std::optional<std::size_t> trial_entry(const BootFile& file) { return find_own(file, own_trial); }

std::optional<std::string> with_trial(const BootFile& file, PcibackKind kind, std::string_view list,
                                      std::string_view id, std::optional<unsigned> auto_seconds) {
  const auto without = with_text(file, without_trial(file));
  const auto block = trial_block(without, kind, list, id, auto_seconds);
  return block ? with_own(without, own_trial, *block) : std::nullopt;
}

std::string without_trial(const BootFile& file) { return without_own(file, own_trial); }

bool trial_is_in_step(const BootFile& file, std::string_view kernel_release) {
  const auto trial = file.error ? std::nullopt : trial_entry(file);
  if (!trial) return true;
  const auto& entry = file.entries[*trial];
  const auto kind = pciback_kind(entry, kernel_release);
  const auto hide = find_hide_arguments(entry.arguments, kind);
  const auto block = trial_block(file, kind, hide.value().value_or(""), trial_id(entry.arguments),
                                 auto_seconds(entry.arguments));
  return !block || own_says(file, own_trial, *block);
}

}  // namespace pci_passthrough
