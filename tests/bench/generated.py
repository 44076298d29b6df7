"""Hosts as the bench needs them: flat, or behind bridges with virtual functions and disks. And the listing as a Python
plugin would make it: ours, a plain loop over sysfs and pci.ids, for there is no other to hold against."""

import os
import pathlib
import shutil

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
PCI_IDS = pathlib.Path("/usr/share/misc/pci.ids")
PYTHON_PLUGIN = """
import json, os, sys
root, ids = sys.argv[1] + "/sys/bus/pci/devices", sys.argv[2]
def text(path):
    try:
        with open(path) as file: return file.read().strip()
    except OSError: return None
names, listing = {}, []
for line in open(ids, errors="replace"):
    if line[0] not in "#\\n\\t": vendor, names[line[:4]] = line[:4], line[6:-1]
    elif line.startswith("\\t") and line[1] != "\\t": names[vendor + line[1:5]] = line[7:-1]
for address in sorted(os.listdir(root)):
    one = {key: text(f"{root}/{address}/{key}") for key in
           ("vendor", "device", "class", "subsystem_vendor", "subsystem_device", "numa_node")}
    one["driver"] = os.path.basename(os.path.realpath(f"{root}/{address}/driver"))
    one["name"] = names.get((one["vendor"] or "")[2:] + (one["device"] or "")[2:])
    listing.append(one)
print(json.dumps(listing))
"""
NIC, BRIDGE = ("8086", "1572", "020000"), ("8086", "2030", "060400")
NIC_CONFIG = bytes.fromhex("86807215060010000100000200000000").ljust(256, b"\0")
# A root port: type 1, one capability (PCI Express, version 2, root port) at 0x40.
BRIDGE_CONFIG = (bytes.fromhex("86803020060010000000040600000100").ljust(0x34, b"\0") + b"\x40").ljust(
    0x40, b"\0") + bytes.fromhex("10004200").ljust(0xc0, b"\0")


def add_function(root, folder, kind, config):
    """folder: below /sys/devices."""
    vendor, device, code = kind
    place = root / "sys/devices" / folder
    place.mkdir(parents=True)
    for name, text in (("vendor", f"0x{vendor}"), ("device", f"0x{device}"), ("class", f"0x{code}"),
                       ("subsystem_vendor", f"0x{vendor}"), ("subsystem_device", "0x0000"), ("irq", "0"),
                       ("numa_node", "-1"),
                       ("uevent", f"PCI_CLASS={code.lstrip('0')}\nPCI_ID={vendor}:{device}\n"
                                  f"PCI_SUBSYS_ID={vendor}:0000")):
        (place / name).write_text(text + "\n")
    (place / "config").write_bytes(config)
    (place / "resource").write_text(("0x%016x 0x%016x 0x%016x\n" % (0, 0, 0)) * 13)
    (root / "sys/bus/pci/devices" / place.name).symlink_to(f"../../../devices/{folder}")
    return place


def make_root(root):
    (root / "sys/bus/pci/devices").mkdir(parents=True)
    names = root / "usr/share/hwdata/pci.ids"
    names.parent.mkdir(parents=True)
    shutil.copy(PCI_IDS, names)


def make_host(root, size):
    """`size` network functions, and the names of all devices."""
    make_root(root)
    for index in range(size):
        bus = f"{0x20 + index // 256:02x}"
        add_function(root, f"pci0000:{bus}/0000:{bus}:{index // 8 % 32:02x}.{index % 8}", NIC, NIC_CONFIG)


def make_bridged_host(root, bridges):
    """Behind each bridge 32 functions: the last eight are virtual, of the first; a disk on the second."""
    make_root(root)
    (root / "sys/class/block").mkdir(parents=True)
    add_function(root, "pci0000:00/0000:00:1f.7", NIC, NIC_CONFIG)
    for number in range(bridges):
        port = f"pci0000:00/0000:00:{number // 4:02x}.{number % 4}"
        add_function(root, port, BRIDGE, BRIDGE_CONFIG)
        for index in range(32):
            name = f"0000:{number + 1:02x}:{index // 8:02x}.{index % 8}"
            place = add_function(root, f"{port}/{name}", NIC, NIC_CONFIG)
            if index >= 24:
                (place / "physfn").symlink_to(f"../0000:{number + 1:02x}:00.0")
            if index == 1:
                disk = place / f"host0/block/sd{number}"
                disk.mkdir(parents=True)
                (disk / "dev").write_text(f"8:{number}\n")
                (disk / "slaves").mkdir()
                (root / f"sys/class/block/sd{number}").symlink_to(
                    f"../../devices/{port}/{name}/host0/block/sd{number}")
