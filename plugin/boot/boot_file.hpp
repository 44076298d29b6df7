#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/command_line.hpp"
#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {

/// Why a boot file cannot be understood, and where.
struct BootError {
  std::size_t line = 0;  ///< from 1; 0 where it is no line's fault
  std::string sentence;
};

/// A part of a file's text.
struct TextRange {
  std::size_t begin = 0, end = 0;
  bool holds(std::size_t at) const { return at >= begin && at < end; }
};

/// One way to boot: a `label` of extlinux.conf, a `menuentry` of grub.cfg.
struct BootEntry {
  std::string title;     ///< the label's or the menu entry's name, unquoted
  std::string label;     ///< as xapi's tools name it (python-libs bootloader.py create_label)
  std::string id;        ///< a menu entry's --id, which a default may name too
  std::size_t line = 0;  ///< from 1
  bool is_xen = false;   ///< boots a hypervisor with a dom0 kernel; only such entries are edited
  std::string kernel;    ///< dom0's, as it is written: "/boot/vmlinuz-4.19-xen"
  std::vector<std::string> files;        ///< hypervisor, kernel, initrd, as they are written
  std::vector<TextRange> file_places;    ///< where these names stand
  std::vector<Argument> arguments;       ///< of dom0's kernel; positions in BootFile::text
  std::vector<Argument> init_arguments;  ///< "--" and what stands behind it: the kernel reads none
  std::vector<std::string> xen_arguments;  ///< of the hypervisor itself
  std::vector<Argument> xen_words;         ///< the same, with their positions
  std::size_t xen_arguments_end = 0;       ///< where one more of them would be appended
  std::size_t arguments_end = 0;           ///< where one more argument would be appended
  std::string command_line;                ///< what the loader hands to Xen for dom0
  std::string stops_at{};               ///< GRUB's exit, halt or reboot among its commands; "" none
  TextRange range;                      ///< the whole entry
  TextRange xen_line, kernel_line;      ///< each file and its arguments, as they are written
  std::vector<TextRange> module_lines;  ///< the same of what comes behind the kernel: the initrd
  bool has_variables = false;           ///< an argument holds a GRUB variable: its value is unknown
  std::optional<BootError> error;       ///< this entry alone is left alone, where the file has none

  /// Boots the installer, which has no root file system on a disk: /boot/installer/...,
  /// install.img.
  bool is_installer() const;
};

enum class BootLoader { extlinux, grub };

/// A boot configuration, read without loss: `text` is the file, everything else points into it.
struct BootFile {
  BootLoader loader = BootLoader::grub;
  std::string text;
  std::vector<BootEntry> entries;
  std::optional<std::size_t> default_entry;  ///< index; absent with `error` where it cannot be told
  /// xen-cmdline cannot read such a file (plugin/boot/README.md, "What xen-cmdline does to a boot
  /// file").
  bool default_by_title = false;
  bool honours_override = false;           ///< loads grubenv and lets override_entry choose
  bool needs_environment = false;          ///< another variable of grubenv's chooses the default
  std::optional<std::string> environment;  ///< grubenv's text, as far as it was handed over
  std::optional<std::string>
      stale_default;               ///< grubenv's default that names no entry: GRUB takes 0
  std::optional<BootError> error;  ///< a file with one is never edited

  std::optional<std::size_t> find(std::string_view label) const;
};

BootFile parse_extlinux(std::string text);
BootFile parse_grub(std::string text);
/// `environment` is the text of the grubenv beside it, "" where there is none.
BootFile parse_grub_with(std::string text, std::optional<std::string> environment);
/// Another text in the place of this file's: by the same loader, with the same grubenv.
BootFile with_text(const BootFile& file, std::string text);

/// One entry as a file of its own, for what is asked of it, or changed in it, again and again.
struct LoneEntry {
  BootFile file;          ///< its first entry is the one
  std::size_t begin = 0;  ///< of the entry's range in that text
};
LoneEntry lone_entry(const BootFile& file, std::size_t entry);

/// A variable of a grubenv block; nothing where it is not set, or set to nothing.
std::optional<std::string> environment_value(std::string_view grubenv, std::string_view name);
std::optional<std::string> override_entry(std::string_view grubenv);
/// The entry that "2" or "XCP-ng" names; nothing where none fits.
std::optional<std::size_t> entry_named(const BootFile& file, std::string_view reference);
/// Does this for certain name no entry? GRUB then boots the first (grub-core/normal/menu.c
/// run_menu).
bool names_no_entry(const BootFile& file, std::string_view reference);

/// Xen hands dom0 at most this many bytes; a longer line is cut (plugin/boot/README.md, "How long a
/// command line may be").
constexpr std::size_t max_command_line = 1023;

/// The release in the name of the entry's kernel: "4.19-xen"; "" where its name has none.
std::string_view kernel_release(const BootEntry& entry);
/// Which pciback the entry's kernel has, told by the kernel's name ("vmlinuz-2.6-xen"), else by the
/// release that runs ("2.6.32.43-0.4.1...", "4.19.0+1").
PcibackKind pciback_kind(const BootEntry& entry, std::string_view running_release);
PcibackKind pciback_kind(std::string_view kernel_release);

/// One entry's new hide list; an empty one takes the argument away.
struct HideEdit {
  std::size_t entry = 0;
  PcibackKind kind = PcibackKind::pvops;
  std::string list;  ///< "(0000:06:00.0)(0000:07:00.0)" or empty
};
/// The file's text with these lists and nothing else changed. Where a list stands, it is edited
/// there (the one that counts; all others go); a new one comes right after `splash` in
/// extlinux.conf, elsewhere at the end. Taking away what was added gives the first text again.
std::string edit_hide_lists(const BootFile& file, const std::vector<HideEdit>& edits);

/// One list that stands, where it stands; an empty one takes its argument away. The name is written
/// as the entry's kernel reads it, that of a list which the kernel ignores stays.
struct ListEdit {
  std::size_t entry = 0;
  Argument argument;
  std::string list;
};
std::string edit_lists(const BootFile& file, const std::vector<ListEdit>& edits);

/// One more argument on Xen's own line of an entry.
struct XenEdit {
  std::size_t entry = 0;
  std::string argument;   ///< "pci-phantom=03:00,1"
  bool replaces = false;  ///< where one of its name stands, the last of them, which counts
};
/// The file's text with these arguments and nothing else changed: a new one comes at the end of
/// Xen's own line, one that stands there is not written twice. Entries with an error stay.
std::string edit_xen_arguments(const BootFile& file, const std::vector<XenEdit>& edits);

/// The words that stand more than once among an entry's arguments, each once.
std::vector<std::string> repeated_arguments(const BootEntry& entry);
/// The file's text with only the last of each in these entries: the kernel goes by the last.
std::string without_repeated_arguments(const BootFile& file,
                                       const std::vector<std::size_t>& entries);

/// The bytes that Xen would get for dom0 from this entry with this hide list.
std::size_t command_line_size_with(const BootFile& file, const HideEdit& edit);

}  // namespace pci_passthrough
