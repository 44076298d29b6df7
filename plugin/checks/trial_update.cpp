#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/own_entry.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/trial_ahead.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough::checks {
namespace {

/// "4.19.0+1" of "/boot/vmlinuz-4.19.0+1" and "/boot/initrd-4.19.0+1.img"; "" where the name holds
/// no release.
std::string release_in(const std::string& path) {
  auto name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".img")) name.resize(name.size() - 4);
  const auto dash = name.find('-');
  const bool has_one =
      dash != name.npos && dash + 1 < name.size() && name[dash + 1] >= '0' && name[dash + 1] <= '9';
  return has_one ? name.substr(dash + 1) : "";
}

Reason told_by(const std::string& path, std::string message,
               FindingState state = FindingState::found) {
  return {.message = std::move(message),
          .evidence = path,
          .state = state,
          .remedy = taken_back("Reboot first, so that the update is done with; then try the "
                               "hide.")};
}

/// What the file is that an entry names; "" where it leads nowhere.
std::string file_behind(const Boot& boot, const std::string& name) {
  const auto file = boot.linked_files.find(name);
  return file == boot.linked_files.end() ? "" : file->second;
}

void add_kernel(const Boot& boot, const BootEntry& model, Reasons& reasons) {
  const auto file = file_behind(boot, model.kernel);
  const auto release = release_in(file);
  const auto evidence = model.kernel.starts_with('/') ? model.kernel : boot.path;
  if (release.empty() || boot.kernel_release.empty())
    reasons.push_back(
        told_by(evidence,
                fmt::format("Unknown whether an update of the kernel waits for the next boot: {} "
                            "does not tell its release.",
                            file.empty() ? model.kernel : file),
                FindingState::unknown));
  else if (release != boot.kernel_release)
    reasons.push_back(
        told_by(evidence,
                fmt::format("An update waits for the next boot: {} is {}, and {} runs. A boot that "
                            "fails would not tell whose fault it is.",
                            model.kernel, file, boot.kernel_release)));
}

/// Behind a link alone: a name that is no link tells nothing of what it holds.
void add_initrd(const Boot& boot, const BootEntry& model, Reasons& reasons) {
  for (const auto& name : model.files) {
    const auto file = file_behind(boot, name);
    const auto release = release_in(file);
    const bool is_initrd = file.substr(file.rfind('/') + 1).starts_with("initrd");
    if (!is_initrd || file == name || release.empty() || release == boot.kernel_release) continue;
    reasons.push_back(
        told_by(name, fmt::format("An update waits for the next boot: {} is {}, and {} runs.", name,
                                  file, boot.kernel_release)));
  }
}

Reasons trial_kernel_pending(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto model = boot.file.error ? std::nullopt : own_model(boot.file);
  if (!model || !is_ahead(host)) return {};
  Reasons reasons;
  add_kernel(boot, boot.file.entries[*model], reasons);
  add_initrd(boot, boot.file.entries[*model], reasons);
  for (const auto& path : boot.pending_updates)
    reasons.push_back(
        told_by(path, fmt::format("An update waits for the next boot: {} is there.", path)));
  for (const char* path : paths::tell_of_updates)
    if (const auto unreadable = host.snapshot().unreadable.find(path);
        unreadable != host.snapshot().unreadable.end())
      reasons.push_back(
          told_by(path,
                  fmt::format("Unknown whether an update waits for the next boot: cannot read {} "
                              "({}).",
                              path, unreadable->second),
                  FindingState::unknown));
  return reasons;
}
constexpr auto trial_kernel_pending_row = row<trial_kernel_pending>({
    .code = "trial-kernel-pending",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The next boot takes another kernel, initrd or Xen than those that run.",
    .fires = "The link that the default entry names leads to a kernel or an initrd of another "
             "release than /proc/sys/kernel/osrelease, or an update has left a note: "
             "/run/reboot-required.d/PACKAGE/VERSION, /run/reboot-required.hfxs, or "
             "/var/lib/rpm-state/regenerate-initrd-RELEASE, whose initrd is not made yet. Unknown "
             "where the name of the kernel's file holds no release.",
    .rests_on =
        "An update installs /boot/vmlinuz-RELEASE and turns the links to it; an entry names "
        "the links, so the trial, and the boot after it, take the new ones. The notes: "
        "%post of XCP-ng's kernel.spec and xen.spec, xapi's reboot_required_hfxs; /run is "
        "empty after a boot.",
    .remedy = "Reboot first, so that the update is done with; then try the hide.",
});

}  // namespace

std::span<const Check> trial_update() {
  static constexpr Check rows[] = {trial_kernel_pending_row};
  return rows;
}

}  // namespace pci_passthrough::checks
