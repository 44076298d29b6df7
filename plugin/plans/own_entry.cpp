#include "plugin/plans/own_entry.hpp"

#include <fmt/format.h>

#include "plugin/boot/own_entry.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {

bool is_counted(const Boot& boot, std::size_t own) {
  const auto after = [&](std::optional<std::size_t> entry) { return entry && *entry > own; };
  const bool by_number = boot.file.loader == BootLoader::grub && !boot.file.default_by_title;
  return (by_number && after(boot.file.default_entry)) || after(boot.next_entry());
}

std::string why_no_own_entry(const Boot& boot) {
  const auto& file = boot.file;
  if (const auto model = own_model(file))
    return fmt::format(
        "A copy of '{}' at the end of {} would change how the rest of the file reads. Correct what "
        "stands behind its last entry by hand.",
        printable(file.entries[*model].title), boot.path);
  return fmt::format(
      "{} has no everyday entry to make another one from: its default starts no Xen, or a "
      "variable of the boot loader's stands among its arguments. Write the variable's value there "
      "by hand.",
      boot.path);
}

void refuse_entry(std::string reason) { throw refused_for({std::move(reason)}); }

}  // namespace pci_passthrough
