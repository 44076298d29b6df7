#include <fmt/format.h>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

using Rows = std::vector<std::vector<std::string>>;
constexpr std::size_t addresses_a_line = 3;

/// A row for an entry; its addresses run on below where they do not fit.
void add_entry(Rows& rows, const std::string& title, const std::string& boots,
               const std::string& edited, const object& entry) {
  std::vector<std::string> line;
  bool first = true;
  const auto flush = [&] {
    rows.push_back({first ? title : "", first ? boots : "", first ? edited : "", joined(line)});
    line.clear();
    first = false;
  };
  const auto* devices = entry.if_contains("devices");
  if (!devices) line.emplace_back("unknown");
  if (devices)
    for (const auto& address : devices->as_array()) {
      line.emplace_back(address.as_string());
      if (line.size() == addresses_a_line) flush();
    }
  if (line.empty() && first) line.emplace_back("-");
  if (!line.empty()) flush();
}

std::string boots(const object& entry) {
  const bool is_default = entry.at("default").as_bool(), is_next = entry.at("next").as_bool();
  if (is_next) return is_default ? "default" : "next boot";
  return is_default ? "later" : "";
}

std::string edited(const object& entry) {
  if (entry.at("rescue").as_bool()) return "never";
  return entry.at("edited_by_us").as_bool() ? "yes" : "no";
}

Rows entry_rows(const object& reply) {
  Rows rows;
  if (const auto* entries = reply.if_contains("entries"))
    for (const auto& value : entries->as_array()) {
      const auto& entry = value.as_object();
      add_entry(rows, member(entry, "title"), boots(entry), edited(entry), entry);
    }
  if (const auto* running = reply.if_contains("running"))
    add_entry(rows, "(running kernel)", "", "", running->as_object());
  return rows;
}

/// A sentence for each word that means a rule and is none, below the entries.
std::string strays_text(const object& reply) {
  std::string text;
  const auto add = [&](const object& of, const std::string& title) {
    if (const auto* strays = of.if_contains("strays"))
      for (const auto& value : strays->as_array()) {
        const auto& stray = value.as_object();
        text += wrapped(fmt::format("{}:{}{}: '{}' is no rule as it is meant: {}.",
                                    member(stray, "path"), stray.at("line").to_number<int>(), title,
                                    printable(member(stray, "word")), member(stray, "why")),
                        "") +
                "\n";
      }
  };
  if (const auto* entries = reply.if_contains("entries"))
    for (const auto& value : entries->as_array())
      add(value.as_object(), fmt::format(" '{}'", member(value.as_object(), "title")));
  add(reply, "");
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string way_back_text(const object& reply) {
  const auto sentence = member(reply, "way_back");
  return sentence.empty() ? sentence : "\n" + wrapped(sentence, "");
}

std::string trial_text(const object& reply) {
  const auto* trial = reply.if_contains("trial");
  return trial ? "\n" + wrapped(member(trial->as_object(), "message"), "") : "";
}

std::string rules_table(const object& reply) {
  auto text =
      wrapped(reply.contains("file") ? member(reply, "file") + ", " + member(reply, "parameter")
                                     : member(reply, "parameter"),
              "") +
      "\n";
  if (const auto* error = reply.if_contains("trouble")) {
    const auto& why = error->as_object();
    text += wrapped(fmt::format("It cannot be understood at line {}: {}.",
                                why.at("line").to_number<int>(), member(why, "message")),
                    "") +
            "\n";
  }
  if (reply.contains("unreadable"))
    text +=
        wrapped(fmt::format("Unknown what this host boots: {}.", member(reply, "unreadable")), "") +
        "\n";
  text +=
      table({{"BOOT ENTRY", 36}, {"BOOTS", 9}, {"EDITED", 6}, {"HIDES", 45}}, entry_rows(reply));

  Rows devices;
  if (const auto* all = reply.if_contains("devices"))
    for (const auto& value : all->as_array()) {
      const auto& device = value.as_object();
      devices.push_back({member(device, "address"), member(device, "hidden"),
                         member(device, "dom0_access"), driver_word(read_device(device))});
    }
  text += strays_text(reply);
  if (const auto why = member(reply, "devices_unknown"); !why.empty())
    text += "\n" + wrapped(fmt::format("Unknown which PCI functions this host has: {}.", why), "");
  if (!devices.empty())
    text += "\n" + table({{"ADDRESS", 13}, {"HIDDEN", 15}, {"DOM0 ACCESS", 17}, {"DRIVER NOW", 20}},
                         devices);
  if (const auto unfinished = member(reply, "unfinished"); !unfinished.empty())
    text += "\n" + wrapped(unfinished + " Reboot the host.", "");
  return text + trial_text(reply) + way_back_text(reply);
}

}  // namespace pci_passthrough::reports
