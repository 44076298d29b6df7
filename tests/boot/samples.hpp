#pragma once

#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

inline std::string_view raw(const BootFile& file, const Argument& argument) {
  return std::string_view(file.text).substr(argument.begin, argument.end - argument.begin);
}

inline constexpr std::string_view sample_grub = R"(serial --unit=0 --speed=115200
terminal_input serial console
terminal_output serial console
set default=0
set timeout=5
if [ -s $prefix/grubenv ]; then
	load_env
fi

if [ -n "$override_entry" ]; then
	set default=$override_entry
fi
# kept
menuentry 'XCP-ng' {
	search --label --set root root-vgdorj
	multiboot2 /boot/xen.gz dom0_mem=7584M,max:7584M watchdog console=vga
	module2 /boot/vmlinuz-4.19-xen root=LABEL=root-vgdorj ro console=hvc0 quiet splash plymouth.x
	module2 /boot/initrd-4.19-xen.img
}
menuentry 'XCP-ng (Serial)' {
	search --label --set root root-vgdorj
	multiboot2 /boot/xen.gz com1=115200,8n1 console=com1,vga
	module2 /boot/vmlinuz-4.19-xen root=LABEL=root-vgdorj ro console=tty0 console=hvc0
	module2 /boot/initrd-4.19-xen.img
}
menuentry 'XCP-ng in Safe Mode' {
	multiboot2 /boot/xen.gz nosmp noreboot
	module2 /boot/vmlinuz-4.19-xen earlyprintk=xen ro
	module2 /boot/initrd-4.19-xen.img
}
menuentry 'XCP-ng (Xen 4.13.1 / Linux 4.19.0+1)' {
	multiboot2 /boot/xen-fallback.gz
	module2 /boot/vmlinuz-fallback ro
	module2 /boot/initrd-fallback.img
}
menuentry 'XCP-ng (Serial, Xen 4.13.1 / Linux 4.19.0+1)' {
	multiboot2 /boot/xen-fallback.gz com1=115200,8n1
	module2 /boot/vmlinuz-fallback ro console=hvc0
	module2 /boot/initrd-fallback.img
}
)";

inline constexpr std::string_view sample_extlinux = R"(# location mbr
serial 0 115200
default xe
prompt 1
timeout 50

label xe
  # XenServer
  kernel mboot.c32
  append /boot/xen.gz dom0_mem=752M vga=mode-0x0311 --- /boot/vmlinuz-2.6-xen root=LABEL=r ro quiet splash --- /boot/initrd-2.6-xen.img

label xe-serial
  # XenServer (Serial)
  kernel mboot.c32
  append /boot/xen.gz com1=115200,8n1 --- /boot/vmlinuz-2.6-xen root=LABEL=r ro console=hvc0 --- /boot/initrd-2.6-xen.img

label safe
  kernel mboot.c32
  append /boot/xen.gz nosmp --- /boot/vmlinuz-2.6-xen ro --- /boot/initrd-2.6-xen.img
)";

inline std::string all_replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  for (std::size_t at = 0; (at = result.find(from, at)) != std::string::npos; at += to.size())
    result.replace(at, from.size(), to);
  return result;
}

/// A grub.cfg of one Xen entry with this body, and what stands before it.
inline std::string one_entry(std::string_view body, std::string_view before = "") {
  return std::string(before) + "menuentry 'XCP-ng' {\n" + std::string(body) + "\n}\n";
}

}  // namespace pci_passthrough
