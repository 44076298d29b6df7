#include "plugin/boot/command_line.hpp"

#include "tests/boot/next_arg.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  if (input.find('\0') != std::string_view::npos) return;
  constexpr std::size_t offset = 100;
  const auto arguments = split_command_line(input, offset);
  const auto expected = arguments_by_next_arg(std::string(input));
  require(arguments.size() == expected.size(), "as many arguments as for the kernel");
  std::size_t at = offset;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& [value, begin, end, open_before, open_after] = arguments[i];
    require(value == expected[i], "the same arguments as for the kernel");
    require(at <= begin && begin < end && end <= offset + input.size(), "one after the other");
    at = end;
  }
  for (const auto kind : {PcibackKind::pvops, PcibackKind::classic}) {
    const auto found = find_hide_arguments(arguments, kind);
    require(found.value().has_value() == !found.read.empty(), "the last list counts");
    require(found.list().rules.empty() || found.value() != "", "rules come from a list");
  }
}

}  // namespace pci_passthrough
