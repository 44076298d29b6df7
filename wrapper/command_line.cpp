#include "wrapper/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>

#include "plugin/commands/command.hpp"
#include "plugin/model/text.hpp"
#include "wrapper/caller.hpp"
#include "wrapper/man_page.hpp"

namespace pci_passthrough {
namespace {

constexpr char summary[] =
    "Lists this host's PCI functions, hides them from dom0, and judges before whether that is "
    "safe.";

void add_argument(CLI::App& command, const ArgumentRule& rule) {
  const std::string name(rule.name), about(rule.summary);
  if (rule.is_switch()) {
    command.add_flag("--" + name, about);
    return;
  }
  CLI::Option* option =
      command.add_option((rule.positional ? name + "," : "") + "--" + name, about);
  option->type_name(std::string(rule.value))->take_all();
  if (rule.positional) option->expected(-1);
}

/// The app that a table of commands makes.
std::unique_ptr<CLI::App> make_app(CommandLine& line, bool& completion, bool& man) {
  auto app = std::make_unique<CLI::App>(summary, "pci-passthrough");
  app->set_version_flag("--version", "pci-passthrough " PCI_PASSTHROUGH_VERSION);
  app->add_flag("--json", line.json, "Answer in JSON instead of a table");
  app->add_option("--root", line.root, "Work on the host below this directory")->type_name("DIR");
  auto* host = app->add_option("--host", line.recording, "Work on a recorded host");
  host->type_name("FILE");
  app->add_option("--unpack", line.unpack_to, "Unpack the recorded host here, and do no more")
      ->type_name("DIR")
      ->needs(host);
  app->add_flag("--completion", completion)->group("");
  app->add_flag("--man", man)->group("");
  app->require_subcommand(0, 1);
  for (const Command& command : commands()) {
    auto* sub = app->add_subcommand(std::string(command.name), std::string(command.summary));
    sub->fallthrough();
    for (const ArgumentRule& rule : command.arguments) add_argument(*sub, rule);
    const std::string about = "How to answer";
    sub->add_option("--format", about)->type_name(command.picture ? "json|text|svg" : "json|text");
    if (command.picture) sub->add_flag("--svg")->description("Answer with a picture");
  }
  return app;
}

bool is_argument(const Command& command, std::string_view name) {
  return name == "format" || std::ranges::count(command.arguments, name, &ArgumentRule::name) != 0;
}

/// Is this the other value of a switch that was typed before it: --trial auto?
bool is_value_of(std::string_view word, const std::vector<std::string>& before,
                 const Command& command) {
  return !before.empty() && std::ranges::any_of(command.arguments, [&](const ArgumentRule& rule) {
    return rule.is_switch() && before.front() == "--" + std::string(rule.name) &&
           rule.value == "true|" + std::string(word);
  });
}

/// What was typed, the last word first; an argument as xapi has it, vm=nas, becomes --vm=nas.
std::vector<std::string> typed_words(int argc, const char* const* argv) {
  std::vector<std::string> words;
  auto command = commands().end();
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    const auto equals = word.find('=');
    const bool is_behind = command != commands().end();
    if (is_behind && equals != word.npos && is_argument(*command, word.substr(0, equals)))
      word = "--" + word;
    if (is_behind && is_value_of(word, words, *command)) {
      words.front() += "=" + word;
      continue;
    }
    if (!is_behind) command = std::ranges::find(commands(), word, &Command::name);
    words.insert(words.begin(), word);
  }
  return words;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    names.push_back("--" + option->get_lnames()[0]);
  }
  return names;
}

std::string manual_of(const CLI::App& app) {
  std::vector<GlobalOption> options;
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    const bool is_flag = option->get_items_expected_max() == 0;
    options.push_back({"--" + option->get_lnames()[0], is_flag ? "" : option->get_type_name(),
                       option->get_description()});
  }
  return man_page(options);
}

std::string known_to(const CLI::App& app) {
  const std::string everywhere = "options everywhere: " + joined(options_of(app)) + "\n";
  const auto chosen = app.get_subcommands();
  if (!chosen.empty()) {
    return "options of " + chosen[0]->get_name() + ": " + joined(options_of(*chosen[0])) + "\n" +
           everywhere;
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  return "commands: " + joined(names) + "\n" + everywhere;
}

Request request_of(const CLI::App& command, bool json) {
  Request request;
  request.function = command.get_name();
  for (const auto* option : command.get_options()) {
    if (option->count() == 0 || option->get_lnames()[0] == "svg") continue;
    const bool is_flag = option->get_items_expected_max() == 0;
    const auto& values = option->results();
    request.arguments.emplace_back(option->get_lnames()[0],
                                   is_flag ? values.back() : joined(values, ","));
  }
  const auto* svg = command.get_option_no_throw("--svg");
  const bool is_picture = svg && svg->count() > 0;
  if (is_picture || command.get_option("--format")->count() == 0)
    request.arguments.emplace_back("format", is_picture ? "svg" : json ? "json" : "text");
  return request;
}

/// More than any host has functions: CLI11 takes the square of their time.
constexpr int most_words = 8192;

}  // namespace

CommandLine read_command_line(int argc, const char* const* argv) {
  CommandLine line;
  line.root = root_of_environment();
  bool completion = false, man = false;
  const auto app = make_app(line, completion, man);
  const auto answer = [&line](std::string message, int status) {
    line.message = std::move(message);
    line.status = status;
    return line;
  };
  if (argc < 2) return answer(app->help(), 2);
  if (argc > most_words)
    return answer(fmt::format("pci-passthrough: more than {} words\n", most_words), 2);
  try {
    app->parse(typed_words(argc, argv));
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    if (app->exit(error, text, text) == 0) return answer(text.str(), 0);
    return answer("pci-passthrough: " + printable(error.what()) + "\n" + known_to(*app), 2);
  }
  if (completion) return answer(bash_completion(joined(options_of(*app), " ")), 0);
  if (man) return answer(manual_of(*app), 0);
  const auto chosen = app->get_subcommands();
  if (!line.unpack_to.empty()) return line;
  if (chosen.empty()) return answer("pci-passthrough: a command is missing\n" + known_to(*app), 2);
  line.request = request_of(*chosen[0], line.json);
  return line;
}

}  // namespace pci_passthrough
