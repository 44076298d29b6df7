#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>

#include "plugin/model/failure.hpp"
#include "plugin/model/identity_json.hpp"
#include "plugin/model/json_members.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/model/xen_arguments.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/import.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

std::vector<std::string> xen_arguments_of(const Analysis& host) {
  std::vector<std::string> arguments;
  for (const auto i : host.rules().unattended)
    for (const auto& argument : passthrough_arguments(host.boot().file.entries[i]))
      if (std::ranges::count(arguments, argument) == 0) arguments.push_back(argument);
  return arguments;
}

std::vector<Identity> identities_of(const Analysis& host, const std::set<PciAddress>& named) {
  const auto& snapshot = host.snapshot();
  std::vector<Identity> identities;
  auto at = identities_at(snapshot, named);
  for (const auto& one : snapshot.identities)
    if (named.contains(one.address)) at.insert_or_assign(one.address, one);
  for (auto& [address, identity] : at) identities.push_back(std::move(identity));
  return identities;
}

std::vector<std::string> rules_left_out(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.unreadable.empty())
    return {fmt::format("No rules: cannot read {} ({}).", boot.path, boot.unreadable)};
  if (const auto& error = boot.file.error)
    return {fmt::format("No rules: line {} of {}: {}", error->line, boot.path, error->sentence)};
  std::vector<std::string> sentences;
  const auto say = [&](std::string sentence) {
    if (std::ranges::count(sentences, sentence) == 0) sentences.push_back(std::move(sentence));
  };
  for (const auto i : host.rules().everyday) {
    const auto& entry = boot.file.entries[i];
    const auto nameless = nameless_rules(host, i);
    for (const auto& wildcard : nameless.wildcards)
      say(fmt::format("No rule for {}: it fits no device of the host.", wildcard));
    for (const auto& list : nameless.rejected)
      say(fmt::format("No rule of the boot entry '{}': the kernel rejects its list '{}'.",
                      printable(entry.title), printable(list)));
    if (entry.has_variables)
      say(fmt::format("No rule of the boot entry '{}' that stands behind a variable.",
                      printable(entry.title)));
  }
  return sentences;
}

std::optional<Exported::Entry> vm_entry_in(const json::value& value) {
  const auto* object = value.if_object();
  if (!object || !members::text(*object, "uuid") || !members::text(*object, "pci")) return {};
  return Exported::Entry{members::word(*object, "uuid"), members::word(*object, "name"),
                         members::word(*object, "pci")};
}

[[noreturn]] void refuse_export(std::string_view why) {
  throw misuse(fmt::format("the file is none that export wrote: {}", why));
}

template <typename Part>
Part must_hold(std::optional<Part> part, std::string_view name) {
  if (!part) refuse_export(fmt::format("its member '{}' is missing or cannot be read", name));
  return std::move(*part);
}

}  // namespace

Exported exported_of(const Analysis& host) {
  const auto& snapshot = host.snapshot();
  Exported exported{.host = snapshot.host.uuid, .host_name = snapshot.host.name};
  for (const auto i : host.rules().everyday)
    if (const auto rules = rules_of(host, i))
      for (const auto& rule : *rules) add_once(exported.rules, rule);
  std::set<PciAddress> named(exported.rules.begin(), exported.rules.end());
  if (vms_are_known(snapshot)) exported.entries.emplace();
  for (const auto& assignment : host.vms().assignments) {
    if (!exported.entries || !assignment.may_be_here() || !assignment.vm->pci) continue;
    const auto& vm = *assignment.vm;
    exported.entries->push_back({vm.uuid, vm.name, *vm.pci});
    for (const auto& device : assignment.entry.plugged()) named.insert(device);
  }
  exported.identities = identities_of(host, named);
  exported.xen_arguments = xen_arguments_of(host);
  exported.left_out = rules_left_out(host);
  return exported;
}

json::object export_json(const Exported& exported) {
  json::array rules, entries;
  for (const auto& rule : exported.rules) rules.emplace_back(rule.text());
  json::object whole = {{"schema", 1},
                        {"host", {{"uuid", exported.host}, {"name", exported.host_name}}},
                        {"rules", std::move(rules)},
                        {"devices", identities_json(exported.identities)}};
  if (exported.entries) {
    for (const auto& [vm, name, pci] : *exported.entries)
      entries.push_back({{"uuid", vm}, {"name", name}, {"pci", pci}});
    whole["assignments"] = std::move(entries);
  }
  whole["xen"] = json::array(exported.xen_arguments.begin(), exported.xen_arguments.end());
  if (!exported.left_out.empty())
    whole["left_out"] = json::array(exported.left_out.begin(), exported.left_out.end());
  return whole;
}

Exported read_export(std::string_view text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  const auto* whole = value.if_object();
  if (error || !whole) refuse_export("it is no JSON object");
  if (members::number<int>(*whole, "schema") != 1) refuse_export("its schema is not 1");
  Exported exported;
  const auto* host = whole->if_contains("host");
  if (host && host->is_object()) {
    exported.host = members::word(host->get_object(), "uuid");
    exported.host_name = members::word(host->get_object(), "name");
  }
  exported.rules = must_hold(members::addresses(*whole, "rules"), "rules");
  exported.identities = must_hold(identities_in(*whole), "devices");
  exported.xen_arguments = must_hold(members::texts(*whole, "xen"), "xen");
  if (whole->contains("left_out"))
    exported.left_out = must_hold(members::texts(*whole, "left_out"), "left_out");
  if (whole->contains("assignments"))
    exported.entries = must_hold(members::each<Exported::Entry>(*whole, "assignments", vm_entry_in),
                                 "assignments");
  return exported;
}

}  // namespace pci_passthrough
