#include "plugin/model/boot_mark.hpp"

namespace pci_passthrough {

std::string grubenv_beside(std::string_view boot_file) {
  return std::string(boot_file.substr(0, boot_file.rfind('/'))) + "/grubenv";
}

void set_mark(Boot& boot, const SetMark& mark) {
  if (mark.grubenv) {
    boot.file.environment = mark.grubenv->after;
    boot.grubenv_override = override_entry(mark.grubenv->after);
  }
  if (mark.program && boot.extlinux_once) boot.extlinux_once = mark.entry;
}

}  // namespace pci_passthrough
