#include "plugin/probe/sysfs.hpp"

#include <charconv>
#include <cstdint>
#include <iterator>
#include <sstream>

#include "plugin/model/text.hpp"

namespace pci_passthrough {

std::optional<std::string> read_line(const Host& host, std::string_view path) {
  auto read = host.read(path);
  return read ? std::optional(line_of(std::move(read.value))) : std::nullopt;
}

template <typename Number>
std::optional<Number> read_number(std::string_view text, int base) {
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}
template std::optional<int> read_number(std::string_view, int);
template std::optional<std::uint16_t> read_number(std::string_view, int);
template std::optional<std::uint32_t> read_number(std::string_view, int);
template std::optional<std::uint64_t> read_number(std::string_view, int);
template std::optional<std::int64_t> read_number(std::string_view, int);

std::vector<std::string> split_words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

std::vector<PciAddress> functions_on(std::string_view path) {
  std::vector<PciAddress> functions;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    if (part.find(':') != part.rfind(':'))
      if (const auto address = PciAddress::parse(part)) functions.push_back(*address);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return functions;
}

std::optional<std::string> assigned_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with(key) || !line.substr(key.size()).starts_with('=')) continue;
    line.remove_prefix(key.size() + 1);
    const bool quoted =
        line.size() >= 2 && (line[0] == '\'' || line[0] == '"') && line.back() == line[0];
    return std::string(quoted ? line.substr(1, line.size() - 2) : line);
  }
  return std::nullopt;
}

}  // namespace pci_passthrough
