#include <algorithm>

#include "plugin/model/mount_entries.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto entries = parse_fstab(input);
  for (const auto& entry : entries) {
    require(!entry.what.empty() && !entry.target.empty(), "an entry names what and where");
    const auto last = std::ranges::find_if(
        entry.options.rbegin(), entry.options.rend(),
        [](const auto& option) { return option == "nofail" || option == "fail"; });
    require(!entry.required || last == entry.options.rend() || *last != "nofail",
            "the boot does not wait for what may fail");
  }
  std::string twice(input);
  twice += "\n# a remark\n/dev/sdb1 /mnt/iso ext4\n";
  const auto more = parse_fstab(twice);
  require(more.size() == entries.size() + 1 && more.back().target == "/mnt/iso",
          "a line changes no other");
  for (const auto& entry : parse_crypttab(input))
    require(entry.target.starts_with("/dev/mapper/"), "crypttab opens maps");
  const auto unit = parse_mount_unit("x.mount", input, true);
  require(!unit || !unit->what.empty(), "a unit names what it mounts");
  link_of_tag(input);
}

}  // namespace pci_passthrough
