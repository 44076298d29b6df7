#include "plugin/boot/platform.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto choice = take_choice(input);
  const bool extlinux = (choice & 2) != 0;
  const auto file = (extlinux ? parse_extlinux : parse_grub)(std::string(input));
  for (const auto tools :
       {PlatformTools::python2, PlatformTools::python3, PlatformTools::xen_boot}) {
    const auto view = platform_view(file, tools);
    require(!view.fails || (view.entries.empty() && view.problems.size() == 1), "one reason");
    require(!view.default_entry || *view.default_entry < view.entries.size(), "one of them");
    const auto set = platform_set(view, "xen-pciback.hide=(0000:06:00.0)");
    require(!view.fails || (!set && !platform_arguments(view, "a")), "all calls fail");
    if (set && view.default_entry && is_platform_label(view.entries[*view.default_entry].label))
      require(!set->empty(), "an entry is written");
    for (const auto& problem : view.problems)
      require(!explained(problem.kind).empty(), "each problem is said");
  }
}

}  // namespace pci_passthrough
