#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// An environment block with nothing in it, as grub-editenv creates it: 1,024 bytes.
std::string empty_environment();
/// The block with this variable set, or without it; as many bytes as before. Nothing where it is no
/// block, or has no room. Source: grub-core/lib/envblk.c.
std::optional<std::string> environment_with(std::string_view block, std::string_view name,
                                            const std::optional<std::string>& value);

/// extlinux keeps what it boots once in the last bytes of ldlinux.sys, twice (syslinux
/// libinstaller/setadv.c): the auxiliary data vector.
inline constexpr std::size_t extlinux_vector_size = 512;
/// What it boots once, of the last 1,024 bytes of that file: "pci-trial"; "" where nothing is set.
/// Nothing where neither copy is whole.
std::optional<std::string> extlinux_once(std::string_view vectors);

}  // namespace pci_passthrough
