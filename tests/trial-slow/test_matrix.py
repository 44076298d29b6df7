"""Every end of a trial, on each boot loader: the old entry, or what the plan said."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
from lab import Failure, say
from trial import ACCEPT, CONTROLLER, DEVICES, TrialMachine

MANAGEMENT = "0000:01:00.0"
HANG = r"""case $(cat /proc/cmdline) in *pci-passthrough.trial=*) echo LAB-NO-ROOT: it hangs; sleep 99999 ;; esac"""

MIRROR = """set -e
modprobe -a loop raid1
losetup /dev/loop0 /leg
echo md127 >/sys/module/md_mod/parameters/new_array
cd /sys/block/md127/md
echo none >metadata_version
echo raid1 >level
echo 1 >raid_disks
echo 7:0 >new_dev
echo 16384 >dev-loop0/size
echo 16384 >component_size
echo 0 >dev-loop0/slot
echo active >array_state
mount -t ext3 /dev/md127 /boot/grub"""


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
        settled = json.loads(machine.run("pci-passthrough confirm --at-boot --json"))
        self.assertEqual(([], False), (settled["plan"], settled["changed"]), "its mark is gone")
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
        self.is_refused("trial-kernel-pending")

    def is_refused(self, code):
        with self.assertRaises(Failure) as refused:
            self.machine.call("hide", devices=",".join(DEVICES), trial="true")
        self.assertIn(code, " ".join(refused.exception.details))
        self.assertEqual(self.machine.first_text, self.machine.text())
        say(f"{self.loader}: refused: {code}")


class Extlinux(Matrix, unittest.TestCase):
    loader = "extlinux"


class Grub(Matrix, unittest.TestCase):
    loader = "grub"

    def test_grubenv_on_md(self):
        """A mirror of one leg, made by hand below sysfs, over a file system that was made before."""
        machine = self.machine
        machine.go_down()
        with machine.root() as root:
            subprocess.run(["mke2fs", "-q", "-t", "ext3", "-d", root / "boot/grub", root / "leg", "16M"], check=True)
        machine.boot("to be mirrored")
        machine.run(MIRROR)
        self.is_refused("trial-cannot-end")


class Uefi(Matrix, unittest.TestCase):
    loader = "uefi"


if __name__ == "__main__":
    unittest.main()
