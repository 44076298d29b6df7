#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

object command_json(const Command& command) {
  array arguments;
  for (const auto& rule : command.arguments)
    arguments.push_back({{"name", rule.name},
                         {"value", rule.value},
                         {"summary", rule.summary},
                         {"required", rule.required && rule.unless.empty()}});
  return {
      {"name", command.name}, {"summary", command.summary}, {"arguments", std::move(arguments)}};
}

}  // namespace

object help(const Analysis&, const Arguments& arguments) {
  array functions;
  if (arguments.function)
    functions.push_back(command_json(find_command(printable(*arguments.function))));
  else
    for (const Command& command : commands()) functions.push_back(command_json(command));
  return {{"schema", schema},
          {"functions", std::move(functions)},
          {"error_codes", array(std::begin(code::all), std::end(code::all))}};
}

std::string help_text(const object& reply) {
  std::string text;
  for (const auto& value : reply.at("functions").as_array()) {
    const auto& command = value.as_object();
    auto name = member(command, "name");
    name.resize(std::max<std::size_t>(name.size(), 11), ' ');
    text += name + " " + member(command, "summary") + "\n";
    for (const auto& item : command.at("arguments").as_array()) {
      const auto& argument = item.as_object();
      text += wrapped(member(argument, "name") + "=" + member(argument, "value") + "  " +
                          member(argument, "summary"),
                      "            ");
    }
  }
  return text + "\nEvery function takes format=json or format=text; list also takes format=svg.\n";
}

object version(const Analysis&, const Arguments&) {
  return {{"schema", schema}, {"name", "pci-passthrough"}, {"version", PCI_PASSTHROUGH_VERSION}};
}

std::string version_text(const object& reply) {
  return member(reply, "name") + " " + member(reply, "version") + "\n";
}

object record(const Analysis& host, const Arguments& arguments) {
  return {
      {"schema", schema},
      {"recording", arguments.mask ? host.snapshot().masked_recording : host.snapshot().recording}};
}

std::string record_text(const object& reply) { return member(reply, "recording"); }

}  // namespace pci_passthrough::reports
