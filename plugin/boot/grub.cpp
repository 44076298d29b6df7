#include <algorithm>
#include <set>

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

constexpr std::string_view override_variable = "override_entry";

/// The name in "$name" or "${name}"; "" where the value is anything else.
std::string_view variable_name(std::string_view value) {
  if (!value.starts_with('$')) return "";
  value.remove_prefix(1);
  if (value.starts_with('{') && value.ends_with('}')) value = value.substr(1, value.size() - 2);
  return value.find_first_of("${}") == std::string_view::npos ? value : "";
}

/// The variable that this asks for: `if [ -n "$override_entry" ]`; "" where it asks for none.
std::string_view variable_asked_for(const GrubCommand& command) {
  if (!command.compound || command.name() != "if" || command.body.empty()) return "";
  const auto& words = command.body.front().words;
  const bool asks = words.front().value == "[" && words.back().value == "]" &&
                    (words.size() == 3 || (words.size() == 4 && words[1].value == "-n"));
  return asks ? variable_name(words[words.size() - 2].value) : "";
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
  bool from_environment = false;
  std::set<std::string, std::less<>> assigned{};  ///< variables that the file sets itself

  void trouble(std::size_t line, std::string sentence) {
    if (!file.trouble) file.trouble = BootTrouble{line, std::move(sentence)};
  }

  void set_default(std::string value, std::size_t line) {
    default_trouble.reset();
    file.honours_override = from_environment = false;
    default_value = std::move(value);
    default_line = line;
  }

  bool is_of_environment(std::string_view variable) const {
    return loads_grubenv && !variable.empty() && !assigned.contains(variable);
  }

  /// By `default=$saved_entry`, behind a `load_env`. Where it was asked for first, it is not taken
  /// unless grubenv sets it.
  void take_from_environment(std::string_view variable, bool asked_for, const GrubToken& word) {
    file.needs_environment = true;
    const auto value = environment_value(*file.environment, variable);
    if (asked_for && !value) return;
    set_default(value.value_or(""), word.line);
    from_environment = true;
  }

  void read_default(const GrubToken& word, bool conditional, std::string_view asked_for) {
    const auto value = word.value.substr(word.value.find('=') + 1);
    const auto variable = variable_name(value);
    const bool asked = !variable.empty() && variable == asked_for;
    if (asked && variable == override_variable) {
      file.honours_override = loads_grubenv;
      return;
    }
    if (is_of_environment(variable) && (asked || !conditional)) {
      if (file.environment) return take_from_environment(variable, asked, word);
      file.needs_environment = true;
    }
    if (!conditional) set_default(value, word.line);
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

  void note_assignment(const GrubCommand& command) {
    const auto& word = command.words[command.name() == "set" && command.words.size() > 1].value;
    if (const auto equals = word.find('='); equals != std::string::npos)
      assigned.insert(word.substr(0, equals));
  }

  void read(const std::vector<GrubCommand>& commands, bool conditional,
            std::string_view asked_for) {
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
        read_default(*setting, conditional, asked_for);
      note_assignment(command);
      read(command.body, true, variable_asked_for(command));
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
    auto entry = entry_named(file, default_value);
    if (from_environment && (default_value.empty() || names_no_entry(file, default_value))) {
      if (!default_value.empty()) file.stale_default = default_value;
      file.default_entry = 0;
      return;
    }
    if (!entry || fits != 1)
      return trouble(default_line, "the default is '" + default_value + "', which names " +
                                       (fits > 1 ? "several entries" : "no entry") +
                                       "; right is a number from 0 to " +
                                       std::to_string(file.entries.size() - 1));
    file.default_entry = entry;
    file.default_by_title = !is_number && !from_environment;
  }

  void stop_where_default_stops() {
    if (!file.default_entry) return;
    if (const auto& stopped = file.entries[*file.default_entry].trouble)
      trouble(stopped->line, stopped->sentence);
  }
};

}  // namespace

BootFile parse_grub(std::string text) { return parse_grub_with(std::move(text), std::nullopt); }

BootFile parse_grub_with(std::string text, std::optional<std::string> environment) {
  BootFile file;
  file.environment = std::move(environment);
  file.loader = BootLoader::grub;
  file.text = std::move(text);
  const auto script = parse_grub_script(file.text);
  FileReader reader{file};
  if (script.trouble) reader.trouble(script.trouble->line, script.trouble->sentence);
  reader.read(script.commands, false, "");
  reader.choose_default();
  reader.stop_where_default_stops();
  return file;
}

}  // namespace pci_passthrough
