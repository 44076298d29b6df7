"""trial=auto on the real Xen, with GRUB: one confirms itself, one goes back by itself."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
from trial import DEVICES, PLUGGED, TrialMachine


class Auto(unittest.TestCase):
    def test_confirms_itself(self):
        machine = self.enterContext(TrialMachine("grub", auto=True))
        machine.boot()
        told = machine.run(f"pci-passthrough hide {','.join(DEVICES)} --trial=auto")
        self.assertIn("the PBDs of 'DVD drives' are plugged", " ".join(told.split()))
        self.assertEqual("armed", machine.stage())
        machine.reboot("on trial")
        machine.run("until ! grep -q pci-passthrough.trial /boot/grub/grub.cfg; do sleep 1; done")
        self.assertEqual(("none", DEVICES), (machine.stage(), machine.held()))
        machine.reboot("it confirmed itself")
        self.assertEqual(("none", DEVICES), (machine.stage(), machine.held()))
        self.assertNotIn("pci-passthrough.", machine.cmdline())

    def test_goes_back_by_itself(self):
        """An SR does not come back; nobody answers to shutdown here, so the kernel's own keys reboot Xen."""
        machine = self.enterContext(TrialMachine("grub", auto=True))
        machine.boot()
        machine.run(f"pci-passthrough hide {','.join(DEVICES)} --trial=auto; echo false >{PLUGGED}; "
                    "sed -i 's/pci-passthrough.auto=[0-9]*/pci-passthrough.auto=100/' /boot/grub/grub.cfg; sync")
        self.assertEqual("armed", machine.stage())
        machine.reboot("on trial")
        self.assertEqual(("running", DEVICES), (machine.stage(), machine.held()))
        self.assertTrue(machine.serial.wait("reboots into the old entry. pbds: The PBD of 'DVD drives' is not plugged", 300))
        machine.process.wait(120)  # QEMU ends at a reset
        machine.power_off()
        machine.boot("after it")
        self.assertEqual(("over", []), (machine.stage(), machine.held()))
        self.assertIn("did not confirm itself: pbds: The PBD of 'DVD drives'", machine.ask("rules")["trial"]["message"])
        self.assertTrue(machine.ask("abandon")["changed"])
        self.assertEqual(machine.first_text, machine.text())


if __name__ == "__main__":
    unittest.main()
