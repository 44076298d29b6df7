#include <algorithm>

#include "plugin/boot/rescue.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/model/way_back.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

json::value value_or_null(const HideArguments& hide) {
  const auto value = hide.value();
  return value ? json::value(std::string(*value)) : json::value(nullptr);
}

/// Words that mean a rule and are none: of one entry, or of none.
array strays_json(const Analysis& host, std::optional<std::size_t> entry) {
  array all;
  const auto add = [&](const StrayRule& stray, const std::string& path) {
    all.push_back({{"path", path},
                   {"line", stray.line},
                   {"word", valid_text(stray.word)},
                   {"why", explained(stray.kind)},
                   {"meant", write_hide_list(std::span(stray.meant))}});
  };
  for (const auto& stray : host.other_readers().strays)
    if (stray.entry == entry) add(stray, host.boot().path);
  if (!entry)
    for (const auto& [path, stray] : host.other_readers().modules) add(stray, path);
  return all;
}

/// No member where it is unknown which of them are there.
void put_hidden(object& row, const Analysis& host, const HideRules& rules) {
  const bool hides_nothing = rules.in_effect.rules.empty() && !rules.in_effect.error;
  if (hides_nothing || why_functions_are_unknown(host.snapshot().unreadable).empty())
    row["devices"] = addresses_json(rules.hidden);
}

array entries_json(const Analysis& host) {
  const Boot& boot = host.boot();
  array entries;
  for (std::size_t i = 0; i < boot.file.entries.size(); ++i) {
    const BootEntry& entry = boot.file.entries[i];
    if (!entry.is_xen) continue;
    const auto& rules = host.rules().entries[i];
    object row = {{"title", valid_text(entry.title)},
                  {"label", valid_text(entry.label)},
                  {"line", entry.line},
                  {"default", boot.file.default_entry == i},
                  {"next", boot.next_entry() == i},
                  {"edited_by_us", std::ranges::count(host.rules().everyday, i) != 0},
                  {"rescue", is_rescue(boot.file.loader, entry)}};
    if (rules.is_known) {
      row["value"] = value_or_null(rules.stands);
      put_hidden(row, host, rules);
    }
    if (auto strays = strays_json(host, i); !strays.empty()) row["strays"] = std::move(strays);
    entries.push_back(std::move(row));
  }
  return entries;
}

object running_json(const Analysis& host) {
  object running = {{"value", value_or_null(host.rules().running.stands)}};
  put_hidden(running, host, host.rules().running);
  return running;
}

/// "" where it is not, or unknown.
std::string_view when_hidden(Dom0Access access, const Function& function) {
  if (!function.driver || access == Dom0Access::unknown) return "";
  const bool is_now = *function.driver == "pciback";
  const bool is_then = access == Dom0Access::disabled || access == Dom0Access::disable_on_reboot;
  if (is_now) return is_then ? "now and at boot" : "now";
  return is_then ? "at boot" : "";
}

array devices_json(const Analysis& host) {
  array devices;
  for (const auto& function : host.snapshot().functions) {
    const auto access = host.dom0_access(function);
    const bool plain = access == Dom0Access::enabled || access == Dom0Access::unknown;
    if (plain && function.driver != "pciback") continue;
    object device = {{"address", function.address.text()}};
    if (access != Dom0Access::unknown) device["dom0_access"] = name_of(access);
    if (const auto hidden = when_hidden(access, function); !hidden.empty())
      device["hidden"] = hidden;
    if (function.driver)
      device["driver"] =
          function.driver->empty() ? json::value(nullptr) : json::value(*function.driver);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace

object rules_of_host(const Analysis& host) {
  const Boot& boot = host.boot();
  object reply;
  const auto next = boot.next_own_entry();
  reply["parameter"] = hide_parameter(next ? host.rules().entries[*next].stands.kind
                                           : host.rules().running.stands.kind);
  if (!boot.path.empty()) reply["file"] = boot.path;
  if (boot.unreadable.empty())
    reply["entries"] = entries_json(host);
  else
    reply["unreadable"] = boot.unreadable;
  if (boot.file.error)
    reply["trouble"] = {{"line", boot.file.error->line}, {"message", boot.file.error->sentence}};
  if (auto strays = strays_json(host, std::nullopt); !strays.empty())
    reply["strays"] = std::move(strays);
  put_trial(reply, host);
  if (boot.running) reply["running"] = running_json(host);
  if (const auto why = why_functions_are_unknown(host.snapshot().unreadable); !why.empty())
    reply["devices_unknown"] = why;
  else
    reply["devices"] = devices_json(host);
  if (const auto& unfinished = host.snapshot().unfinished)
    reply["unfinished"] = sentence_of(*unfinished);
  return reply;
}

void put_trial(object& reply, const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.stage == TrialStage::none) return;
  object told = {{"stage", name_of(trial.stage)},
                 {"devices", addresses_json(trial.devices)},
                 {"message", words_of(trial)}};
  if (trial.auto_seconds) told["auto_seconds"] = *trial.auto_seconds;
  if (trial.until) told["until"] = *trial.until;
  if (!trial.ended.empty()) told["ended"] = trial.ended;
  reply["trial"] = std::move(told);
}

void put_way_back(object& reply, const Analysis& host) {
  if (auto sentence = way_back(host); !sentence.empty()) reply["way_back"] = std::move(sentence);
}

object rules(const Analysis& host, const Arguments&) {
  object reply = rules_of_host(host);
  put_way_back(reply, host);
  reply["schema"] = schema;
  return reply;
}

}  // namespace pci_passthrough::reports
