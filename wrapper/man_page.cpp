#include "wrapper/man_page.hpp"

#include <fmt/format.h>

#include "plugin/commands/command.hpp"

namespace pci_passthrough {
namespace {

constexpr char head[] = R"(.TH PCI\-PASSTHROUGH 8 "" "pci\-passthrough )" PCI_PASSTHROUGH_VERSION
                        R"(" "XenServer and XCP\-ng"
.SH NAME
pci\-passthrough \- PCI functions for VMs: what is there, is it safe, hide it, and the way back
.SH SYNOPSIS
.B pci\-passthrough
.RI [ option ...]
.I function
.RI [ argument ...]
.PP
.B xe host\-call\-plugin
.BI host\-uuid= UUID
.B plugin=pci\-passthrough
.BI fn= function
.RI [\fBargs:\fR argument = value ...]
.SH DESCRIPTION
Lists the PCI functions of a XenServer or XCP\-ng host, keeps them from dom0 so that a VM can have
them, and judges, before anything is changed, whether that is safe.
A change holds from the next boot on.
Before each change the boot file is kept as it was; nothing but the hide rule in it is changed.
.PP
At a shell an argument is written
.BI \-\-name " value"
(a switch
.BI \-\-name\fR),
or
.IB name = value\fR;
through xapi it is
.BI args: name = value\fR.
Addresses may stand as bare words.
.SH FUNCTIONS
)";

constexpr char tail[] = R"(.SH EXIT STATUS
0 where it was done, 1 where it failed or was refused, 2 where the command line is none.
.B verify \-\-status
answers as monitoring expects: 0 safe, 1 warnings, 2 unsafe, 3 unknown, whatever went wrong.
Through xapi it is always 0; the reply says what went wrong.
.SH FILES
.TP
.I /var/lib/pci\-passthrough/backups
Every boot file that was ever replaced: the way back, with
.B pci\-passthrough backups
and
.BR "pci\-passthrough restore" .
It outlives the package: erase it by hand once no rule of ours is left.
.TP
.IR BOOT\-FILE .pci\-passthrough.bak
The latest of them, beside the boot file, for a person at the boot prompt.
.TP
.I /etc/xapi.d/plugins/pci\-passthrough
Where xapi finds the plugin.
.TP
.I /etc/xensource/bugtool/pci\-passthrough
What a status report
.RB ( xen\-bugtool )
takes along: the rules, the list of backups, and a recording without serial numbers, addresses and
names.
.SH SEE ALSO
.BR lspci (8)
)";

std::string roff(std::string_view text) {
  std::string escaped;
  if (text.starts_with('.') || text.starts_with('\'')) escaped = "\\&";
  for (const char c : text) {
    if (c == '-' || c == '\\') escaped += '\\';
    escaped += c == '\\' ? 'e' : c;
  }
  return escaped;
}

std::string sentence(std::string_view text) {
  return roff(text) + (text.ends_with('.') ? "\n" : ".\n");
}

std::string paragraph(std::string_view option, std::string_view value, std::string_view about) {
  const std::string shown = value.empty() ? "" : " \\fI" + roff(value) + "\\fR";
  return ".TP\n.B " + roff(option) + shown + "\n" + sentence(about);
}

std::string section(const Command& command) {
  std::string text = ".SS " + roff(command.name) + "\n" + sentence(command.summary);
  for (const ArgumentRule& rule : command.arguments) {
    const auto bar = rule.value.find('|');
    const auto other =
        bar == rule.value.npos ? "" : fmt::format("[={}]", rule.value.substr(bar + 1));
    text += rule.is_switch() ? paragraph(fmt::format("--{}{}", rule.name, other), "", rule.summary)
                             : paragraph(fmt::format("--{}", rule.name), rule.value, rule.summary);
  }
  if (command.picture) text += paragraph("--svg", "", "the same as --format svg: a picture");
  return text;
}

}  // namespace

std::string man_page(std::span<const GlobalOption> options) {
  std::string text = head;
  for (const Command& command : commands()) text += section(command);
  text += ".SH OPTIONS\n";
  for (const auto& option : options) text += paragraph(option.name, option.value, option.summary);
  return text + tail;
}

}  // namespace pci_passthrough
