"""hide now=true under the real Xen: a network card, an NVMe and a USB controller are taken from a running dom0, which
uses their neighbours; a guest has them; they are still hidden after the reboot. What dom0 has mounted is refused."""

import subprocess
import unittest

import guest
from lab import MIB, Failure, Machine

NIC, NVME, USB = TAKEN = ["0000:02:00.0", "0000:03:00.0", "0000:04:00.0"]


class WithDisk(Machine):
    """Its NVMe has a file system."""

    def command(self):
        nvme = self.scratch / "nvme.img"
        if not nvme.exists():
            nvme.write_bytes(bytes(16 * MIB))
            subprocess.run(["mkfs.ext2", "-q", nvme], check=True)
        return [word.replace("driver=null-co,node-name=null,size=16777216", f"driver=file,node-name=null,filename={nvme}")
                for word in super().command()]


class Now(unittest.TestCase):
    def setUp(self):
        self.machine = self.enterContext(WithDisk("grub"))

    def refused(self, device, *codes, **more):
        with self.assertRaises(Failure) as refused:
            self.machine.call("hide", devices=device, now="true", **more)
        self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
        for code in codes:
            self.assertIn(f"{code} {device}", " ".join(refused.exception.details))

    def hidden(self):
        return {one["address"]: one["hidden"] for one in self.machine.ask("rules")["devices"] if "hidden" in one}

    def test_taken_used_and_still_hidden_after_the_reboot(self):
        machine = self.machine
        machine.boot()
        at_first = machine.drivers()
        self.assertEqual(["e1000e", "nvme", "xhci_hcd"], [at_first[address] for address in TAKEN])

        machine.run("modprobe ext4; mkdir /tmp/nvme && mount -t ext4 -o ro /dev/nvme0n1 /tmp/nvme")
        self.refused(NVME, "now-storage-in-use", "now-disk-open", accept=f"now-storage-in-use@{NVME}")
        machine.run("umount /tmp/nvme")
        machine.start("sleep 1000 </dev/nvme0n1 & echo $! >/tmp/sleeper")
        machine.answer_line(60)
        self.refused(NVME, "now-node-open")
        machine.run("kill $(cat /tmp/sleeper)")
        self.refused("0000:00:1f.2", "now-system-disk")
        self.refused("0000:01:00.0", "now-network-needed")
        self.assertEqual(at_first, machine.drivers())
        self.assertEqual(machine.first_text, machine.text())

        reply = machine.ask("hide", devices=",".join(TAKEN), now="true")
        self.assertEqual((True, False, TAKEN), (reply["changed"], reply["reboot_required"], reply["hidden_now"]))
        self.assertEqual(at_first | dict.fromkeys(TAKEN, "pciback"), machine.drivers(), "the neighbours stay")
        self.assertEqual(TAKEN, machine.assignable())
        self.assertEqual(dict.fromkeys(TAKEN, "now and at boot"), self.hidden())
        self.assertNotIn("hide=", machine.cmdline())
        self.assertFalse(machine.ask("hide", devices=",".join(TAKEN), now="true")["changed"])

        told = guest.told(machine, [address[5:] for address in TAKEN])
        self.assertLessEqual({"driver nvme 0x1b36:0x0010", "nic 52:54:00:00:00:02", "read /dev/nvme0n1",
                              "driver xhci_hcd 0x1b36:0x000d", "done"}, told)
        self.assertEqual(TAKEN, machine.held())

        machine.reboot("hidden")
        self.assertIn("xen-pciback.hide=" + "".join(f"({one})" for one in TAKEN), machine.cmdline().split())
        self.assertEqual(at_first | dict.fromkeys(TAKEN, "pciback"), machine.drivers())
        self.assertEqual(dict.fromkeys(TAKEN, "now and at boot"), self.hidden())


if __name__ == "__main__":
    unittest.main()
