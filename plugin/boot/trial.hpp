#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/own_entry.hpp"

namespace pci_passthrough {

/// An argument of dom0's kernel that only the trial entry has: of a module that does not exist, so
/// the kernel passes over it (init/main.c unknown_bootoption). Its value tells by which boot of the
/// host the trial was armed; on the running command line it tells that this boot is the trial.
inline constexpr std::string_view trial_argument = "pci-passthrough.trial";
/// Beside it, of a trial that confirms itself: the seconds that it has for that, from the start of
/// the boot.
inline constexpr std::string_view auto_argument = "pci-passthrough.auto";

/// The value of an argument of that name; "" where there is none.
std::string trial_id(const std::vector<Argument>& arguments);
/// Of the running command line, as /proc/cmdline has it.
std::string running_trial_id(std::string_view command_line);
/// Nothing where the trial waits to be confirmed by hand, or the value is no number.
std::optional<unsigned> auto_seconds(const std::vector<Argument>& arguments);

std::optional<std::size_t> trial_entry(const BootFile& file);

/// The text with the entry that boots the everyday one with this hide list ("(0000:06:00.0)") once:
/// at the end, one that stood there taken away. In grub.cfg it takes override_entry away before
/// anything else. Nothing where there is no model, or anything else would read otherwise.
std::optional<std::string> with_trial(const BootFile& file, PcibackKind kind, std::string_view list,
                                      std::string_view id,
                                      std::optional<unsigned> auto_seconds = {});
std::string without_trial(const BootFile& file);

/// Does the trial entry boot what its model boots, but for hide rules? True where there is none.
/// The release is that of the running kernel.
bool trial_is_in_step(const BootFile& file, std::string_view kernel_release);

}  // namespace pci_passthrough
