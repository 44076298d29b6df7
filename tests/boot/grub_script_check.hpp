#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace pci_passthrough {

/// GRUB's own parser, as a program.
inline bool has_grub_script_check() {
  const bool found = access("/usr/bin/grub-script-check", X_OK) == 0;
  if (!found) std::cout << "grub-script-check is not installed: GRUB itself was not asked\n";
  return found;
}

inline bool grub_accepts(const std::string& text) {
  char name[] = "/tmp/grub-cfg-XXXXXX";
  const int descriptor = mkstemp(name);
  if (descriptor < 0) std::abort();
  close(descriptor);
  std::ofstream(name, std::ios::binary) << text;
  const auto command = std::string("/usr/bin/grub-script-check ") + name + " >/dev/null 2>&1";
  const int status = std::system(command.c_str());
  std::remove(name);
  return status == 0;
}

}  // namespace pci_passthrough
