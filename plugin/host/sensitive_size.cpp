#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "plugin/host/sensitive_values.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

/// How many characters at the head of the text are of this set? Of more than any address has, one
/// more than that.
std::size_t run(std::string_view text, std::string_view set) {
  constexpr std::size_t longest = 59;  // of Infiniband
  text = text.substr(0, longest + 1);
  return std::min(text.find_first_not_of(set), text.size());
}

/// Device mapper writes each dash of a name twice.
std::size_t uuid_size(std::string_view text, std::string_view dash) {
  std::size_t size = 0;
  for (const std::size_t digits : {8, 4, 4, 4, 12}) {
    if (size > 0) {
      if (!text.substr(size).starts_with(dash)) return 0;
      size += dash.size();
    }
    if (run(text.substr(size), hex_digits) != digits) return 0;
    size += digits;
  }
  return size;
}
std::size_t uuid(std::string_view text) { return uuid_size(text, "-"); }
std::size_t mapped_uuid(std::string_view text) { return uuid_size(text, "--"); }

std::size_t mac(std::string_view text) {
  const auto size = run(text, "0123456789abcdefABCDEF:");
  constexpr std::size_t ethernet = 17, eui64 = 23, infiniband = 59;
  if (size != ethernet && size != eui64 && size != infiniband) return 0;
  const auto address = text.substr(0, size);
  for (std::size_t i = 0; i < size; ++i)
    if ((address[i] == ':') != (i % 3 == 2)) return 0;
  const bool common = address.find_first_not_of("0:") == std::string_view::npos ||
                      address.find_first_not_of("fF:") == std::string_view::npos ||
                      address == "fe:ff:ff:ff:ff:ff";
  return common ? 0 : size;
}

std::size_t ipv4(std::string_view text) {
  const auto size = run(text, "0123456789.");
  const std::string address(text.substr(0, size));
  in_addr parsed{};
  const bool common =
      address.starts_with("127.") || address.starts_with("0.") || address.starts_with("255.");
  return !common && ::inet_pton(AF_INET, address.c_str(), &parsed) == 1 ? size : 0;
}

std::size_t ipv6(std::string_view text) {
  const auto size = run(text, "0123456789abcdefABCDEF:");
  const std::string address(text.substr(0, size));
  in6_addr parsed{};
  if (std::count(address.begin(), address.end(), ':') < 2 || address == "::" || address == "::1")
    return 0;
  return ::inet_pton(AF_INET6, address.c_str(), &parsed) == 1 ? size : 0;
}

/// A kind of value, and which characters may not stand right before and behind it.
struct Kind {
  std::size_t (*size)(std::string_view text);
  std::string_view no_neighbours;
};
constexpr Kind kinds[] = {{uuid, ""}, {mapped_uuid, ""}, {mac, ":"}, {ipv4, "."}, {ipv6, ":."}};

}  // namespace

std::size_t sensitive_size(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  for (const auto& kind : kinds) {
    const auto parts = [&](char c) {
      return !is_alphanumeric(c) && kind.no_neighbours.find(c) == std::string_view::npos;
    };
    if (at > 0 && !parts(text[at - 1])) continue;
    const auto size = kind.size(rest);
    if (size > 0 && (size == rest.size() || parts(rest[size]))) return size;
  }
  return 0;
}

}  // namespace pci_passthrough
