#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// A file's text without the white space at its end, or nothing where it cannot be read.
std::optional<std::string> read_line(const Host& host, std::string_view path);

/// A number as sysfs prints it: "0x8086" or "-1".
template <typename Number>
std::optional<Number> read_number(std::string_view text, int base);

/// What white space separates.
std::vector<std::string> split_words(const std::string& text);

/// The last component: "eth0" of "../../devices/.../net/eth0".
std::string base_name(std::string_view path);

/// Every PCI function named on a device path, outermost first.
std::vector<PciAddress> functions_on(std::string_view device_path);

/// KEY='VALUE', KEY="VALUE" or KEY=VALUE, a line each.
std::optional<std::string> assigned_value(std::string_view text, std::string_view key);

}  // namespace pci_passthrough
