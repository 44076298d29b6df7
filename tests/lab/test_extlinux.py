"""Hide, reboot, unhide, reboot: with extlinux. While hidden, a guest has the functions, and the host is
recorded. At last, what is refused because it would kill the host: its disk's controller. Accepted by root, in all
entries, dom0 does not come up, as promised; and the rescue entry brings it back."""

import json
import os
import re
import subprocess
import tempfile
import unittest

import guest
from lab import SOURCE, Failure, binary
from host import STATE  # lab knows where it lies
from seed import HIDDEN, Seed

CONTROLLER = "0000:00:1f.2"
ACCEPT = f"boot-controller-hidden@{CONTROLLER},sr-controller-hidden@{CONTROLLER}"  # no xapi here tells of SRs
NO_ROOT = "LAB-NO-ROOT"
RECORDING = SOURCE / "tests/hosts/lab-xen-4.17.host"
REMARK = """# The lab (tests/lab): Xen 4.17 and Linux 6.1 of Debian 12 in QEMU, extlinux, one NVMe controller and one
# network card of two functions hidden. Recorded there; UPDATE_RECORDING=1 python3 tests/lab/test_extlinux.py does it anew.
"""


def of_the_host(recording):
    """Without what is the test's: the records of the stand-in for xapi, the memory of the hide."""
    return "".join(section for section in re.split("(?m)^(?==== )", recording)
                   if not section.startswith(("=== xapi ", f"=== {STATE}/")))


class Extlinux(Seed):
    loader, timeout = "extlinux", 30

    def use(self):
        self.record()
        told = guest.told(self.machine, [address[5:] for address in HIDDEN])
        self.assertLessEqual({"driver nvme 0x1b36:0x0010", "driver e1000e 0x8086:0x10d3", "read /dev/nvme0n1",
                              "nic 52:54:00:00:00:03", "nic 52:54:00:00:00:04", "done"}, told)
        self.assertEqual(HIDDEN, self.machine.held(), "dom0 does not get them back")

    def record(self):
        """The program answers from the recording as it answers in dom0."""
        recording = self.machine.ask("record")["recording"]
        with tempfile.NamedTemporaryFile("w", suffix=".host") as file:
            file.write(recording)
            file.flush()
            for command in ("list", "rules", "verify"):
                answer = subprocess.run([binary(), "--host", file.name, command, "--json"],
                                        stdout=subprocess.PIPE, check=True).stdout
                self.assertEqual(self.machine.ask(command), json.loads(answer), command)
        if os.environ.get("UPDATE_RECORDING") == "1":
            first, rest = of_the_host(recording).split("\n", 1)
            RECORDING.write_text(f"{first}\n{REMARK}{rest}")

    def go_on(self, at_first):
        self.machine.reboot("unhidden")
        self.assertEqual(at_first, self.machine.drivers())
        self.assertEqual([], self.machine.assignable())
        self.refused()
        self.kill_and_rescue()

    def refused(self):
        for accept in ({}, {"accept": ACCEPT}):
            with self.assertRaises(Failure) as refused:
                self.machine.call("hide", devices=CONTROLLER, **accept)
            self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
            self.assertIn(f"boot-controller-hidden {CONTROLLER}", " ".join(refused.exception.details))
        self.assertEqual(self.machine.first_text, self.machine.text())

    def kill_and_rescue(self):
        machine = self.machine
        machine.run("pci-passthrough rescue")
        told = machine.run(f"pci-passthrough hide {CONTROLLER} --accept {ACCEPT} --entries all")
        self.assertIn("type pci-rescue", " ".join(told.split()))
        self.assertIn(f"xen-pciback.hide=({CONTROLLER})", machine.text())
        machine.go_down()
        machine.power_on()
        self.assertTrue(machine.serial.wait(NO_ROOT, 120), f"dom0 came up, or nothing did: {machine.log}")
        machine.power_off()

        machine.power_on("pci-rescue")
        machine.wait_until_up("rescue entry")
        self.assertNotIn("pciback", machine.cmdline())
        self.assertEqual("ahci", machine.drivers()[CONTROLLER])
        self.assertTrue(machine.ask("unhide", devices=CONTROLLER, entries="all")["changed"])
        machine.run("pci-passthrough rescue --remove")
        self.assertEqual(machine.first_text, machine.text())


del Seed

if __name__ == "__main__":
    unittest.main()
