#include "plugin/boot/platform_lines.hpp"

#include <algorithm>

#include "plugin/boot/grub_entry.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view quote_marks = "'\"";

std::string_view digits_after(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) return "";
  text.remove_prefix(name.size());
  return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

}  // namespace

bool match_menuentry(std::string_view line, PlatformEntry& entry) {
  constexpr std::string_view start = "menuentry ";
  if (!line.starts_with(start) || line.size() <= start.size()) return false;
  const auto title = start.size() + 1;
  const auto brace = line.rfind('{');
  if (quote_marks.find(line[start.size()]) == quote_marks.npos || brace == line.npos) return false;
  for (auto end = std::min(line.find('\'', title), line.size() - 1); end >= title; --end) {
    if (quote_marks.find(line[end]) == quote_marks.npos || brace <= end) continue;
    entry.title = line.substr(title, end - title);
    entry.extra = line.substr(end + 1, brace - end - 1);
    return true;
  }
  return false;
}

std::string match_default(std::string_view line) {
  line.remove_prefix(line.find('=') + 1);
  line = line.substr(0, line.find('='));
  const bool quoted = line.size() > 1 && quote_marks.find(line.front()) != line.npos &&
                      quote_marks.find(line.back()) != line.npos;
  return std::string(quoted ? line.substr(1, line.size() - 2) : line);
}

std::string platform_label(std::string_view title, bool knows_trusted_boot) {
  if (knows_trusted_boot && title.ends_with("(Serial) (Trusted Boot)")) return "xe-serial-tboot";
  if (knows_trusted_boot && title.ends_with("(Trusted Boot)")) return "xe-tboot";
  return std::string(label_of_title(title));
}

bool is_free_of_order(std::string_view line) {
  constexpr std::string_view commands[] = {"echo", "insmod", "unset", "save_env"};
  const auto command = line.substr(0, line.find_first_of(" \t"));
  return command.empty() || command.starts_with('#') ||
         std::ranges::find(commands, command) != std::end(commands);
}

std::optional<PlatformSerial> match_serial(std::string_view line, const PythonText& python,
                                           bool keeps_speed_as_text) {
  constexpr std::string_view unit = "serial --unit=", speed = " --speed=";
  const auto port = digits_after(line, unit);
  if (port.empty()) return {};
  const auto rest = line.substr(unit.size() + port.size());
  const auto baud = digits_after(rest, speed);
  if (baud.empty()) return {};
  const auto number = [&](std::string_view one) {
    return std::to_string(python.number(one).value_or(0));
  };
  return PlatformSerial{"--unit=" + number(port) + std::string(speed) +
                            (keeps_speed_as_text ? std::string(baud) : number(baud)),
                        rest.size() != speed.size() + baud.size()};
}

}  // namespace pci_passthrough
