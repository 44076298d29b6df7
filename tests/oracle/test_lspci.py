"""`list` against lspci, on every recorded host, every real tree of the collection beside the
project (where it is present), and this machine."""

import contextlib
import json
import pathlib
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import PROGRAM, ALL_RECORDINGS, SOURCE, Host

COLLECTION = sorted((SOURCE.parent / "shared/hosts/sysfs").glob("*.tar.*"))


@contextlib.contextmanager
def unpacked(archive):
    """The directory of a real tree that holds its sys."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, [one for one in tar if "pci" in one.name])
        (sys_folder,) = [path for path in pathlib.Path(scratch).rglob("sys")
                         if (path / "bus/pci/devices").is_dir()]
        yield sys_folder.parent


def write_single_files(root):
    """A recording made by `record` has one uevent in their place; lspci wants them. From the config space,
    but for the driver, which stands in uevent alone."""
    for config in pathlib.Path(root, "sys/devices").rglob("config"):
        if (config.parent / "vendor").exists():
            continue
        vendor, device, _, _, class_code = struct.unpack_from("<HHHHI", config.read_bytes())
        subsystem = struct.unpack_from("<HH", config.read_bytes(), 0x2c)
        for name, value in zip(("vendor", "device", "subsystem_vendor", "subsystem_device"),
                               (vendor, device, *subsystem)):
            (config.parent / name).write_text(f"0x{value:04x}\n")
        (config.parent / "class").write_text(f"0x{class_code >> 8:06x}\n")
        if driver := re.search("^DRIVER=(.+)$", (config.parent / "uevent").read_text(), re.M):
            (config.parent / "driver").symlink_to(f"/sys/bus/pci/drivers/{driver.group(1)}")


def ours(root):
    output = subprocess.run([PROGRAM, "list", "--json", "--root", root], check=True,
                            capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    return {device["address"]: device for device in json.loads(output)["devices"]}


def lspci(root):
    """What lspci says: {address: {field: text}}. Where it cannot read the config space it leaves
    the subsystem out."""
    run = subprocess.run(
        ["lspci", "-O", f"sysfs.path={root}/sys/bus/pci", "-A", "linux-sysfs", "-Dvmmnnk"],
        check=True, capture_output=True, text=True)
    functions = {}
    for block in filter(None, run.stdout.split("\n\n")):
        fields = dict(line.split(":\t", 1) for line in block.strip().splitlines() if ":\t" in line)
        functions[fields["Slot"]] = fields
    return functions


def number(text):
    """"Intel Corporation [8086]" -> "8086"."""
    return re.search(r"\[([0-9a-f]{4})\]$", text).group(1)


EXPECTED = (  # lspci's field, our member, how lspci's becomes ours
    ("Class", "class_id", number),
    ("Vendor", "vendor_id", number),
    ("Device", "device_id", number),
    ("SVendor", "subsystem_vendor_id", number),
    ("SDevice", "subsystem_device_id", number),
    ("Rev", "revision", str),
    ("ProgIf", "prog_if", str),
    ("Driver", "driver", str),
    ("NUMANode", "numa_node", int),
)


class AgainstLspci(unittest.TestCase):
    trees = functions = members = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.trees} trees, {cls.functions} functions, {cls.members} members compared")

    def compare(self, root):
        mine, theirs = ours(root), lspci(root)
        present = {path.name for path in pathlib.Path(root, "sys/bus/pci/devices").glob("*")}
        self.assertEqual(present, set(mine))
        self.assertEqual(present, set(theirs))
        for address, fields in theirs.items():
            for field, member, convert in EXPECTED:
                if field not in fields:
                    continue
                if member == "revision" and "header_type" not in mine[address]:
                    continue  # lspci has it from a file of its own, we from the config space
                self.assertEqual(convert(fields[field]), mine[address].get(member),
                                 f"{address} {member}")
                type(self).members += 1
            if "Driver" not in fields:
                link = pathlib.Path(root, "sys/bus/pci/devices", address, "driver")
                driver = link.readlink().name if link.is_symlink() else ""  # to nowhere, maybe
                self.assertEqual(driver, mine[address].get("driver") or "", address)
        type(self).trees += 1
        type(self).functions += len(theirs)

    def test_recorded_hosts(self):
        self.assertTrue(ALL_RECORDINGS)
        for recording in ALL_RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                write_single_files(host.root)
                self.compare(host.root)

    def test_collection(self):
        if not COLLECTION:
            self.skipTest("no collection beside the project")
        for archive in COLLECTION:
            with self.subTest(archive.name), unpacked(archive) as root:
                self.compare(root)

    def test_this_machine(self):
        if not pathlib.Path("/sys/bus/pci/devices").is_dir():
            self.skipTest("no PCI on this machine")
        self.compare("/")


if __name__ == "__main__":
    unittest.main()
