#include <bit>
#include <sstream>

#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr unsigned up = 1, reject = 0x200;  // RTF_UP, RTF_REJECT of linux/route.h

/// The kernel prints an address as the number that its bytes are in the machine's own order.
std::optional<std::uint32_t> address_in(const std::string& text) {
  auto number = read_number<std::uint32_t>(text, 16);
  if (number && std::endian::native == std::endian::little) number = __builtin_bswap32(*number);
  return number;
}

bool is_heading(const std::string& line) { return line.starts_with("Iface"); }

/// "xenbr0 00000A0A 00000000 0001 0 0 0 00FFFFFF 0 0 0"; nothing where it is no such line.
std::optional<Route> route_in(const std::string& line, bool* is_usable) {
  constexpr std::size_t columns = 11;
  const auto words = split_words(line);
  if (words.size() != columns) return std::nullopt;
  const auto flags = read_number<std::uint32_t>(words[3], 16);
  const auto destination = address_in(words[1]), mask = address_in(words[7]);
  const auto metric = read_number<std::uint32_t>(words[6], 10);
  if (!flags || !destination || !mask || !metric) return std::nullopt;
  *is_usable = (*flags & (up | reject)) == up;
  return Route{words[0], *destination, *mask, *metric};
}

}  // namespace

void probe_routes(const Host& host, Snapshot& snapshot) {
  constexpr char path[] = "/proc/net/route";
  const auto table = host.read(path);
  if (!table && !table.absent()) snapshot.unreadable[path] = table.reason();
  std::istringstream lines(table.value);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || is_heading(line)) continue;
    bool is_usable = false;
    const auto route = route_in(line, &is_usable);
    if (!route) snapshot.unreadable[path] = "'" + line + "' is no route";
    if (is_usable) snapshot.routes.push_back(*route);
  }
}

}  // namespace pci_passthrough
