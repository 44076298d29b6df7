#pragma once

#include <string>

namespace pci_passthrough {

/// Where the log goes: syslog (facility user, ident pci-passthrough) when xapi calls, standard
/// error when a person does.
void open_log(bool to_syslog);

/// One line; control characters are escaped.
void log_line(const std::string& line);

}  // namespace pci_passthrough
