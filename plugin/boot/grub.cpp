#include <algorithm>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/grub_entry.hpp"
#include "plugin/boot/grub_script.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

/// Commands that bring entries in from elsewhere, or hide them in another menu.
constexpr std::string_view elsewhere[] = {"submenu",
                                          "hiddenentry",
                                          "source",
                                          ".",
                                          "configfile",
                                          "normal",
                                          "legacy_configfile",
                                          "legacy_source",
                                          "syslinux_configfile",
                                          "syslinux_source",
                                          "blscfg",
                                          "extract_entries_source",
                                          "eval",
                                          "extract_entries_configfile"};

bool is_override(std::string_view value) {
  return value == "$override_entry" || value == "${override_entry}";
}

/// Does this begin with `if [ -n "$override_entry" ]`?
bool asks_for_override(const GrubCommand& command) {
  if (!command.compound || command.name() != "if" || command.body.empty()) return false;
  const auto& words = command.body.front().words;
  return words.front().value == "[" && words.back().value == "]" && words.size() >= 3 &&
         is_override(words[words.size() - 2].value) &&
         (words.size() == 3 || (words.size() == 4 && words[1].value == "-n"));
}

/// The word that sets `default`, by `set default=1` or `default=1`.
const GrubToken* default_setting(const GrubCommand& command) {
  const auto& words = command.words;
  const auto& word = words[command.name() == "set" && words.size() > 1 ? 1 : 0];
  return word.value.starts_with("default=") ? &word : nullptr;
}

struct FileReader {
  BootFile& file;
  bool loads_grubenv = false;
  std::string default_value = "0";
  std::size_t default_line = 0;
  std::optional<BootTrouble> default_trouble{};
  std::size_t unnamed = 0;

  void trouble(std::size_t line, std::string sentence) {
    if (!file.trouble) file.trouble = BootTrouble{line, std::move(sentence)};
  }

  void read_default(const GrubToken& word, bool conditional, bool overriding) {
    const auto value = word.value.substr(word.value.find('=') + 1);
    if (overriding && is_override(value)) {
      file.honours_override = loads_grubenv;
      return;
    }
    if (!conditional) {
      default_trouble.reset();
      file.honours_override = false;
      default_value = value;
      default_line = word.line;
    }
    if (word.variable)
      default_trouble = {word.line, "the default is taken from a variable here; right is a number"};
    else if (value != default_value)
      default_trouble = {word.line, "the default depends on a condition here; right is one number"};
  }

  void read_entry(const GrubCommand& command, bool conditional) {
    auto [entry, entry_trouble] = read_grub_entry(command);
    if (conditional)
      trouble(command.line(),
              "this menuentry depends on a condition; right is one that always stands in the menu");
    if (entry_trouble) trouble(entry_trouble->line, entry_trouble->sentence);
    entry.label = label_of_title(entry.title);
    if (entry.label.empty()) entry.label = "label" + std::to_string(++unnamed);
    if (const auto other = file.find(entry.label))
      trouble(entry.line, "the entries '" + file.entries[*other].title + "' and '" + entry.title +
                              "' are both " + entry.label +
                              " to xapi's tools, which would lose one");
    file.entries.push_back(std::move(entry));
  }

  void read(const std::vector<GrubCommand>& commands, bool conditional, bool overriding) {
    for (const auto& command : commands) {
      const auto& name = command.name();
      if (name == "menuentry" && !command.compound) {
        read_entry(command, conditional);
        continue;
      }
      if (std::ranges::find(elsewhere, name) != std::end(elsewhere))
        trouble(command.line(), name +
                                    " stands here; only a configuration whose menu entries all "
                                    "stand in one file, one after the other, can be edited");
      if (name == "load_env") loads_grubenv = true;
      if (const auto* setting = default_setting(command))
        read_default(*setting, conditional, overriding);
      read(command.body, true, asks_for_override(command));
    }
  }

  void choose_default() {
    if (file.entries.empty())
      return trouble(0, "there is no menuentry here, so nothing that boots");
    if (default_trouble) return trouble(default_trouble->line, default_trouble->sentence);
    const bool is_number = !default_value.empty() && is_digit(default_value.front());
    const auto fits =
        is_number ? 1 : std::ranges::count_if(file.entries, [&](const BootEntry& entry) {
          return entry.title == default_value || entry.id == default_value;
        });
    const auto entry = entry_named(file, default_value);
    if (!entry || fits != 1)
      return trouble(default_line, "the default is '" + default_value + "', which names " +
                                       (fits > 1 ? "several entries" : "no entry") +
                                       "; right is a number from 0 to " +
                                       std::to_string(file.entries.size() - 1));
    file.default_entry = entry;
    file.default_by_title = !is_number;
  }
};

}  // namespace

BootFile parse_grub(std::string text) {
  BootFile file;
  file.loader = BootLoader::grub;
  file.text = std::move(text);
  const auto script = parse_grub_script(file.text);
  FileReader reader{file};
  if (script.trouble) reader.trouble(script.trouble->line, script.trouble->sentence);
  reader.read(script.commands, false, false);
  reader.choose_default();
  return file;
}

}  // namespace pci_passthrough
