#include "plugin/boot/grub_entry.hpp"

#include <algorithm>
#include <span>

#include "plugin/boot/grub_command_line.hpp"
#include "plugin/boot/multiboot.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view options_with_value[] = {"--class", "--users", "--hotkey", "--source",
                                                   "--id"};

/// The commands that load a hypervisor, and those that load what it is given.
constexpr struct {
  std::string_view hypervisor, module;
} loaders[] = {
    {"multiboot2", "module2"}, {"multiboot", "module"}, {"xen_hypervisor", "xen_module"}};

using Words = std::span<const GrubToken>;

TextRange range_of(Words words) { return {words.front().begin, words.back().end}; }

void read_title(Words words, BootEntry& entry) {
  bool titled = false;
  for (; !words.empty(); words = words.subspan(1)) {
    const std::string_view word = words.front().value;
    const bool takes_next = words.size() > 1 && std::ranges::find(options_with_value, word) !=
                                                    std::end(options_with_value);
    if (word.starts_with("--id=")) entry.id = word.substr(5);
    if (word == "--id" && takes_next) entry.id = words[1].value;
    if (takes_next) words = words.subspan(1);
    if (word.starts_with("--") || titled) continue;
    entry.title = word;
    titled = true;
  }
}

/// What stands behind a command and its options: the file and its arguments.
Words operands(const GrubCommand& command) {
  Words words(command.words);
  do words = words.subspan(1);
  while (!words.empty() && words.front().value.starts_with("--"));
  return words;
}

/// Where one more argument goes: behind the last word of the kernel's own part.
std::size_t end_of_arguments(Words kernel, const std::vector<Argument>& init) {
  const auto own = std::ranges::find_if(kernel, [&](const GrubToken& word) {
    return !init.empty() && init.front().begin < word.end;
  });
  return std::prev(own == kernel.begin() ? std::next(own) : own)->end;
}

/// GRUB puts quotes around a word with a blank and escapes the one in it, which the kernel counts
/// all the same: no edit of a rule in such a word has an effect that can be told from the file.
bool tears_rule(const GrubToken& word) {
  const auto has = [&](std::string_view part) {
    return word.value.find(part) != std::string::npos;
  };
  return has(" ") && has("\"") && has("pciback");
}

struct EntryReader {
  GrubEntry result{};
  std::string_view module{};  ///< the command that goes with the entry's hypervisor
  std::vector<Words> parts{};

  void error(const GrubCommand& command, std::string sentence) {
    if (!result.error) result.error = BootError{command.line(), std::move(sentence)};
  }

  void read_loader(const GrubCommand& command) {
    for (const auto& loader : loaders) {
      const auto words = operands(command);
      if (command.name() == loader.hypervisor) {
        if (!parts.empty()) error(command, "one entry loads a second hypervisor here");
        module = loader.module;
      } else if (command.name() == loader.module) {
        if (module != loader.module)
          error(command, command.name() + " stands here without a " +
                             std::string(loader.hypervisor) + " before it");
      } else {
        continue;
      }
      if (words.empty()) error(command, command.name() + " names no file here");
      parts.push_back(words);
    }
  }

  void read(const GrubCommand& command) {
    if (command.name() == "menuentry" || command.name() == "submenu")
      error(command,
            "a " + command.name() + " stands in another entry here; right is one after the other");
    constexpr std::string_view stops[] = {"exit", "halt", "reboot"};
    if (std::ranges::find(stops, command.name()) != std::end(stops))
      result.entry.stops_at = command.name();
    if (!command.compound) read_loader(command);
    for (const auto& inner : command.body) read(inner);
  }

  void read_parts() {
    auto& entry = result.entry;
    for (const auto& part : parts) {
      entry.files.push_back(part.front().value);
      entry.file_places.push_back(range_of(part.first(1)));
    }
    const auto index = dom0_kernel_index(entry.files);
    if (index == parts.size()) return;
    const auto& kernel = parts[index];
    entry.is_xen = true;
    entry.xen_arguments_end = parts[index - 1].back().end;
    for (const auto& word : parts[index - 1].subspan(1)) {
      entry.xen_arguments.push_back(word.value);
      entry.xen_words.push_back({word.value, word.begin, word.end});
    }
    entry.xen_line = range_of(parts[index - 1]);
    entry.kernel_line = range_of(kernel);
    for (const auto& part : std::span(parts).subspan(index + 1))
      entry.module_lines.push_back(range_of(part));
    entry.kernel = kernel.front().value;
    const auto words = kernel.subspan(1);
    auto split = split_at_dashes(kernel_arguments(words), kernel_release(entry));
    entry.arguments = std::move(split.kernel);
    entry.init_arguments = std::move(split.init);
    entry.arguments_end = end_of_arguments(kernel, entry.init_arguments);
    entry.command_line = grub_command_line(words);
    entry.has_variables = std::ranges::any_of(words, &GrubToken::variable);
    if (is_quote_open(entry.command_line))
      entry.error = BootError{kernel.front().line, std::string(open_quote)};
    else if (const auto torn = std::ranges::find_if(words, tears_rule); torn != words.end())
      entry.error = BootError{torn->line,
                              "a rule stands in one word with a blank and a double quote, which "
                              "the kernel reads torn; right is a rule outside quotes"};
  }
};

}  // namespace

GrubEntry read_grub_entry(const GrubCommand& menuentry) {
  EntryReader reader;
  auto& [entry, error] = reader.result;
  entry.line = menuentry.line();
  entry.range = {menuentry.words.front().begin, menuentry.end};
  read_title(Words(menuentry.words).subspan(1), entry);
  if (menuentry.body.empty()) reader.error(menuentry, "this menuentry has no { commands }");
  for (const auto& command : menuentry.body) reader.read(command);
  if (!error) reader.read_parts();
  return std::move(reader.result);
}

std::string_view label_of_title(std::string_view title) {
  constexpr std::string_view brands[] = {"XenServer", "Citrix Hypervisor", "XCP-ng"};
  constexpr struct {
    std::string_view ending, label;
  } endings[] = {{"(Serial)", "xe-serial"}, {"Safe Mode", "safe"}, {"upgrade", "upgrade"}};
  const auto contains = [&](std::string_view part) { return title.find(part) != title.npos; };

  if (std::ranges::find(brands, title) != std::end(brands)) return "xe";
  for (const auto& [ending, label] : endings)
    if (title.ends_with(ending)) return label;
  if (contains(" / ")) return contains("(Serial,") ? "fallback-serial" : "fallback";
  return "";
}

}  // namespace pci_passthrough
