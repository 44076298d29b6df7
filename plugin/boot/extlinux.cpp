#include <algorithm>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/multiboot.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

/// A label that a line names.
struct Reference {
  std::string label;
  std::size_t line = 0;
};

struct Reader {
  BootFile& file;
  std::size_t line = 0;
  bool in_help = false, prompts = false, has_menu = false;
  std::optional<Reference> by_default{}, on_timeout{}, by_menu{};
  std::string kernel{};
  std::string_view arguments{};

  void error(std::size_t at, std::string sentence) {
    if (!file.error) file.error = BootError{at, std::move(sentence)};
  }

  std::size_t offset(std::string_view text) const {
    return static_cast<std::size_t>(text.data() - file.text.data());
  }
  TextRange range_of(const MultibootPart& part) const {
    const auto last = part.arguments.empty() ? part.file : part.arguments;
    return {offset(part.file), offset(last) + last.size()};
  }

  void read_default(std::string_view rest) {
    by_default = {std::string(take_word(rest)), line};
    if (lower(by_default->label).ends_with("menu.c32")) has_menu = true;
  }
  void read_on_timeout(std::string_view rest) { on_timeout = {std::string(take_word(rest)), line}; }
  void read_prompt(std::string_view rest) { prompts = !rest.empty() && rest != "0"; }
  void read_ui(std::string_view) { has_menu = true; }
  void read_kernel(std::string_view rest) { kernel = take_word(rest); }
  void read_append(std::string_view rest) { arguments = rest; }
  void read_text(std::string_view) { in_help = true; }
  void read_include(std::string_view) {
    error(line, "another file is included here; only a configuration of one file can be edited");
  }

  void read_menu(std::string_view rest) {
    const auto word = lower(take_word(rest));
    if (word == "include") read_include(rest);
    if (word == "default" && !file.entries.empty()) by_menu = {file.entries.back().label, line};
  }

  void read_label(std::string_view rest) {
    finish_label();
    BootEntry entry;
    entry.range.begin = offset(rest);
    entry.title = entry.label = take_word(rest);
    entry.line = line;
    if (file.find(entry.label))
      error(line, "the label " + entry.label + " stands here again; a label names one entry");
    file.entries.push_back(std::move(entry));
  }

  void finish_label() {
    const auto parts = split_mboot_parts(arguments);
    const bool is_multiboot = lower(base_name(kernel)) == "mboot.c32";
    arguments = {};
    kernel.clear();
    if (file.entries.empty() || !is_multiboot) return;

    auto& entry = file.entries.back();
    for (const auto& [file, rest] : parts) {
      entry.files.emplace_back(file);
      entry.file_places.push_back(range_of({file, {}}));
    }
    const auto index = dom0_kernel_index(entry.files);
    entry.is_xen = index < parts.size() && std::ranges::count(entry.files, "") == 0;
    if (!entry.is_xen) return;
    read_xen_part(entry, parts[index - 1]);
    entry.xen_line = range_of(parts[index - 1]);
    entry.kernel_line = range_of(parts[index]);
    for (auto module = index + 1; module < parts.size(); ++module)
      entry.module_lines.push_back(range_of(parts[module]));
    read_kernel_part(entry, parts[index]);
  }

  void read_xen_part(BootEntry& entry, const MultibootPart& part) const {
    const auto last = part.arguments.empty() ? part.file : part.arguments;
    entry.xen_arguments_end = offset(last) + last.size();
    if (part.arguments.empty()) return;
    entry.xen_words = split_command_line(part.arguments, offset(part.arguments));
    for (const auto& word : entry.xen_words) entry.xen_arguments.push_back(word.value);
  }

  void read_kernel_part(BootEntry& entry, const MultibootPart& part) {
    entry.kernel = part.file;
    entry.arguments_end = offset(part.file) + part.file.size();
    if (part.arguments.empty()) return;
    if (is_quote_open(part.arguments)) entry.error = BootError{entry.line, std::string(open_quote)};
    auto split = split_at_dashes(split_command_line(part.arguments, offset(part.arguments)),
                                 kernel_release(entry));
    entry.arguments = std::move(split.kernel);
    entry.init_arguments = std::move(split.init);
    if (entry.init_arguments.empty())
      entry.arguments_end = offset(part.arguments) + part.arguments.size();
    else if (!entry.arguments.empty())
      entry.arguments_end = entry.arguments.back().end;
    entry.command_line = part.arguments;
  }

  void read_line(std::string_view text);
  void choose_default();
};

constexpr struct {
  std::string_view keyword;
  void (Reader::*read)(std::string_view rest);
} keywords[] = {{"label", &Reader::read_label},     {"kernel", &Reader::read_kernel},
                {"linux", &Reader::read_kernel},    {"com32", &Reader::read_kernel},
                {"append", &Reader::read_append},   {"default", &Reader::read_default},
                {"prompt", &Reader::read_prompt},   {"ontimeout", &Reader::read_on_timeout},
                {"ui", &Reader::read_ui},           {"menu", &Reader::read_menu},
                {"include", &Reader::read_include}, {"text", &Reader::read_text}};

void Reader::read_line(std::string_view text) {
  ++line;
  if (text.find('\0') != std::string_view::npos)
    error(line, "a NUL byte stands here; a configuration is text");
  text = text.substr(0, text.find('\r'));
  const auto word = lower(take_word(text));
  if (in_help) {
    in_help = word != "endtext";
    return;
  }
  for (const auto& [keyword, read] : keywords)
    if (word == keyword) (this->*read)(text);
}

void Reader::choose_default() {
  if (file.entries.empty()) return error(0, "there is no label here, so nothing that boots");
  auto chosen = by_default;
  if (has_menu && by_menu && !(by_default && file.find(by_default->label))) chosen = by_menu;
  if (on_timeout && (prompts || has_menu)) chosen = on_timeout;
  if (!chosen) return error(0, "no default is set; a line 'default LABEL' would set one");
  file.default_entry = file.find(chosen->label);
  if (!file.default_entry)
    return error(chosen->line,
                 "the default is " + chosen->label + ", which is no label of this file");
  if (const auto& stopped = file.entries[*file.default_entry].error)
    error(stopped->line, stopped->sentence);
}

}  // namespace

BootFile parse_extlinux(std::string text) {
  BootFile file;
  file.loader = BootLoader::extlinux;
  file.text = std::move(text);
  Reader reader{file};
  for (std::string_view rest = file.text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    reader.read_line(line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  reader.finish_label();
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    file.entries[i].range.end =
        i + 1 < file.entries.size() ? file.entries[i + 1].range.begin : file.text.size();
  reader.choose_default();
  return file;
}

}  // namespace pci_passthrough
