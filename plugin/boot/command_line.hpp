#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {

/// One argument of a kernel, with the quotes taken off, and where it stands in its text. Nothing of
/// it may stand there: a last `"` that GRUB puts behind a word.
struct Argument {
  std::string value;
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one past its last byte, quotes included
  /// The quotes of GRUB's that are open at `begin` and at `end`: '\'', '"', '\0'. Where they
  /// differ, what is put in its place must close the one and open the other.
  char quote_at_begin = '\0', quote_at_end = '\0';
};

/// Splits as the kernel does: blanks separate, double quotes hold together (kernel/params.c
/// next_arg). Positions count from `offset`.
std::vector<Argument> split_command_line(std::string_view text, std::size_t offset = 0);

/// A command line, split where its kernel's own part ends: what stands behind "--" goes to init,
/// from Linux 3.15 on (commit 51e158c12aca, kernel/params.c parse_args); before that all is the
/// kernel's.
struct SplitCommandLine {
  std::vector<Argument> kernel;
  std::vector<Argument> init;  ///< "--" itself and what stands behind it
};
SplitCommandLine split_at_dashes(std::vector<Argument> arguments, std::string_view kernel_release);
/// Does this kernel stop at "--"? One whose release is not known does.
bool stops_at_dashes(std::string_view kernel_release);

/// Does a double quote open here and never close? To the kernel all that follows is one argument, a
/// rule that is appended too.
bool is_quote_open(std::string_view text);
inline constexpr std::string_view open_quote =
    "a double quote of the kernel's arguments is never closed, so that the kernel would not see a "
    "rule behind it; right are two";

/// Every argument of one command line that names a hide list, sorted by what pciback does with it.
struct HideArguments {
  PcibackKind kind = PcibackKind::pvops;
  std::vector<Argument> read;     ///< under the name this kernel reads; the last one wins
  std::vector<Argument> ignored;  ///< under the name that only the other kind reads

  bool empty() const { return read.empty() && ignored.empty(); }
  /// The value that counts, or nothing where there is none.
  std::optional<std::string_view> value() const;
  /// What this kernel hides by it; empty where there is none.
  HideList list() const;
};
/// '-' and '_' are the same in a parameter's name (kernel/params.c parameq), so xen_pciback.hide
/// counts.
HideArguments find_hide_arguments(const std::vector<Argument>& arguments, PcibackKind kind);

/// The text behind "name=" of an argument.
std::string_view argument_value(const Argument& argument);

}  // namespace pci_passthrough
