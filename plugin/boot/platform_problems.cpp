#include <algorithm>

#include "plugin/boot/platform_reader.hpp"
#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

using ProblemKind = PlatformProblemKind;

constexpr struct {
  PlatformHarm harm;
  std::string_view sentence;
} harms[] = {
    {PlatformHarm::fails, "they stop at a number here that they cannot read"},
    {PlatformHarm::fails, "they stop because the default names an entry beyond the last"},
    {PlatformHarm::fails, "they stop because they find no entry"},
    {PlatformHarm::fails, "they stop at a command here that has no arguments"},
    {PlatformHarm::fails, "they stop at a command here that has no hypervisor before it"},
    {PlatformHarm::read_fails, "they do not know which entry is the default"},
    {PlatformHarm::read_fails, "they find no dom0 kernel in the default entry"},
    {PlatformHarm::write_fails, "they find no dom0 kernel in an entry that they write"},
    {PlatformHarm::write_changes, "they drop the text behind the last entry"},
    {PlatformHarm::write_changes, "they tear the line that is continued with a backslash here"},
    {PlatformHarm::write_changes, "they write the list behind the '#' here"},
    {PlatformHarm::write_changes, "they write the list behind the '--' here"},
    {PlatformHarm::write_changes, "they write the list behind the ';' here"},
    {PlatformHarm::write_changes, "they drop this entry"},
    {PlatformHarm::write_changes, "they do not see this entry, and count the default without it"},
    {PlatformHarm::write_changes, "they write another entry of the same label in its place"},
    {PlatformHarm::write_changes,
     "they move the lines that they do not know, if and fi among them"},
    {PlatformHarm::write_changes, "they drop a command of this entry, or a part of it"},
    {PlatformHarm::write_changes, "they write this command under another name"},
    {PlatformHarm::write_changes, "they drop this line, or a part of it"},
    {PlatformHarm::write_changes, "they read this title otherwise and write it so"},
    {PlatformHarm::write_changes, "they take blanks in quotes here for one"},
    {PlatformHarm::write_changes, "they replace bytes here that are no UTF-8"},
    {PlatformHarm::write_changes, "they write the file so that this entry boots otherwise"}};

struct ProblemFinder {
  PlatformView& view;
  const BootFile& file;

  void add(ProblemKind kind, std::size_t line) { view.problems.push_back({kind, line}); }

  std::size_t line_of(std::size_t at) const {
    return 1 + std::ranges::count(file.text.substr(0, at), '\n');
  }

  void default_entry() {
    if (!view.default_entry)
      add(ProblemKind::default_unknown, 0);
    else if (!view.entries[*view.default_entry].kernel_arguments)
      add(ProblemKind::default_without_kernel, view.entries[*view.default_entry].line);
  }

  /// What stands at the end of the kernel's line, where a set appends.
  void line_end(const PlatformEntry& entry) {
    const PythonText python(view.tools);
    const auto arguments = python.arguments(*entry.kernel_arguments);
    std::string joined;
    for (const auto& one : arguments) joined += (joined.empty() ? "" : " ") + one;
    const bool blanks_matter =
        joined != *entry.kernel_arguments && joined.find_first_of("\"'\\") != std::string::npos;
    if (blanks_matter) add(ProblemKind::quotes_joined, entry.kernel_line);
    if (view.loader == BootLoader::extlinux) return;
    bool quoted = false, behind_blank = true;
    for (const char c : *entry.kernel_arguments) {
      if (!quoted && c == '#' && behind_blank)
        return add(ProblemKind::list_behind_remark, entry.kernel_line);
      if (!quoted && c == ';') return add(ProblemKind::list_behind_semicolon, entry.kernel_line);
      if (c == '\'' || c == '"') quoted = !quoted;
      behind_blank = c == ' ' || c == '\t';
    }
  }

  void entry(const PlatformEntry& entry) {
    if (!entry.kernel_arguments) {
      if (is_platform_label(entry.label) || view.loader == BootLoader::extlinux)
        add(ProblemKind::entry_without_kernel, entry.line);
      if (view.tools == PlatformTools::xen_boot && !entry.hypervisor)
        add(ProblemKind::command_lost, entry.line);
      return;
    }
    if (is_platform_label(entry.label)) line_end(entry);
  }

  void titles() {
    for (const auto& entry : file.entries) {
      const auto seen = std::ranges::find(view.entries, entry.line, &PlatformEntry::line);
      if (seen == view.entries.end())
        add(ProblemKind::entry_not_seen, entry.line);
      else if (seen->title != entry.title)
        add(ProblemKind::title_changed, entry.line);
    }
  }

  void continuations() {
    for (const auto& entry : file.entries) {
      const auto text = std::string_view(file.text).substr(entry.range.begin,
                                                           entry.range.end - entry.range.begin);
      auto at = text.find("\\\n");
      at = std::min(at, text.find("\\\r\n"));
      if (at != text.npos) add(ProblemKind::line_torn, line_of(entry.range.begin + at));
    }
  }

  void dashes() {
    for (const auto& entry : file.entries)
      if (const auto seen = std::ranges::find(view.entries, entry.line, &PlatformEntry::line);
          seen != view.entries.end() && is_platform_label(seen->label) &&
          !entry.init_arguments.empty())
        add(ProblemKind::list_behind_dashes, line_of(entry.init_arguments.front().begin));
  }

  void bytes() {
    if (view.tools == PlatformTools::python2) return;
    std::size_t at = 0;
    for (std::string_view rest = file.text; !rest.empty();) {
      const auto character = first_character(rest);
      if (!character.valid) return add(ProblemKind::text_replaced, line_of(at));
      rest.remove_prefix(character.size);
      at += character.size;
    }
  }
};

}  // namespace

PlatformHarm harm_of(PlatformProblemKind kind) {
  return harms[static_cast<std::size_t>(kind)].harm;
}
std::string_view explained(PlatformProblemKind kind) {
  return harms[static_cast<std::size_t>(kind)].sentence;
}

void find_platform_problems(PlatformView& view, const BootFile& file) {
  ProblemFinder finder{view, file};
  finder.default_entry();
  for (const auto& entry : view.entries) finder.entry(entry);
  finder.bytes();
  finder.dashes();
  if (file.loader == BootLoader::extlinux) return;
  finder.titles();
  finder.continuations();
}

}  // namespace pci_passthrough
