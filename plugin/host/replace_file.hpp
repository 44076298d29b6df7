#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// What came of it.
struct Replaced {
  std::string error;   ///< the system's words and which file stands; "" where the new one does
  std::string notice;  ///< where the block device could not be opened and flushed
  /// What somebody else wrote at the last moment, and the new file now stands in the place of.
  std::optional<std::string> lost{};
};

/// Replaces a file that a boot loader reads, as (plugin/host/README.md, "Replacing a boot file")
/// says, so that it is the old or the new one wherever the power is cut: old file held open,
/// temporary beside it, fsync, syncfs, fsync of the block device; rename; fsync of file and
/// directory, syncfs, fsync of the block device. Mode, owner and extended attributes are kept; a
/// link is followed, its target replaced. Does so only where the file still holds `before`: checked
/// last thing before the rename; and, where kernel and file system can exchange two files
/// (renameat2: ext4 from Linux 3.15, FAT from 6.0), once more on what came out, which goes back
/// where it is another. Elsewhere the old file is read once more after the rename: who wrote into
/// it meanwhile has lost it, and `lost` has the text; who renamed over it in these microseconds is
/// not seen.
Replaced replace_file(const Host& host, const std::string& path, std::string_view before,
                      std::string_view after);

/// The name of the temporary file; one that a killed call left behind is removed by the next
/// change.
std::string temporary_name(const std::string& path);

/// Takes away a temporary file that a killed call left beside `path`.
void remove_leftover(const Host& host, const std::string& path);

}  // namespace pci_passthrough
