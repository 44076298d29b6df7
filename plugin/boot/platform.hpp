#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// Whose xcp.bootloader and xen-cmdline read the file (python-libs xcp/bootloader.py).
enum class PlatformTools {
  python2,  ///< XenServer 6.2 to 8.2: bytes, extlinux too
  python3,  ///< XCP-ng 8.3, XenServer 8 before 2025-07: UTF-8, every kind of line end and blank
  xen_boot  ///< from 2025-07: xen_hypervisor and xen_module too, no extlinux
};
/// Of a host whose product_version is this ("8.3.0"); nothing where it is not known.
std::optional<PlatformTools> platform_tools(std::string_view product_version);

/// What the platform's own tools cannot read, or change in the file when they write it next.
enum class PlatformProblemKind {
  // All of their calls fail, xapi's with them.
  bad_number,      ///< set timeout="5", serial x
  default_beyond,  ///< set default=7 with five entries
  no_entries,
  missing_arguments,  ///< a command with nothing, or no arguments, behind its file
  no_hypervisor,      ///< module2 before multiboot2
  // Reading the default entry fails: xapi and Xen Orchestra see an error in the place of the list.
  default_unknown,  ///< set default='XCP-ng', =0;, =$x
  default_without_kernel,
  // Their next write fails.
  entry_without_kernel,
  // Their next write changes what the host boots.
  tail_lost,           ///< text behind the last entry
  line_torn,           ///< a line continued with a backslash
  list_behind_remark,  ///< the list would land behind a '#'
  list_behind_dashes,  ///< the list would land behind "--"
  list_behind_semicolon,
  entry_lost,       ///< an entry on one line, or without a '}' on a line of its own
  entry_not_seen,   ///< a title without quotes: the numbers of the default count others
  entry_doubled,    ///< two entries of one label become one of them twice
  body_moved,       ///< if, else, fi: what is not known stands first afterwards
  command_lost,     ///< a second search, a third module2
  command_renamed,  ///< linux16, initrdefi
  header_lost,      ///< terminal_output, serial with other options, set timeout=0
  title_changed,    ///< quotes in the title
  quotes_joined,    ///< blanks in quotes that their split takes for one
  text_replaced,    ///< bytes that are no UTF-8
  boots_otherwise   ///< none of these, and yet it would boot something else afterwards
};
struct PlatformProblem {
  PlatformProblemKind kind = PlatformProblemKind::bad_number;
  std::size_t line = 0;  ///< from 1; 0 where it is no line's fault
};
enum class PlatformHarm { fails, read_fails, write_fails, write_changes };
PlatformHarm harm_of(PlatformProblemKind kind);
/// What they do there: "xapi's tools fail on it".
std::string_view explained(PlatformProblemKind kind);

struct PlatformEntry {
  std::string label, title;
  std::size_t line = 0, kernel_line = 0;  ///< from 1; 0 where there is none
  std::string extra;                      ///< between the title and its '{'
  std::vector<std::string> contents;      ///< lines that are not known: written first
  std::optional<std::string> tboot, tboot_arguments, hypervisor, hypervisor_arguments, kernel,
      kernel_arguments, initrd, root;
  enum class Format { multiboot2, linux, xen_boot } format = Format::multiboot2;
};

/// A boot file as these tools read it.
struct PlatformView {
  PlatformTools tools = PlatformTools::python3;
  BootLoader loader = BootLoader::grub;
  bool fails = false;                     ///< then only `problems` is there
  std::vector<PlatformProblem> problems;  ///< by line
  std::vector<PlatformEntry> entries;     ///< in the order of the file
  std::string default_label;
  std::optional<std::size_t> default_entry;  ///< the last of that label; absent: read fails
  std::optional<std::string> location, serial, timeout;  ///< as they are written again
  std::vector<std::vector<std::string>> before;          ///< the lines before each entry

  bool has(PlatformProblemKind kind) const;
};
PlatformView platform_view(const BootFile& file, PlatformTools tools);

/// What `xen-cmdline --get-dom0 KEY` prints, a line each; nothing where it fails.
std::optional<std::vector<std::string>> platform_arguments(const PlatformView& view,
                                                           std::string_view key);
/// The arguments of this key of one entry, as these tools split them.
std::vector<std::string> platform_arguments(const PlatformView& view, const PlatformEntry& entry,
                                            std::string_view key);
/// The file after `xen-cmdline --set-dom0 KEY=VALUE`; nothing where it fails.
std::optional<std::string> platform_set(PlatformView view, std::string_view argument);
/// Do the platform's tools write an entry of this label when they set a rule? xe and xe-serial
/// alone.
bool is_platform_label(std::string_view label);
/// What an upgrade's installer carries into all entries of the new host: of the default entry, its
/// first argument that begins "xen-pciback.hide=" (host-installer product.py, from v10.10.4 on:
/// XCP-ng 8.3, XenServer 8).
std::optional<std::string> kept_by_installer(const PlatformView& view);

}  // namespace pci_passthrough
