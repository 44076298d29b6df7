#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Over which interface the kernel's IPv4 routing table reaches a server, and the functions that it
/// stands on.
struct ServerRoute {
  std::string interface;              ///< "xenbr1"; "" unknown
  std::vector<PciAddress> functions;  ///< of the NICs, bridges above them included
  std::string unknown;                ///< why it cannot be told; "" where it can
};

/// Where the routing table is read.
inline constexpr char route_table[] = "/proc/net/route";

/// `server`: "10.0.0.5". Another name is unknown; to the host itself no NIC leads.
ServerRoute route_to(const Snapshot& snapshot, const std::string& server);

/// The server that a mount or an SR names: "10.0.0.5" of "10.0.0.5:/isos", "//10.0.0.5/isos" and
/// "\\10.0.0.5\isos".
std::string server_in(std::string_view location);

}  // namespace pci_passthrough
