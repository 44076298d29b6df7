"""Every end of a trial, on each boot loader: the old entry, or what the plan said."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
from lab import Failure, say
from trial import ACCEPT, CONTROLLER, DEVICES, TrialMachine

MANAGEMENT = "0000:01:00.0"
HANG = r"""case $(cat /proc/cmdline) in *pci-passthrough.trial=*) echo LAB-NO-ROOT: it hangs; sleep 99999 ;; esac"""


class Matrix:
    """A class below names the loader."""

    loader = None

    def setUp(self):
        self.machine = self.enterContext(TrialMachine(self.loader))
        self.machine.boot()

    def is_old(self, machine, stage):
        self.assertEqual((stage, []), (machine.stage(), machine.held()))
        self.assertEqual(machine.first_text.rstrip(), machine.default_text())
        self.assertNotIn("pciback", machine.cmdline())

    def test_without_the_disk_of_root(self):
        self.machine.arm([CONTROLLER], "--accept", ACCEPT)
        self.machine.dies("the disk of / hidden")
        self.machine.boot("after it")
        self.is_old(self.machine, "over")

    def test_without_the_management_nic(self):
        machine = self.machine
        machine.arm([MANAGEMENT], "--accept", f"mgmt-nic-hidden@{MANAGEMENT},storage-nic-hidden@{MANAGEMENT}")
        machine.reboot("the management NIC hidden")
        self.assertEqual(("running", [MANAGEMENT]), (machine.stage(), machine.held()))
        machine.reboot("after it")
        self.is_old(machine, "over")

    def test_good(self):
        machine = self.machine
        machine.arm(DEVICES)
        self.assertTrue(machine.ask("abandon")["changed"])
        self.assertEqual(machine.first_text, machine.text())
        machine.reboot("abandoned before it booted")
        self.is_old(machine, "none")

        machine.arm(DEVICES)
        machine.reboot("on trial")
        self.assertEqual(("running", DEVICES), (machine.stage(), machine.held()))
        self.assertFalse(machine.ask("confirm", at_boot="true", dry_run="true")["plan"], "its mark is gone")
        machine.reboot("not confirmed")
        self.is_old(machine, "over")

        machine.arm(DEVICES)
        machine.reboot("on trial")
        self.assertTrue(machine.ask("abandon")["changed"])
        self.assertEqual(machine.first_text, machine.text())
        machine.reboot("abandoned in it")
        self.is_old(machine, "none")

        machine.arm(DEVICES)
        machine.reboot("on trial")
        self.assertTrue(machine.ask("confirm")["changed"])
        machine.reboot("confirmed")
        self.assertEqual(("none", DEVICES), (machine.stage(), machine.held()))

    def test_an_initrd_that_hangs(self):
        machine = self.machine
        machine.run("mkdir /tmp/i; cd /tmp/i; zcat /boot/initrd-xen.img | cpio -id 2>/dev/null; "
                    f"sed -i '/mount -t proc/a {HANG}' init; "
                    "find . | cpio -o -H newc 2>/dev/null | gzip -1 >/boot/initrd-xen.img; rm -r /tmp/i; sync", 600)
        machine.arm(DEVICES)
        machine.dies("an initrd that hangs")
        machine.boot("after it")
        self.is_old(machine, "over")

    def test_a_kernel_that_waits(self):
        machine = self.machine
        machine.run("cd /boot; cp $(readlink vmlinuz-xen) vmlinuz-6.1.0-99-amd64; ln -sfn vmlinuz-6.1.0-99-amd64 vmlinuz-xen")
        with self.assertRaises(Failure) as refused:
            machine.call("hide", devices=",".join(DEVICES), trial="true")
        self.assertIn("trial-kernel-pending", " ".join(refused.exception.details))
        self.assertEqual(machine.first_text, machine.text())
        say(f"{self.loader}: refused while a kernel waits")


class Extlinux(Matrix, unittest.TestCase):
    loader = "extlinux"


class Grub(Matrix, unittest.TestCase):
    loader = "grub"


class Uefi(Matrix, unittest.TestCase):
    loader = "uefi"


if __name__ == "__main__":
    unittest.main()
