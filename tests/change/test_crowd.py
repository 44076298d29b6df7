"""48 callers hide 48 functions at once, and nothing is lost."""

import functools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import Failure, on_every_host, read_reply

CROWD = 48


def add_functions(host):
    """48 network functions on a bus of their own, as sysfs shows them."""
    addresses = [f"0000:f0:{index // 8:02x}.{index % 8}" for index in range(CROWD)]
    for address in addresses:
        folder = host.path(f"/sys/devices/pci0000:f0/{address}")
        folder.mkdir(parents=True)
        for name, text in (("vendor", "0x8086"), ("device", "0x1572"), ("class", "0x020000"),
                           ("subsystem_vendor", "0x8086"), ("subsystem_device", "0x0000"),
                           ("irq", "0"), ("numa_node", "-1"), ("modalias", "pci:")):
            (folder / name).write_text(text + "\n")
        (folder / "config").write_bytes(
            bytes.fromhex("86807215060010000100000200000000").ljust(256, b"\0"))
        (folder / "resource").write_text(("0x%016x 0x%016x 0x%016x\n" % (0, 0, 0)) * 13)
        host.path(f"/sys/bus/pci/devices/{address}").symlink_to(
            f"../../../devices/pci0000:f0/{address}")
    return addresses


class Crowd(unittest.TestCase):
    @functools.partial(on_every_host, sanitized=())
    def test_nothing_is_lost(self, host):
        addresses = add_functions(host)
        path = host.boot_file()
        host.settle(path, addresses[0])
        before, earlier = path.read_bytes(), len(host.ask("backups")["backups"])
        callers = [(address, host.start("hide", {"devices": address}))
                   for address in addresses]
        hidden = []
        for address, process in callers:
            output, errors = process.communicate()
            self.assertEqual((0, b""), (process.returncode, errors))
            try:
                read_reply(output)
                hidden.append(address)
            except Failure as failure:
                self.assertEqual("PCI_PASSTHROUGH_BUSY", failure.code, failure)
        print(f"{host.name}: {len(hidden)} of {CROWD} hid at once, the others were told so")
        self.assertGreater(len(hidden), CROWD // 2)  # beside other tests

        text = path.read_text()
        for address in addresses:
            self.assertEqual(address in hidden, f"({address})" in text, address)
        self.assertEqual(earlier + len(hidden), len(host.ask("backups")["backups"]))
        for address in set(addresses) - set(hidden):
            host.call("hide", {"devices": address})
        host.call("unhide", {"devices": ",".join(addresses)})
        self.assertEqual(before, path.read_bytes())


if __name__ == "__main__":
    unittest.main()
