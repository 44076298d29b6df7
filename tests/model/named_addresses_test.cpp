#include "plugin/model/named_addresses.hpp"

#include <gtest/gtest.h>

#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

TEST(NamedAddresses, AreThoseOfEveryRuleAndEveryEntry) {
  auto host = with_arguments(with_pool(recorded(nas)), "xe",
                             "xen-pciback.hide=(0000:91:00.0)(0000:92:*.*) "
                             "xen-pciback.hide=(0000:93:00.1)");
  host.pool->vms["other"].pci = "0/0000:94:00.0,0000:95:00.0";
  host.pool->vms["template"].is_template = true;
  host.pool->vms["template"].pci = "0/0000:96:00.0";
  const NamedAddresses named(host);
  for (const auto* address :
       {"91:00.0", "92:00.0", "92:1f.7", "93:00.1", "94:00.0", "95:00.0", "96:00.0"})
    EXPECT_TRUE(named.contains(at(address))) << address;
  for (const auto* address : {"91:00.1", "93:00.0", "97:00.0", "0001:91:00.0"})
    EXPECT_FALSE(named.contains(at(address))) << address;
}

}  // namespace
}  // namespace pci_passthrough
