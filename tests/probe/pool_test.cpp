#include <gtest/gtest.h>

#include "plugin/model/failure.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr char sections[] = R"(pci-passthrough recording 1
=== /etc/xensource-inventory
INSTALLATION_UUID='u1'
=== xapi pool.get_all_records
{"OpaqueRef:p": {"uuid": "p", "name_label": "pool", "master": "OpaqueRef:h2", "ha_enabled": true,
  "other_config": {"auto_poweron": "true"}}}
=== xapi host.get_all_records
{"OpaqueRef:h1": {"uuid": "u1", "metrics": "OpaqueRef:m1", "software_version": {"xapi_build": "25.33.1"},
 "chipset_info": {"iommu": "true"}, "new": 1}, "OpaqueRef:h2": {"uuid": "u2", "enabled": false}}
=== xapi host_metrics.get_all_records
{"OpaqueRef:m1": {"live": true}, "OpaqueRef:m2": {"live": false}}
=== xapi VM.get_all_records
{"OpaqueRef:v1": {"name_label": "a", "other_config": {"pci": "0/0000:06:00.0", "auto_poweron": "true"},
  "resident_on": "OpaqueRef:NULL", "affinity": "OpaqueRef:h1", "memory_dynamic_min": "17",
  "memory_dynamic_max": 18, "HVM_boot_policy": "", "attached_PCIs": ["OpaqueRef:d"],
  "platform": {"mmio_hole_size": "268435456"}, "VBDs": ["OpaqueRef:b"],
  "current_operations": {"OpaqueRef:t": "call_plugin"}, "blocked_operations": {"start": "why"}},
 "OpaqueRef:v2": {}}
=== xapi PCI.get_all_records
{"OpaqueRef:d": {"pci_id": "0000:06:00.0", "host": "OpaqueRef:h1", "vendor_name": "Maker", "device_name": "Card",
  "class_name": "Ethernet controller"}}
=== xapi PIF.get_all_records
{"OpaqueRef:eth0": {"device": "eth0", "host": "OpaqueRef:h1", "physical": true, "bond_slave_of": "OpaqueRef:b"},
 "OpaqueRef:eth1": {"device": "eth1", "bond_slave_of": "OpaqueRef:b", "sriov_physical_PIF_of": ["OpaqueRef:s"]},
 "OpaqueRef:bond0": {"bond_master_of": ["OpaqueRef:b"], "bond_slave_of": "OpaqueRef:NULL",
  "VLAN_slave_of": ["OpaqueRef:w", "OpaqueRef:x"], "tunnel_transport_PIF_of": ["OpaqueRef:y"]},
 "OpaqueRef:vlan": {"VLAN_master_of": "OpaqueRef:x", "management": true, "ip_configuration_mode": "DHCP"},
 "OpaqueRef:tunnel": {"tunnel_access_PIF_of": ["OpaqueRef:y"]},
 "OpaqueRef:sriov": {"sriov_logical_PIF_of": ["OpaqueRef:s"], "VLAN_master_of": "OpaqueRef:NULL"}}
=== xapi SR.get_all_records
{"OpaqueRef:sr": 
)";

Snapshot asked(const std::string& recording) {
  const ScratchRoot root(recording);
  Host host(root.path());
  return probe(host, ProbeScope::functions | ProbeScope::pool);
}

TEST(Pool, ReadsEachClassOfRecords) {
  const auto pool = asked(sections).pool.value();
  EXPECT_EQ(pool.name, "pool");
  EXPECT_EQ(pool.coordinator, "OpaqueRef:h2");
  EXPECT_EQ(pool.ha_enabled, true);
  EXPECT_EQ(pool.this_host, "OpaqueRef:h1");
  const auto& host = pool.hosts.at("OpaqueRef:h1");
  EXPECT_EQ(host.xapi_build, "25.33.1");
  EXPECT_EQ(host.live, true);
  EXPECT_EQ(host.iommu, true);
  EXPECT_EQ(host.enabled, std::nullopt);
  EXPECT_EQ(pool.hosts.at("OpaqueRef:h2").enabled, false);
  EXPECT_EQ(pool.hosts.size(), 2u);
  const auto& pci = pool.pcis.at("OpaqueRef:d");
  EXPECT_EQ(pci.address, "0000:06:00.0");
  EXPECT_EQ(pci.vendor_name + ", " + pci.device_name + ", " + pci.class_name,
            "Maker, Card, Ethernet controller");
}

/// An inventory that names no host is none that a record without a uuid could be meant by.
TEST(Pool, ThisHostIsTheOneThatTheInventoryNames) {
  const auto this_host = [](const std::string& recording) {
    return asked(recording).pool.value().this_host;
  };
  const auto nameless = replaced(sections, R"("uuid": "u1", )", "");
  EXPECT_EQ(this_host(replaced(sections, "='u1'", "='u2'")), "OpaqueRef:h2");
  EXPECT_EQ(this_host(replaced(sections, "='u1'", "='u3'")), "");
  EXPECT_EQ(this_host(nameless), "");
  EXPECT_EQ(this_host(replaced(nameless, "INSTALLATION_UUID='u1'", "")), "");
}

TEST(Pool, KnowsWhetherItsVmsStartByThemselves) {
  const auto with = [](const std::string& fields) {
    return asked("pci-passthrough recording 1\n=== xapi pool.get_all_records\n{\"p\": {" + fields +
                 "}}\n")
        .pool.value()
        .auto_poweron;
  };
  EXPECT_EQ(asked(sections).pool.value().auto_poweron, true);
  EXPECT_EQ(with(R"("other_config": {"auto_poweron": "false"})"), false);
  EXPECT_EQ(with(R"("other_config": {"folder": "x"})"), false);
  EXPECT_EQ(with(""), std::nullopt);
}

TEST(Pool, ReadsAVmAndOneWithoutAnyField) {
  const auto pool = asked(sections).pool.value();
  const auto& vm = pool.vms.at("OpaqueRef:v1");
  EXPECT_EQ(vm.pci, "0/0000:06:00.0");
  EXPECT_TRUE(vm.auto_poweron);
  EXPECT_EQ(vm.resident_on, "");
  EXPECT_EQ(vm.affinity, "OpaqueRef:h1");
  EXPECT_EQ(vm.memory_dynamic_min, 17u);
  EXPECT_EQ(vm.memory_dynamic_max, 18u);
  EXPECT_EQ(vm.domain_type, "pv");
  EXPECT_EQ(vm.mmio_hole_size, 268435456u);
  EXPECT_EQ(vm.attached_pcis, std::vector<std::string>{"OpaqueRef:d"});
  EXPECT_EQ(vm.current_operations, std::vector<std::string>{"call_plugin"});
  EXPECT_EQ(vm.blocked_operations, std::vector<std::string>{"start"});
  const auto& bare = pool.vms.at("OpaqueRef:v2");
  EXPECT_EQ(bare.pci, std::nullopt);
  EXPECT_EQ(bare.mmio_hole_size, std::nullopt);
  EXPECT_EQ(bare.current_operations, std::nullopt);
  EXPECT_EQ(bare.domain_type, "");
  EXPECT_EQ(bare.memory_dynamic_min, std::nullopt);
}

TEST(Pool, FindsWhatAPifStandsOn) {
  const auto pool = asked(sections).pool.value();
  using Refs = std::vector<std::string>;
  EXPECT_EQ(pool.pifs.at("OpaqueRef:bond0").below, (Refs{"OpaqueRef:eth0", "OpaqueRef:eth1"}));
  EXPECT_EQ(pool.pifs.at("OpaqueRef:vlan").below, Refs{"OpaqueRef:bond0"});
  EXPECT_EQ(pool.pifs.at("OpaqueRef:tunnel").below, Refs{"OpaqueRef:bond0"});
  EXPECT_EQ(pool.pifs.at("OpaqueRef:sriov").below, Refs{"OpaqueRef:eth1"});
  EXPECT_EQ(pool.pifs.at("OpaqueRef:eth0").below, Refs{});
}

TEST(Pool, NamesEachClassThatCannotBeRead) {
  const auto snapshot = asked(sections);
  const auto& unreadable = snapshot.pool.value().unreadable;
  ASSERT_EQ(unreadable.size(), 2u);
  EXPECT_EQ(unreadable.at("PBD"), "PBD.get_all_records was not recorded");
  EXPECT_TRUE(unreadable.at("SR").starts_with("the recorded SR.get_all_records cannot be read: "));
  EXPECT_EQ(snapshot.unreadable.at("xapi PBD"), unreadable.at("PBD"));
}

/// Of the recorded XCP-ng 8.3, whose /dev/sdc lies behind a controller.
TEST(Pool, AVmWhoseEntryCannotBeReadWantsNobodyKnowsWhat) {
  const auto recorded = text_of_file(recordings() / "xcp-ng-8.3.host");
  const auto host = recorded.substr(0, recorded.find("=== xapi "));
  const auto pool_with = [&](const std::string& other_config) {
    const ScratchRoot root(host +
                           "=== xapi pool.get_all_records\n{}\n=== xapi VM.get_all_records\n" +
                           R"({"v": {"uuid": "u", "other_config": )" + other_config + "}}\n");
    Host here(root.path());
    return probe(here, all_facts | ProbeScope::pool).pool.value();
  };
  for (const char* none : {"null", "[]", "\"\"", "1", R"({"pci": null})", R"({"pci": 1})"})
    EXPECT_TRUE(pool_with(none).unreadable.contains("VM")) << none;
  for (const char* read : {"{}", R"({"pci": ""})", R"({"pci": "0/0000:18:00.0"})"})
    EXPECT_FALSE(pool_with(read).unreadable.contains("VM")) << read;
}

TEST(Pool, KnowsInWhichSrsOfThisHostAVmHasDisks) {
  constexpr char inventory[] = "4e9d1b70-c25f-4a83-b6e1-7f80d3c9a512";
  const std::string records = std::string(R"(=== xapi pool.get_all_records
{}
=== xapi host.get_all_records
{"h": {"uuid": ")") + inventory +
                              R"("}}
=== xapi VM.get_all_records
{"db": {"VBDs": ["b1", "b2", "b3"]}, "web": {"VBDs": ["b4"]}, "old": {"is_a_snapshot": true, "VBDs": ["b5"]}}
=== xapi SR.get_all_records
{"sr": {"uuid": "s", "type": "lvm"}}
=== xapi PBD.get_all_records
{"p": {"host": "h", "SR": "sr", "currently_attached": true, "device_config": {"device": "/dev/sdc"}}}
)";
  const auto recorded = text_of_file(recordings() / "xcp-ng-8.3.host");
  const auto host = recorded.substr(0, recorded.find("=== xapi ")) + records;
  const auto probed_with = [&](const std::string& more) {
    const ScratchRoot root(host + more);
    Host here(root.path());
    return probe(here, all_facts | ProbeScope::pool).pool.value();
  };
  const auto pool = probed_with(R"(=== xapi VDI.get_all_records_where
{"v1": {"SR": "sr", "VBDs": ["b1", "b5"]}, "v2": {"SR": "sr", "VBDs": ["b2"]}, "v3": {"SR": "sr"}}
)");
  EXPECT_EQ(pool.vms.at("db").srs, std::vector<std::string>{"sr"});
  EXPECT_TRUE(pool.vms.at("web").srs.empty());
  EXPECT_TRUE(pool.vms.at("old").srs.empty());
  EXPECT_FALSE(pool.unreadable.contains("VDI"));
  EXPECT_EQ(probed_with("").unreadable.at("VDI"), "VDI.get_all_records_where was not recorded");
}

TEST(Pool, IsAbsentWithoutXapi) {
  const auto snapshot = asked("pci-passthrough recording 1\n");
  EXPECT_FALSE(snapshot.pool);
  EXPECT_TRUE(snapshot.unreadable.at("xapi").starts_with("xapi does not run here"));
}

TEST(Pool, TakesNoSectionThatNamesNoClass) {
  for (const auto* head : {"xapi", "xapi VM.destroy", "xapi ../VM.get_all_records",
                           "xapi VM.get_all_records mode=0600", "xapi VM.get_all_records status=1"})
    EXPECT_THROW(asked("pci-passthrough recording 1\n=== " + std::string(head) + "\n{}\n"), Failure)
        << head;
}

}  // namespace
}  // namespace pci_passthrough
