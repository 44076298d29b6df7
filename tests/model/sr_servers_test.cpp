#include "plugin/model/sr_account.hpp"

#include <gtest/gtest.h>

#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

/// Over eth0 (03:00.0) to everywhere, over eth1 (03:00.1) to 10.1.0.0/16, twice: eth0 costs more.
Snapshot host_with(const char* key, const char* value) {
  auto host = with_pool({});
  host.interfaces = {{"eth0", "", {at("03:00.0")}, {}, ""}, {"eth1", "", {at("03:00.1")}, {}, ""}};
  host.routes = {{"eth0", 0, 0, 0},
                 {"eth0", 0x0a010000, 0xffff0000, 20},
                 {"eth1", 0x0a010000, 0xffff0000, 10},
                 {"gone", 0x0a020000, 0xffff0000, 0}};
  const auto type = key == std::string("target")     ? "lvmoiscsi"
                    : key == std::string("location") ? "iso"
                                                     : "nfs";
  host.pool->srs["sr"] = {"uuid", "store", type, true};
  host.pool->pbds["pbd"] = {"host-1", "sr", true, {{key, value}}};
  return host;
}

struct Told {
  std::string server, interface, unknown;
  bool operator==(const Told&) const = default;
};
void PrintTo(const Told& told, std::ostream* stream) {
  *stream << told.server << " over '" << told.interface << "' " << told.unknown;
}

std::vector<Told> told(const char* key, const char* value) {
  std::vector<Told> all;
  for (const auto& sr : sr_accounts(host_with(key, value)))
    for (const auto& server : sr.servers)
      all.push_back({server.name, server.route.interface, server.route.unknown});
  return all;
}

TEST(SrServers, ByTheNarrowestAndCheapestRoute) {
  EXPECT_EQ(told("server", "10.1.2.3"), (std::vector<Told>{{"10.1.2.3", "eth1", ""}}));
  EXPECT_EQ(told("server", "10.3.2.1"), (std::vector<Told>{{"10.3.2.1", "eth0", ""}}));
  EXPECT_EQ(sr_accounts(host_with("server", "10.1.2.3"))[0].servers[0].route.functions,
            std::vector{at("03:00.1")});
}

TEST(SrServers, InWhateverOrderTheRoutesStand) {
  for (const auto& [server, interface] :
       {std::pair{"10.1.2.3", "eth1"}, {"10.2.0.1", "gone"}, {"10.3.2.1", "eth0"}}) {
    auto host = host_with("server", server);
    std::vector<std::size_t> order = {0, 1, 2, 3};
    const auto routes = host.routes;
    do {
      for (std::size_t i = 0; i < order.size(); ++i) host.routes[i] = routes[order[i]];
      EXPECT_EQ(sr_accounts(host)[0].servers[0].route.interface, interface) << server;
    } while (std::ranges::next_permutation(order).found);
  }
}

TEST(SrServers, EachOfAList) {
  EXPECT_EQ(told("target", "10.1.2.3,10.3.2.1"),
            (std::vector<Told>{{"10.1.2.3", "eth1", ""}, {"10.3.2.1", "eth0", ""}}));
}

TEST(SrServers, EachWayToWriteAShare) {
  const std::vector<Told> far = {{"10.3.2.1", "eth0", ""}};
  for (const char* location : {"10.3.2.1:/isos", "//10.3.2.1/isos", "\\\\10.3.2.1\\isos"})
    EXPECT_EQ(told("location", location), far) << location;
  EXPECT_EQ(told("server", "10.3.2.1:/vms"), far);
  for (const char* local : {"/srv/isos", "/dev/xapi/cd", ""})
    EXPECT_TRUE(told("location", local).empty()) << local;
}

TEST(SrServers, WhatCannotBeToldIsUnknown) {
  for (const char* odd :
       {"nas.example", "10.1.2", "10.1.2.300", "10.1.2.3x", "2001:db8::5", "1e1.1"})
    EXPECT_EQ(told("server", odd),
              (std::vector<Told>{{odd, "", std::string(odd) + " is no IPv4 address"}}));
  EXPECT_EQ(told("server", "10.2.0.1"),
            (std::vector<Told>{{"10.2.0.1", "gone", "nothing is known that gone stands on"}}));
  auto host = host_with("server", "10.3.2.1");
  host.routes.clear();
  EXPECT_EQ(sr_accounts(host)[0].servers[0].route.unknown,
            "no route in /proc/net/route leads to 10.3.2.1");
}

TEST(SrServers, DomZeroItselfNeedsNoNic) {
  EXPECT_EQ(told("server", "127.0.0.1"), (std::vector<Told>{{"127.0.0.1", "", ""}}));
}

}  // namespace
}  // namespace pci_passthrough
