#include <algorithm>

#include "plugin/commands/colours.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/list_text.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

std::string firmware_word(const ListedHost& host) {
  return host.efi ? *host.efi ? "UEFI" : "BIOS" : "";
}

std::string heading(const Listing& listing) {
  const auto& host = listing.host;
  std::vector<std::string> who;
  for (const auto& text :
       {host.name, host.product, host.version, firmware_word(host), host.boot_loader})
    if (!text.empty()) who.push_back(text);
  return printable(joined(who, " ")) + (who.empty() ? "" : ": ") + counts_of(listing);
}

constexpr char legend[] =
    "NEEDED: dom0 does not live without it. hidden: kept from dom0 now and at boot. hides at boot, "
    "back\n"
    "at boot: from the next reboot on. not held: a rule hides it, dom0 has it. ?: unknown.\n";

}  // namespace

std::string legend_for(const Terminal& terminal) {
  if (terminal.columns >= Terminal{}.columns) return legend;
  std::string line = legend;
  std::ranges::replace(line, '\n', ' ');
  line.pop_back();
  return wrapped(line, "", terminal.columns);
}

namespace {

/// The columns, and what the names and the uses have of the width that the others leave.
std::vector<Column> columns_for(const Terminal& terminal) {
  constexpr std::size_t others = 13 + 15 + 6 + 10 + 5, least = 10, of_names = 27, of_uses = 24;
  constexpr std::size_t usual = others + of_names + of_uses;
  if (terminal.columns < usual) {
    const auto half = std::max(least, (std::max(terminal.columns, others) - others) / 2);
    return {{"ADDRESS", 13}, {"DOM0", 15},     {"KIND", 6},
            {"DRIVER", 10},  {"DEVICE", half}, {"USED BY", half}};
  }
  const auto more = terminal.columns - usual;
  return {{"ADDRESS", 13},
          {"DOM0", 15},
          {"KIND", 6},
          {"DRIVER", 10},
          {"DEVICE", of_names + more / 2},
          {"USED BY", of_uses + more - more / 2}};
}

/// The word of each row's state, which stands behind its address.
std::string with_colours(const std::string& rows, const Listing& listing,
                         const Terminal& terminal) {
  if (!terminal.colour) return rows;
  std::string text = rows;
  auto at = text.find('\n') + 1;
  for (const auto& device : listing.devices) {
    const auto word = dom0_word(device);
    const auto shown = coloured(word, device, terminal);
    if (shown != word)
      text.replace(text.find(word, at + device.address.text().size()), word.size(), shown);
    at = text.find('\n', at) + 1;
  }
  return text;
}

}  // namespace

std::string devices_of(const Listing& listing, const Terminal& terminal) {
  const auto below = below_bridges(listing);
  std::vector<std::vector<std::string>> rows;
  for (const auto& device : listing.devices)
    rows.push_back({device.address.text(), dom0_word(device), kind_word(device),
                    driver_word(device), name_words(device), use_words(device, below)});
  return wrapped(heading(listing), "", terminal.columns) + "\n" +
         with_colours(table(columns_for(terminal), rows), listing, terminal);
}

namespace {

/// What stands below the table.
std::string notes(const Listing& listing, const object& head, const Terminal& terminal) {
  return trial_text(head) + unread_text(listing, terminal) + "\n" + legend_for(terminal);
}

}  // namespace

std::string unread_text(const Listing& listing, const Terminal& terminal) {
  const auto words = words_of_unread(listing.unreadable);
  return words.empty() ? "" : "\n" + wrapped(words, "", terminal.columns);
}

std::string list_table(const object& reply) {
  const auto listing = read_listing(reply).value();
  return selected_text(reply) + devices_of(listing, {}) + notes(listing, reply, {});
}

std::string listing_text(const Analysis& host, const Listing& listing, const object& head,
                         const Arguments& arguments, const Terminal& terminal) {
  if (arguments.as_tree) return tree_text(listing, terminal);
  auto text = selected_text(head);
  if (arguments.devices.empty())
    return text + devices_of(listing, terminal) + notes(listing, head, terminal);
  for (const auto& device : listing.devices)
    text += (&device == &listing.devices.front() ? "" : "\n") + device_text(host, device, terminal);
  return text + unread_text(listing, terminal);
}

std::string list_text(const Analysis& host, const object& reply, const Arguments& arguments,
                      const Terminal& terminal) {
  return listing_text(host, read_listing(reply).value(), reply, arguments, terminal);
}

}  // namespace pci_passthrough::reports
