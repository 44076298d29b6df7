"""The records of a small pool, with the fields that a release of 2025 gives them, as far as anybody
here reads them, and some that nobody does."""

import re

NULL = "OpaqueRef:NULL"

CLASSES = {
    "pool": {"uuid": "", "name_label": "", "name_description": "", "master": NULL, "default_SR": NULL,
             "ha_enabled": False, "other_config": {}},
    "host": {"uuid": "", "name_label": "", "name_description": "", "enabled": True, "metrics": NULL,
             "address": "", "hostname": "", "software_version": {}, "chipset_info": {}, "PCIs": [],
             "other_config": {}, "capabilities": []},
    "host_metrics": {"uuid": "", "live": True, "memory_total": 68719476736, "memory_free": 51539607552},
    "VM": {"uuid": "", "name_label": "", "name_description": "", "power_state": "Halted",
           "is_a_template": False, "is_a_snapshot": False, "is_control_domain": False,
           "resident_on": NULL, "affinity": NULL, "other_config": {}, "ha_restart_priority": "",
           "domain_type": "hvm", "HVM_boot_policy": "BIOS order", "HVM_shadow_multiplier": 1.0,
           "memory_dynamic_min": 4294967296, "memory_dynamic_max": 4294967296, "attached_PCIs": [],
           "current_operations": {}, "allowed_operations": [], "blocked_operations": {},
           "platform": {"nx": "true", "acpi": "1", "apic": "true", "pae": "true", "viridian": "true"},
           "VIFs": [], "VBDs": [], "xenstore_data": {}, "last_boot_CPU_flags": {}, "recommendations": ""},
    "PCI": {"uuid": "", "host": NULL, "pci_id": "", "class_id": "0200", "class_name": "", "vendor_id": "",
            "device_id": "", "dependencies": [], "other_config": {}, "driver_name": ""},
    "PIF": {"uuid": "", "device": "", "host": NULL, "network": NULL, "MAC": "", "VLAN": -1,
            "management": False, "physical": True, "currently_attached": True, "disallow_unplug": False,
            "ip_configuration_mode": "None", "IP": "", "bond_slave_of": NULL, "bond_master_of": [],
            "VLAN_master_of": NULL, "VLAN_slave_of": [], "tunnel_access_PIF_of": [],
            "tunnel_transport_PIF_of": [], "sriov_physical_PIF_of": [], "sriov_logical_PIF_of": [],
            "PCI": NULL, "other_config": {}},
    "VDI": {"uuid": "", "name_label": "", "name_description": "", "SR": NULL, "VBDs": [],
            "virtual_size": "10737418240", "physical_utilisation": "10737418240", "type": "user",
            "sharable": False, "read_only": False, "managed": True, "sm_config": {}, "other_config": {}},
    "PBD": {"uuid": "", "host": NULL, "SR": NULL, "device_config": {}, "currently_attached": True,
            "other_config": {}},
    "SR": {"uuid": "", "name_label": "", "name_description": "", "type": "", "content_type": "",
           "shared": False, "PBDs": [], "VDIs": [], "other_config": {}},
    "message": {"uuid": "", "name": "", "priority": "5", "cls": "Host", "obj_uuid": "", "body": "",
                "timestamp": "20261130T08:00:00Z"},
}


def of_inventory(host, key):
    return re.search(rf"^{key}='(.*)'$", host.path("/etc/xensource-inventory").read_text(), re.M)[1]


def first_records(pool):
    """A host record each, with its management PIF and dom0; the pool; nothing else."""
    pool.records = {name: {} for name in CLASSES}
    pool.add("pool", name_label="tests & more", master=pool.coordinator)
    for ref, host in pool.hosts.items():
        metrics = pool.add("host_metrics")
        name = host.name
        pool.records["host"][ref] = {
            **CLASSES["host"], "uuid": of_inventory(host, "INSTALLATION_UUID"), "name_label": name,
            "hostname": name, "metrics": metrics, "chipset_info": {"iommu": "true"}, "PCIs": [],
            "software_version": {"product_version": of_inventory(host, "PRODUCT_VERSION"),
                                 "xapi": "25.33", "xapi_build": pool.xapi_build}}
        pool.add("PIF", device="eth0", host=ref, management=True, ip_configuration_mode="DHCP")
        pool.add("VM", name_label=f"Control domain on host: {name}", power_state="Running",
                 is_control_domain=True, resident_on=ref, domain_type="pv", other_config={})
    return pool.records
