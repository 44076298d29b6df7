#include <algorithm>
#include <utility>

#include "plugin/boot/platform_lines.hpp"
#include "plugin/boot/platform_reader.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

using ProblemKind = PlatformProblemKind;
using Format = PlatformEntry::Format;

struct PlatformGrub : PlatformReader {
  bool old = false;  ///< the code before 2025-07
  std::string chosen = "0";
  std::size_t chosen_line = 0, unnamed = 0;
  PlatformEntry entry{};
  std::vector<std::string> before{};

  bool read_default(std::string_view text) {
    chosen = match_default(text);
    chosen_line = line;
    return true;
  }
  bool read_timeout(std::string_view text) {
    text.remove_prefix(text.find('=') + 1);
    const auto seconds = python.number(text.substr(0, text.find('=')));
    if (!seconds) return fail(ProblemKind::bad_number);
    view.timeout = *seconds == 0 ? std::nullopt : std::optional(std::to_string(*seconds));
    if (*seconds == 0) problem(ProblemKind::header_lost, line);
    return true;
  }
  bool read_serial(std::string_view text) {
    const auto port = match_serial(text, python, old);
    if (!port || port->loses_rest) problem(ProblemKind::header_lost, line);
    if (port) view.serial = port->written;
    return true;
  }
  bool read_terminal(std::string_view text) {
    const bool written =
        text == "terminal_input serial console" || text == "terminal_output serial console";
    return written || problem(ProblemKind::header_lost, line);
  }
  bool read_menuentry(PlatformEntry&& found) {
    if (!entry.title.empty()) problem(ProblemKind::entry_lost, entry.line);
    if (view.before.empty() && std::ranges::none_of(before, [](const std::string& one) {
          return one.find("load_env") != one.npos;
        }))
      before.insert(before.end(), {"if [ -s $prefix/grubenv ]; then", "\tload_env", "fi", "",
                                   "if [ -n \"$override_entry\" ]; then",
                                   "\tset default=$override_entry", "fi", ""});
    view.before.push_back(std::exchange(before, {}));
    entry.title = std::move(found.title);
    entry.extra = std::move(found.extra);
    entry.line = line;
    return true;
  }

  bool read_hypervisor(std::string_view text) {
    if (entry.hypervisor) problem(ProblemKind::command_lost, line);
    if (old && text.find("tboot") != text.npos)
      return operands(text, entry.tboot, entry.tboot_arguments);
    return operands(text, entry.hypervisor, entry.hypervisor_arguments);
  }
  bool read_xen_hypervisor(std::string_view text) {
    entry.format = Format::xen_boot;
    return read_hypervisor(text);
  }

  bool read_module(std::string_view text) {
    if (entry.hypervisor.value_or("").empty())
      return old ? operands(text, entry.hypervisor, entry.hypervisor_arguments)
                 : fail(ProblemKind::no_hypervisor);
    return entry.kernel && !entry.kernel->empty() ? read_initrd_of(text) : read_kernel(text);
  }
  bool read_initrd_of(std::string_view text) {
    const auto parts = python.split(text, 2);
    if (parts.size() < 2) return fail(ProblemKind::missing_arguments);
    if (entry.initrd) problem(ProblemKind::command_lost, line);
    entry.initrd = parts[1];
    return true;
  }
  bool read_kernel(std::string_view text) {
    entry.kernel_line = line;
    return operands(text, entry.kernel, entry.kernel_arguments);
  }
  bool read_linux(std::string_view text) {
    entry.format = Format::linux;
    if (entry.kernel) problem(ProblemKind::command_lost, line);
    return read_kernel(text);
  }
  bool read_initrd(std::string_view text) {
    const bool needs_kernel = !old && entry.kernel.value_or("").empty();
    return needs_kernel ? fail(ProblemKind::no_hypervisor) : read_initrd_of(text);
  }
  bool read_search(std::string_view text) {
    const auto parts = python.split(text, text.size());
    if (parts.size() < 5) return fail(ProblemKind::missing_arguments);
    if (entry.root || parts.size() > 5 || parts[3] != "root")
      problem(ProblemKind::command_lost, line);
    entry.root = parts[4];
    return true;
  }

  bool end_entry(std::string_view) {
    entry.label = platform_label(entry.title, old);
    if (entry.label.empty()) entry.label = "label" + std::to_string(++unnamed);
    const auto same = std::ranges::find(view.entries, entry.label, &PlatformEntry::label);
    if (same != view.entries.end()) problem(ProblemKind::entry_doubled, entry.line);
    view.entries.push_back(std::exchange(entry, {}));
    return true;
  }

  bool read_in_entry(std::string_view text, std::string_view raw);
  bool read_line(std::string_view raw);

  bool choose_default() {
    line = chosen_line;
    const auto size = static_cast<long>(view.entries.size());
    const auto number = python.number(chosen);
    if (number && (*number >= size || *number < -size))
      return fail(size == 0 ? ProblemKind::no_entries : ProblemKind::default_beyond);
    view.default_label =
        number
            ? view.entries[static_cast<std::size_t>(*number < 0 ? *number + size : *number)].label
            : chosen;
    return true;
  }
};

constexpr struct {
  std::string_view start;
  bool (PlatformGrub::*read)(std::string_view text);
  bool is_new = false;  ///< the tools of 2025-07 alone know it
} known_commands[] = {{"multiboot2", &PlatformGrub::read_hypervisor},
                      {"xen_hypervisor", &PlatformGrub::read_xen_hypervisor, true},
                      {"module2", &PlatformGrub::read_module},
                      {"xen_module", &PlatformGrub::read_module, true},
                      {"linux", &PlatformGrub::read_linux},
                      {"initrd", &PlatformGrub::read_initrd},
                      {"search --label --set root", &PlatformGrub::read_search}};

bool PlatformGrub::read_in_entry(std::string_view text, std::string_view raw) {
  for (const auto& [start, read, is_new] : known_commands) {
    if (!text.starts_with(start) || (is_new && old)) continue;
    const auto next = text.substr(start.size());
    if (!next.empty() && next.front() != ' ' && next.front() != '\t')
      problem(ProblemKind::command_renamed, line);
    return (this->*read)(text);
  }
  if (text == "}") return end_entry(text);
  const bool stands_behind = entry.hypervisor || entry.kernel || entry.root;
  const bool continues = !entry.contents.empty() && entry.contents.back().ends_with('\\');
  if (stands_behind && !continues && !is_free_of_order(text))
    problem(ProblemKind::body_moved, line);
  entry.contents.emplace_back(python.right_stripped(raw));
  return true;
}

bool PlatformGrub::read_line(std::string_view raw) {
  const auto text = python.stripped(raw);
  const bool indented = text.size() != python.right_stripped(raw).size();
  PlatformEntry found;
  if (text.starts_with("set default=") && !indented) return read_default(text);
  if (text.starts_with("set timeout=") && !indented) return read_timeout(text);
  if (text.starts_with("serial")) return read_serial(text);
  if (text.starts_with("terminal_")) return read_terminal(text);
  if (match_menuentry(text, found)) return read_menuentry(std::move(found));
  if (!entry.title.empty()) return read_in_entry(text, raw);
  before.emplace_back(python.right_stripped(raw));
  return true;
}

}  // namespace

bool PlatformReader::operands(std::string_view text, std::optional<std::string>& file,
                              std::optional<std::string>& arguments) {
  const auto parts = python.split(text, 3);
  if (parts.size() < 3 && view.tools != PlatformTools::xen_boot)
    return fail(PlatformProblemKind::missing_arguments);
  file = parts.size() > 1 ? parts[1] : "";
  arguments = parts.size() > 2 ? parts[2] : "";
  return true;
}

void read_grub_as_platform(PlatformView& view, std::string_view text) {
  PlatformGrub reader{{view, PythonText(view.tools)}, view.tools != PlatformTools::xen_boot};
  for (const auto& line : reader.python.lines(text)) {
    ++reader.line;
    if (!reader.read_line(line)) return;
  }
  if (!reader.entry.title.empty()) reader.problem(ProblemKind::entry_lost, reader.entry.line);
  const bool says =
      std::ranges::any_of(reader.before, [](const auto& one) { return !one.empty(); });
  if (says && reader.entry.title.empty()) reader.problem(ProblemKind::tail_lost, reader.line);
  reader.choose_default();
}

}  // namespace pci_passthrough
