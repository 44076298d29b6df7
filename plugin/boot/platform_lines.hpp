#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/platform.hpp"
#include "plugin/boot/python_text.hpp"

namespace pci_passthrough {

/// re.match(r"menuentry ['\"]([^']*)['\"](.*){"): title and what stands between it and the brace.
bool match_menuentry(std::string_view line, PlatformEntry& entry);

/// What stands behind "set default=", quotes taken off, up to another '='.
std::string match_default(std::string_view line);

/// "xe", "xe-serial", "safe"; "" where the tools count the label (create_label).
std::string platform_label(std::string_view title, bool knows_trusted_boot);

/// A command of an entry that does the same wherever in it it stands; a remark or nothing too.
bool is_free_of_order(std::string_view line);

/// re.match(r"serial --unit=(\d+) --speed=(\d+)"), as it is written again behind "serial ".
struct PlatformSerial {
  std::string written;
  bool loses_rest = false;
};
std::optional<PlatformSerial> match_serial(std::string_view line, const PythonText& python,
                                           bool keeps_speed_as_text);

}  // namespace pci_passthrough
