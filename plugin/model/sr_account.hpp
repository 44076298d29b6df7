#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plugin/model/server_route.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// A server that an SR lies on, and the NICs over which this host reaches it.
struct SrServer {
  std::string name;  ///< "10.0.0.5", "nas.example"; "" where it is not known at all
  ServerRoute route;
};

/// An SR that this host has a PBD of, and what of it is explained: the disks and servers that its
/// type's own keys, its volume group and its mount lead to.
struct SrAccount {
  std::string uuid, name, type;  ///< "" unknown
  /// PBD.currently_attached. Also false is no way out: xapi plugs every PBD of the host again at
  /// its next start; only a forgotten SR is free (xapi create_storage.ml).
  std::optional<bool> plugged_now;
  std::vector<PciAddress> functions;  ///< of its disks, bridges included; sorted
  std::vector<std::string> disks;     ///< "sdb"
  std::vector<SrServer> servers;      ///< also those without a route
  /// Why it, or a part of it, is not explained: a clause, "no key names its disks"; "" where all of
  /// it is. Then it may rest on:
  std::string unknown;
  bool may_be_on_disks = false, may_be_on_nics = false;
  std::string evidence;
};

/// Of each PBD of this host, plugged or not. The platform's own SRs (removable storage, DVD drives,
/// tools) and those in memory are explained by nothing.
std::vector<SrAccount> sr_accounts(const Snapshot& snapshot);

/// Why there may be SRs that sr_accounts() does not name: xapi, asked, is silent, or a class of its
/// records or this host's own cannot be read; "" where there are none, or xapi was not asked. What
/// they rest on: disks and NICs.
std::string why_srs_are_untold(const Snapshot& snapshot);

/// The same of PIFs.
std::string why_networks_are_untold(const Snapshot& snapshot);

/// The functions that an SR which is not explained may rest on, bridges above them included.
struct SrSuspects {
  /// Disk adapters, USB controllers with a disk behind them, functions whose class is unknown.
  std::set<PciAddress> disks;
  /// NICs with a plugged PIF or a route, any NIC where xapi tells of no PIFs or the kernel of no
  /// routes, functions whose class is unknown.
  std::set<PciAddress> networks;

  /// May this function carry what of the account is unknown? One that pciback holds carries nothing
  /// of an SR that is plugged now.
  bool may_carry_disks_of(const SrAccount& account, const Function& function) const;
  bool may_lead_to(const SrAccount& account, const Function& function) const;
};
SrSuspects sr_suspects(const Snapshot& snapshot);

}  // namespace pci_passthrough
