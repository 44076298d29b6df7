"""`list`'s header, `capabilities`, `isolation_group` and `reset` against lspci -vvv and the kernel's own
iommu_group links and reset_method, on every recorded host, every real tree of the collection beside the
project (where it is present), a Linux with an IOMMU (tests/lab/record_groups.py), and this machine."""

import collections
import contextlib
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_lspci import COLLECTION, ALL_RECORDINGS, SOURCE, Host, ours, unpacked

GROUPS = pathlib.Path(__file__).with_name("groups.host")
DIFFERENCES = {  # (tree, function): why its group is not the kernel's
}
DUMPS = sorted((SOURCE.parent / "shared/hosts/config").glob("*"))  # pciutils' own: tests/*

TYPES = {
    "Endpoint": "endpoint",
    "Legacy Endpoint": "legacy endpoint",
    "Root Port": "root port",
    "Upstream Port": "upstream port",
    "Downstream Port": "downstream port",
    "PCI-Express to PCI/PCI-X Bridge": "PCIe-to-PCI bridge",
    "PCI/PCI-X to PCI-Express Bridge": "PCI-to-PCIe bridge",
    "Root Complex Integrated Endpoint": "integrated endpoint",
    "Root Complex Event Collector": "event collector",
}
ACS = {"SrcValid": "SV", "TransBlk": "TB", "ReqRedir": "RR", "CmpltRedir": "CR",
       "UpstreamFwd": "UF", "EgressCtrl": "EC", "DirectTrans": "DT"}


def dump(root):
    """The config space of all functions as lspci -xxxx writes it. A file of 0 bytes is none; `record` keeps an
    extended space only up to where it was read: zeros stand for the rest."""
    text = ""
    for config in sorted(pathlib.Path(root, "sys/bus/pci/devices").glob("*/config")):
        space = config.read_bytes()
        space = space.ljust(4096, b"\0") if len(space) > 256 else space
        lines = [f"{at:02x}: {space[at:at + 16].hex(' ')}\n" for at in range(0, len(space), 16)]
        text += f"{config.parent.name} x\n{''.join(lines)}\n" if space else ""
    return text


@contextlib.contextmanager
def tree_of(dump_file):
    """The directory of a tree with what lspci -xxxx once wrote."""
    with tempfile.TemporaryDirectory() as root:
        devices = pathlib.Path(root, "sys/bus/pci/devices")
        for line in dump_file.read_text(errors="replace").splitlines():
            if head := re.match(r"(?:([0-9a-f]{4,}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?: |$)", line):
                address = f"{head[1] or '0000'}:{head[2]}"
                real = pathlib.Path(root, "sys/devices", "pci" + address[:-5], address)
                (devices / address).parent.mkdir(parents=True, exist_ok=True)
                real.mkdir(parents=True)
                (devices / address).symlink_to(f"../../../devices/{real.parent.name}/{address}")
            elif row := re.match(r"[0-9a-f]{2,3}: ((?:[0-9a-f]{2} ?)+)$", line.strip()):
                with open(real / "config", "ab") as config:
                    config.write(bytes.fromhex(row[1]))
        yield root


def lspci(root):
    """{address: what lspci -vvv prints of it}."""
    with tempfile.NamedTemporaryFile("w", suffix=".dump") as file:
        file.write(dump(root))
        file.flush()
        run = subprocess.run(["lspci", "-F", file.name, "-Dvvv"], check=True, capture_output=True,
                             text=True)
    return {block.split(" ", 1)[0]: block for block in filter(None, run.stdout.split("\n\n"))}


def kernels_groups(root):
    """{address: group} where the kernel drives an IOMMU."""
    links = {device.name: device / "iommu_group"
             for device in pathlib.Path(root, "sys/bus/pci/devices").glob("*")}
    return {address: link.readlink().name for address, link in links.items() if link.is_symlink()}


def members_of(address, groups):
    return {other for other, group in groups.items() if group == groups[address]}


def header_type(text):
    """A bridge to a bus is 1, to CardBus 2, all else 0."""
    if "Unknown header type" in text:
        return None
    return 2 if "Memory window 0" in text else 1 if "\tBus: primary=" in text else 0


def bits(text):
    return [ACS[name] for name, on in re.findall(r"(\w+)([+-])", text) if on == "+"]


def vectors(found):
    return {"vectors": int(found["count"]), "enabled": found["on"] == "+"}


def express(found):
    """Of a switch port lspci does not say whether it has FLR."""
    kind = {"type": TYPES[found["type"]]}
    if flr := re.search(r"FLReset([+-])", found["rest"].split("DevCtl")[0]):
        kind["flr"] = flr[1] == "+"
    if found["slot"]:
        kind["slot"] = found["slot"] == "+"
    return kind


PLAIN = (  # our member, lspci's line, how it becomes ours
    ("pcie", r"Express (?:\(v\d\) )?(?P<type>[^,(]*?)(?: \(Slot(?P<slot>[+-])\))?, MSI"
             r"(?P<rest>(?:.*\n\t\t)*)", express),
    ("msi", r"MSI: Enable(?P<on>[+-]) Count=\d+/(?P<count>\d+)", vectors),
    ("msix", r"MSI-X: Enable(?P<on>[+-]) Count=(?P<count>\d+)", vectors),
    ("no_soft_reset", r"NoSoftRst(?P<on>[+-])", lambda found: found["on"] == "+"),
    ("af_flr", r"AFCap: TP(?P<tp>[+-]) FLR(?P<flr>[+-])",
     lambda found: found["tp"] + found["flr"] == "++"),
)
EXTENDED = (
    ("acs", r"ACSCap:\s*(?P<can>.*)\n\s*ACSCtl:\s*(?P<does>.*)",
     lambda found: {"can": bits(found["can"]), "does": bits(found["does"])}),
    ("serial", r"Device Serial Number (?P<serial>[0-9a-f-]+)", lambda found: found["serial"]),
    ("total_vfs", r"Initial VFs: \d+, Total VFs: (?P<count>\d+)",
     lambda found: int(found["count"])),
)


class AgainstLspciAndTheKernel(unittest.TestCase):
    functions = unreadable = members = groups = shared_groups = unknown_groups = resets = 0

    @classmethod
    def tearDownClass(cls):
        print(f"{cls.functions} functions, {cls.members} capabilities compared; of "
              f"{cls.unreadable} more the config space is cut or missing; the isolation "
              f"groups of {cls.groups} functions compared, {cls.shared_groups} of them shared, "
              f"{cls.unknown_groups} unknown; {cls.resets} reset methods compared")

    def compare(self, root, tree):
        mine = ours(root)
        self.compare_capabilities(mine, lspci(root))
        self.compare_groups(tree, mine, kernels_groups(root))

    def compare_capabilities(self, mine, theirs):
        for address in set(mine) - set(theirs):
            self.assertNotIn("capabilities", mine[address])
            type(self).unreadable += 1
        for address, text in theirs.items():
            capabilities = mine[address].get("capabilities", {})
            if "header_type" in mine[address]:
                self.assertEqual(header_type(text), mine[address]["header_type"], address)
            if "<access denied>" in text or not capabilities:
                self.assertEqual({}, capabilities, address)
                type(self).unreadable += 1
                continue
            for member, line, convert in PLAIN + EXTENDED:
                found = re.search(line, text)
                with self.subTest(address=address, member=member):
                    if found:
                        theirs_of_it, my_own = convert(found), capabilities[member]
                        if member == "pcie" and "flr" not in theirs_of_it:
                            my_own = {key: my_own[key] for key in my_own if key != "flr"}
                        self.assertEqual(theirs_of_it, my_own)
                        type(self).members += 1
                    elif (member, line, convert) in PLAIN:
                        self.assertIsNone(capabilities[member])
                    else:
                        self.assertIsNone(capabilities.get(member))
            type(self).functions += 1

    def compare_groups(self, tree, mine, kernels):
        known = [address for address in kernels if "isolation_group" in mine[address]]
        allowed = {address for name, address in DIFFERENCES if name == tree}
        self.assertLessEqual(allowed, set(known))
        for address in known:
            theirs = members_of(address, {one: kernels[one] for one in known})
            my_own = members_of(address, {one: mine[one]["isolation_group"] for one in known})
            if address in allowed:
                self.assertNotEqual(theirs, my_own, f"{address} differs no longer")
            else:
                self.assertEqual(theirs, my_own, address)
        sizes = collections.Counter(kernels[address] for address in known)
        type(self).groups += len(known)
        type(self).shared_groups += sum(size > 1 for size in sizes.values())
        type(self).unknown_groups += len(kernels) - len(known)

    def compare_resets(self, root):
        """What is computed where the kernel tells nothing. It lists the bus before it knows who else is
        on it, and then refuses (pci.c pci_parent_bus_reset)."""
        devices = pathlib.Path(root, "sys/bus/pci/devices")
        kernels = {}
        for address in ours(root):
            listed = devices / address / "reset_method"
            kernels[address] = listed.read_text().split() if listed.exists() else []
            self.assertEqual(listed.exists(), (devices / address / "reset").exists())
            for one in ("reset_method", "reset"):
                (devices / address / one).unlink(missing_ok=True)
        mine = ours(root)
        for address, methods in kernels.items():
            parent = mine[address]["parent"]
            shared = any(parent in other["path"] for other in mine.values()
                         if other["address"] != address)
            if shared and "bus" in methods:
                methods.remove("bus")
            self.assertEqual(methods, mine[address]["reset"], address)
        type(self).resets += len(kernels)

    def test_recorded_hosts(self):
        before = self.functions
        for recording in ALL_RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                self.compare(host.root, recording.stem)
        self.assertGreater(self.functions - before, 50)

    def test_linux_with_an_iommu(self):
        unknown, shared, resets = self.unknown_groups, self.shared_groups, self.resets
        with Host(GROUPS) as host:
            self.compare(host.root, GROUPS.stem)
            self.compare_resets(host.root)
        self.assertEqual(unknown, self.unknown_groups)
        self.assertGreaterEqual(self.shared_groups - shared, 5)
        self.assertGreater(self.resets - resets, 50)

    def test_collection(self):
        if not COLLECTION:
            self.skipTest("no collection beside the project")
        before = self.groups
        for archive in COLLECTION:
            with self.subTest(archive.name), unpacked(archive) as root:
                self.compare(root, archive.name)
        self.assertGreater(self.groups - before, 5)

    def test_dumps(self):
        if not DUMPS:
            self.skipTest("no hex dumps beside the project")
        before = self.functions
        for dump_file in DUMPS:
            with self.subTest(dump_file.name), tree_of(dump_file) as root:
                self.compare(root, dump_file.name)
        self.assertGreater(self.functions - before, 100)

    def test_this_machine(self):
        if not pathlib.Path("/sys/bus/pci/devices").is_dir():
            self.skipTest("no PCI on this machine")
        self.compare("/", "this machine")


if __name__ == "__main__":
    unittest.main()
