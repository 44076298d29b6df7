"""The refusal that would have killed the host: its disk's controller. Accepted by root, dom0 does not come
up, as promised; and the safe entry brings it back."""

import unittest

from lab import Failure, Machine

CONTROLLER = "0000:00:1f.2"
ACCEPT = f"boot-controller-hidden@{CONTROLLER}"
NO_ROOT = "LAB-NO-ROOT"


class Rescue(unittest.TestCase):
    def test_boot_controller(self):
        machine = self.enterContext(Machine("extlinux", timeout=30))
        machine.boot()
        self.refused(machine)
        machine.run(f"pci-passthrough hide {CONTROLLER} --accept {ACCEPT}")
        self.assertIn(f"xen-pciback.hide=({CONTROLLER})", machine.text())
        machine.go_down()
        machine.power_on()
        self.assertTrue(machine.serial.wait(NO_ROOT, 120), f"dom0 came up, or nothing did: {machine.log}")
        machine.power_off()

        machine.power_on("safe")
        machine.wait_until_up("safe entry")
        self.assertNotIn("pciback", machine.cmdline())
        self.assertEqual("ahci", machine.drivers()[CONTROLLER])
        self.assertTrue(machine.ask("unhide", devices=CONTROLLER)["changed"])
        self.assertEqual(machine.first_text, machine.text())
        machine.reboot("rescued")

    def refused(self, machine):
        for accept in ({}, {"accept": ACCEPT}):
            with self.assertRaises(Failure) as refused:
                machine.call("hide", devices=CONTROLLER, **accept)
            self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
            self.assertIn(f"boot-controller-hidden {CONTROLLER}", " ".join(refused.exception.details))
        self.assertEqual(machine.first_text, machine.text())


if __name__ == "__main__":
    unittest.main()
