#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// Why words that mean a hide rule are none for the kernel that the entry boots.
enum class StrayKind {
  misspelt_name,       ///< xen-pcibak.hide=
  split_name,          ///< xen-pciback. hide=, xen-pciback.hide =
  foreign_characters,  ///< typographic quotes and dashes, no-break blanks
  bare_hide,           ///< hide=(01:00.0)
  part_of_another,     ///< "quiet xen-pciback.hide=(01:00.0)", quiet,xen-pciback.hide=
  no_equals,           ///< xen-pciback.hide(01:00.0)
  list_rejected,       ///< a slip in the list: the kernel hides nothing of it
  list_cut,            ///< a slip in the list: 2.6.32 reads what stands before it
  behind_blank,        ///< a group that a blank parts from its list
  behind_semicolon,    ///< the same with ';': a command of GRUB's own
  lone_group,          ///< (01:00.0) with no name near it
  other_kernels_name,  ///< pciback.hide on 3.10 and later, xen-pciback.hide on 2.6
  on_xen_line,
  on_initrd_line,
  behind_dashes,  ///< behind "--": init's
  behind_hash,    ///< a notice
  elsewhere,      ///< another command of the file
  other_system,   ///< rd.qubes.hide_pci, vfio-pci.ids
  modprobe        ///< /etc/modprobe.d, which a pciback built in never reads
};

struct StrayRule {
  std::optional<std::size_t> entry;  ///< index; nothing where it stands in none
  std::size_t line = 0;              ///< from 1
  std::size_t begin = 0, end = 0;    ///< bytes of the file
  std::string word;                  ///< what stands there
  StrayKind kind = StrayKind::elsewhere;
  std::vector<HideRule> meant;  ///< empty where it is not plain
  bool mendable = false;        ///< repair may write what is meant, and take the word away
};

/// In the order of the file. `running_release` names the kernel of an entry whose file does not.
std::vector<StrayRule> stray_rules(const BootFile& file, std::string_view running_release);

/// The hide lists among the options of one file of /etc/modprobe.d.
std::vector<StrayRule> stray_modprobe_rules(std::string_view text);

/// What is so of such a word: "no kernel knows this name".
std::string_view explained(StrayKind kind);

}  // namespace pci_passthrough
