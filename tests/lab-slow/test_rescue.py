"""The rescue entry of GRUB's menu: every entry hides the disk of /, dom0 dies in each, and this one brings it back. It
is chosen as XenServer's own tools choose one, in grubenv, from outside."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
from lab import ESP_AT
from trial import ACCEPT, CONTROLLER, TrialMachine



class Rescue:
    """A class below names the loader."""

    loader = None

    def test_every_other_entry_kills_dom0(self):
        machine = self.machine = self.enterContext(TrialMachine(self.loader))
        machine.boot()
        machine.run("pci-passthrough rescue")
        with_rescue = machine.text()
        titles = [entry["title"] for entry in machine.ask("rules")["entries"]]
        told = " ".join(machine.run(f"pci-passthrough hide {CONTROLLER} --accept {ACCEPT} --entries all").split())
        self.assertIn("'pci-passthrough rescue'", told)
        machine.dies("hidden in every entry")

        self.choose(f"override_entry={titles.index('pci-passthrough rescue')}")
        machine.boot("rescue entry")
        self.assertNotIn("pciback", machine.cmdline())
        self.assertEqual("ahci", machine.drivers()[CONTROLLER])
        self.assertTrue(machine.ask("unhide", devices=CONTROLLER, entries="all")["changed"])
        self.assertEqual(with_rescue, machine.text())
        machine.reboot("as before")
        self.assertEqual("ahci", machine.drivers()[CONTROLLER])


class Grub(Rescue, unittest.TestCase):
    loader = "grub"

    def choose(self, variable):
        with self.machine.root() as root:
            subprocess.run(["grub-editenv", root / "boot/grub/grubenv", "set", variable], check=True)


class Uefi(Rescue, unittest.TestCase):
    loader = "uefi"

    def choose(self, variable):
        environment = self.machine.scratch / "grubenv"
        subprocess.run(["grub-editenv", environment, "set", variable], check=True)
        subprocess.run(["mcopy", "-o", "-i", f"{self.machine.disk}@@{ESP_AT}", environment,
                        "::/EFI/xenserver/grubenv"], check=True)


if __name__ == "__main__":
    unittest.main()
