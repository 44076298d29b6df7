#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/mending.hpp"
#include "plugin/checks/row.hpp"

namespace pci_passthrough::checks {
namespace {

using ProblemKind = PlatformProblemKind;

/// What they change without another host booting.
constexpr ProblemKind bearable[] = {ProblemKind::tail_lost, ProblemKind::header_lost,
                                    ProblemKind::title_changed, ProblemKind::text_replaced,
                                    ProblemKind::command_renamed};

std::string place_of(const Analysis& host, const PlatformProblem& problem) {
  const auto& path = host.boot().path;
  return problem.line ? fmt::format("{}:{}", path, problem.line) : path;
}

/// What repair would leave of the file, of the everyday entries and of all; where it changes it.
struct Mended {
  bool all = false;
  PlatformView view;
};
std::vector<Mended> mended_files(const Analysis& host) {
  std::vector<Mended> files;
  const auto& file = host.boot().file;
  for (const bool all : {false, true})
    if (const auto text = repaired_text(host, all); text != file.text)
      files.push_back(
          {all, platform_view(with_text(file, text), host.other_readers().platform->tools)});
  return files;
}

/// repair, where the file that it leaves has no such problem.
std::optional<Remedy> mending_of(const std::vector<Mended>& files, ProblemKind kind) {
  const auto mends =
      std::ranges::find_if(files, [&](const Mended& one) { return !one.view.has(kind); });
  if (mends == files.end()) return std::nullopt;
  Remedy remedy{fmt::format("Have it written as all read it: pci-passthrough repair{}; with "
                            "dry-run=true it shows first what is hidden then.",
                            mends->all ? " entries=all" : ""),
                "repair"};
  if (mends->all) remedy.arguments.emplace_back("entries", "all");
  return remedy;
}

/// Each kind once, at the first line that has it.
template <typename Wanted, typename Say>
Reasons of_problems(const Analysis& host, Wanted wanted, Say say) {
  Reasons reasons;
  const auto& platform = host.other_readers().platform;
  if (!platform || host.boot().file.error) return reasons;
  std::vector<ProblemKind> said;
  std::optional<std::vector<Mended>> mended;
  for (const auto& problem : platform->problems) {
    if (!wanted(problem.kind) || std::ranges::count(said, problem.kind) != 0) continue;
    said.push_back(problem.kind);
    if (!mended) mended = mended_files(host);
    const auto line = problem.line ? fmt::format(", line {}", problem.line) : std::string();
    reasons.push_back({.message = say(line, explained(problem.kind)),
                       .evidence = place_of(host, problem),
                       .remedy = mending_of(*mended, problem.kind)});
    if (std::ranges::find(bearable, problem.kind) != std::end(bearable))
      reasons.back().severity = Severity::info;
  }
  return reasons;
}

Reasons boot_file_fails_xapi(const Analysis& host) {
  const auto& file = host.boot().file;
  return of_problems(
      host,
      [&](ProblemKind kind) {
        const bool is_title = kind == ProblemKind::default_unknown && file.default_by_title;
        return harm_of(kind) != PlatformHarm::write_changes && !is_title;
      },
      [&](std::string_view line, std::string_view why) {
        return fmt::format(
            "xapi's own tools fail on {}{}: {}. xapi's PCI calls and Xen "
            "Orchestra's switches fail with them.",
            host.boot().path, line, why);
      });
}
constexpr auto boot_file_fails_xapi_row = row<boot_file_fails_xapi>({
    .code = "boot-file-fails-xapi",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The boot loader reads the boot file, and xapi's own tools fail on it.",
    .fires = "xen-cmdline would raise an exception as it reads the file, reads the default "
             "entry or writes a rule: a number in quotes, a default that is none of its entries, "
             "an entry without a kernel. Of a default by title boot-default-by-title speaks. "
             "Silent on releases that are not known.",
    .rests_on = "python-libs bootloader.py readGrub2, readExtLinux (plugin/boot/README.md, \"What "
                "xen-cmdline does to a boot file\").",
    .remedy = "Correct the line by hand, as the installer writes it.",
});

Reasons boot_file_broken_by_xapi(const Analysis& host) {
  return of_problems(
      host, [](ProblemKind kind) { return harm_of(kind) == PlatformHarm::write_changes; },
      [&](std::string_view line, std::string_view why) {
        return fmt::format(
            "When xapi or Xen Orchestra next hides a device, or gives one back, its "
            "tools change more of {} than the rule{}: {}.",
            host.boot().path, line, why);
      });
}
constexpr auto boot_file_broken_by_xapi_row = row<boot_file_broken_by_xapi>({
    .code = "boot-file-broken-by-xapi",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "The next write of xapi's own tools changes what the host boots.",
    .fires =
        "xen-cmdline would write the file so that an entry is lost or boots otherwise: a "
        "continued line, a remark or a ';' behind the arguments, an entry on one line, if and fi "
        "in an entry. Only told where a title, a terminal setting or text behind the last entry "
        "changes. Silent on releases that are not known.",
    .rests_on = "python-libs bootloader.py writes the whole file anew from what it understood of "
                "it (plugin/boot/README.md, \"What xen-cmdline does to a boot file\").",
    .remedy = "Write the line by hand as the installer does; until then let neither xen-cmdline "
              "nor Xen Orchestra's switch write the file.",
});

}  // namespace

std::span<const Check> platform_file() {
  static constexpr Check rows[] = {boot_file_fails_xapi_row, boot_file_broken_by_xapi_row};
  return rows;
}

}  // namespace pci_passthrough::checks
