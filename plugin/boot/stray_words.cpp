#include "plugin/boot/stray_rules.hpp"

namespace pci_passthrough {

std::string_view explained(StrayKind kind) {
  constexpr std::string_view words[] = {
      "no kernel knows this name",
      "a blank splits it, so that the kernel sees no hide list",
      "it holds quotes, dashes or blanks that only look like those of the keyboard",
      "the driver's name is missing before it",
      "the kernel takes it for a part of the argument before it",
      "the '=' is missing",
      "the kernel rejects the list and hides nothing of it",
      "the kernel misses a ')' in the list, and reads nothing behind it",
      "a blank parts it from the list, so that the kernel does not see it",
      "for GRUB the line ends at the ';', so that the kernel does not see it",
      "no hide list stands before it, so that the kernel does not see it",
      "the kernel of this entry reads a hide list under another name",
      "it stands on Xen's own line, and Xen ignores it",
      "it stands on the initrd's line, which nobody reads",
      "it stands behind '--', where all is init's",
      "it stands behind a '#'",
      "it stands where no kernel reads it",
      "it is an argument of another system, which dom0 here ignores",
      "pciback is built into the kernel, so that /etc/modprobe.d has no effect on it"};
  return words[static_cast<std::size_t>(kind)];
}

}  // namespace pci_passthrough
