"""An HVM guest gets the hidden functions, loads their drivers and reads: minutes, in emulation."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
import guest
from lab import Machine

DEVICES = ["0000:03:00.0", "0000:07:00.0"]
DEADLINE = 420


class Hvm(unittest.TestCase):
    def test_guest(self):
        machine = self.enterContext(Machine("extlinux", hvm=True))
        machine.boot()
        self.assertTrue(machine.ask("hide", devices=",".join(DEVICES))["changed"])
        machine.reboot("hidden")
        self.assertEqual(DEVICES, machine.held())
        told = guest.told(machine, [address[5:] for address in DEVICES], guest.HVM, DEADLINE)
        self.assertLessEqual({"driver nvme 0x1b36:0x0010", "driver e1000e 0x8086:0x10d3",
                              "nic 52:54:00:00:00:03", "read /dev/nvme0n1", "done"}, told)


if __name__ == "__main__":
    unittest.main()
