#include <fmt/format.h>

#include <array>

#include "plugin/boot/boot_limits.hpp"
#include "plugin/model/boot_mark.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr char efi_file[] = "/boot/efi/EFI/xenserver/grub.cfg";
/// In the order in which xapi's own tools look (python-libs bootloader.py loadExisting).
constexpr std::array bios_files = {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
                                   "/boot/extlinux.conf"};
constexpr std::array extlinux_programs = {"/sbin/extlinux", "/usr/sbin/extlinux",
                                          "/usr/bin/extlinux"};

/// What tells why the firmware's file is not there.
constexpr std::array beside_it = {"/boot/efi/EFI",
                                  "/boot/efi/EFI/xcp-ng/grub.cfg",
                                  "/boot/efi/EFI/xenserver/xen.cfg",
                                  "/boot/efi/EFI/xcp-ng/xen.cfg",
                                  "/boot/efi/EFI/xen/xen.cfg",
                                  "/boot/grub/menu.lst",
                                  "/boot/grub/grub.conf",
                                  "/boot/grub2/grub.conf"};
constexpr char module_folder[] = "/etc/modprobe.d";

std::string first_bios_file(const Host& host) {
  for (const char* path : bios_files)
    if (!host.is_absent(path)) return path;
  return "";
}

/// Nothing where it cannot be looked at.
std::optional<bool> is_there(const Host& host, const char* path) {
  if (host.exists(path)) return true;
  return host.is_absent(path) ? std::optional(false) : std::nullopt;
}

/// A file that cannot be looked at is chosen, too: to read on elsewhere would be to guess.
void choose_file(const Host& host, Boot& boot) {
  if (host.exists("/sys/firmware")) boot.efi = is_there(host, "/sys/firmware/efi");
  const auto bios = first_bios_file(host);
  boot.platform_path = host.is_absent(efi_file) ? bios : efi_file;
  if (!boot.efi)
    boot.path = boot.platform_path;
  else if (!*boot.efi)
    boot.path = bios;
  else
    boot.path = efi_file;
  boot.is_absent = boot.path.empty() || boot.path != boot.platform_path;
  if (boot.is_absent && !boot.path.empty()) boot.is_absent = host.is_absent(boot.path);
  if (!boot.is_absent) return;
  for (const char* path : beside_it)
    if (host.exists(path)) boot.beside.emplace_back(path);
}

/// A text that is known already is not parsed again.
void read_file(const Host& host, Boot& boot, BootFile known) {
  if (boot.path.empty()) {
    boot.unreadable = "there is no boot file that is known below /boot";
    return;
  }
  auto text = host.read(boot.path, max_boot_file + 1);
  if (!text) {
    boot.unreadable = fmt::format("cannot read {} ({})", boot.path, text.reason());
    return;
  }
  const bool extlinux = boot.path.ends_with("extlinux.conf");
  const auto loader = extlinux ? BootLoader::extlinux : BootLoader::grub;
  const auto beyond = beyond_boot_limits(loader, text.value);
  boot.is_too_large = beyond.has_value();
  if (beyond) {
    boot.unreadable =
        fmt::format("{} {}, which is no boot configuration of any release", boot.path, *beyond);
    return;
  }
  if (!known.text.empty() && known.text == text.value && loader == known.loader)
    boot.file = std::move(known);
  else
    boot.file =
        extlinux ? parse_extlinux(std::move(text.value)) : parse_grub(std::move(text.value));
}

/// What grubenv chooses: the default, or an entry for once. One that is not there sets nothing.
void read_environment(const Host& host, Boot& boot) {
  if (!boot.file.honours_override && !boot.file.needs_environment) return;
  const auto path = grubenv_beside(boot.path);
  auto block = host.read(path);
  if (!block && !block.absent()) {
    boot.unreadable = fmt::format("cannot read {} ({})", path, block.reason());
    return;
  }
  std::string environment = block ? std::move(block.value) : "";
  if (boot.file.environment != environment)
    boot.file = parse_grub_with(std::move(boot.file.text), std::move(environment));
  if (boot.file.honours_override) boot.grubenv_override = override_entry(*boot.file.environment);
}

void read_after_edit(const Host& host, Boot& boot) {
  if (boot.file.loader != BootLoader::extlinux) return;
  for (const char* program : extlinux_programs) {
    if (!host.has_program(program)) continue;
    boot.after_edit.push_back({program, {"-i", "/boot"}});
    return;
  }
}

void read_module_options(const Host& host, Snapshot& snapshot) {
  const auto names = host.list(module_folder);
  if (!names && !names.absent()) snapshot.unreadable[module_folder] = names.reason();
  for (const auto& name : names.value) {
    if (!name.ends_with(".conf")) continue;
    auto path = fmt::format("{}/{}", module_folder, name);
    auto text = host.read(path, max_boot_file);
    if (text)
      snapshot.boot.module_options.emplace(std::move(path), std::move(text.value));
    else if (!text.absent())
      snapshot.unreadable[path] = text.reason();
  }
}

}  // namespace

void probe_boot(const Host& host, Snapshot& snapshot) {
  Boot& boot = snapshot.boot;
  auto known = std::move(boot.file);
  boot = {};
  boot.running = read_line(host, paths::kernel_command_line);
  boot.kernel_release = read_line(host, "/proc/sys/kernel/osrelease").value_or("");
  choose_file(host, boot);
  read_file(host, boot, std::move(known));
  read_environment(host, boot);
  read_after_edit(host, boot);
  for (const auto& name : host.list("/boot").value)
    if (auto path = "/boot/" + name; host.exists(path)) boot.present.push_back(std::move(path));
  read_module_options(host, snapshot);
  probe_next_boot(host, snapshot);
}

}  // namespace pci_passthrough
