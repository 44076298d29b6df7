#pragma once

#include <string>
#include <string_view>

#include "plugin/host/descriptor.hpp"

namespace pci_passthrough {

/// Appends what can be read until the end or until `content` holds `limit` bytes; an errno, 0 is
/// good. The size that stat tells is no guide: sysfs says 4096, /proc says 0.
int read_up_to(int fd, std::size_t limit, std::string* content);

/// All of it; EFBIG where that is more than `max_file`.
int read_whole(int fd, std::string* content);

/// What is read whole is no larger.
inline constexpr std::size_t max_file = 4 << 20;

/// The first so many bytes, again and again while `wanted` asks for more than `content` holds.
int read_as_wanted_from(int fd, std::size_t (*wanted)(std::string_view), std::string* content);

/// Opens a block device exclusively, and closes it again; an errno, 0 is good: EBUSY where anybody
/// holds it or a part of it (Linux block/bdev.c bd_may_claim).
int open_for_us_alone(const std::string& path);

/// An errno; 0 is good.
int write_all(int fd, std::string_view content);

/// A new file in a directory, whole and flushed, or none at all: a temporary
/// NAME.pci-passthrough.tmp, fsync, rename, fsync of the directory. An errno; 0 is good.
int write_new_file(int directory, const std::string& name, std::string_view content);

/// What ends the name of each temporary file of ours.
inline constexpr std::string_view temporary_suffix = ".pci-passthrough.tmp";

/// The system's words: "No space left on device".
std::string error_text(int error);

}  // namespace pci_passthrough
