"""A trial that goes well and one that kills dom0, on GRUB: the first is confirmed, the second ends by itself."""

import unittest

from trial import ACCEPT, CONTROLLER, DEVICES, TrialMachine


class Trial(unittest.TestCase):
    def test_good_and_dead(self):
        machine = self.enterContext(TrialMachine("grub"))
        machine.boot()
        machine.arm(DEVICES)
        machine.reboot("on trial")
        self.assertEqual(("running", DEVICES), (machine.stage(), machine.held()))
        self.assertEqual(machine.first_text.rstrip(), machine.default_text(), "the everyday entry is as it was")
        self.assertTrue(machine.ask("confirm")["changed"])
        machine.reboot("confirmed")
        self.assertEqual(("none", DEVICES), (machine.stage(), machine.held()))
        self.assertNotIn("pci-passthrough.trial", machine.cmdline())

        machine.arm([CONTROLLER], "--accept", ACCEPT)
        machine.dies("a trial without its disk")
        machine.boot("after it")
        self.assertEqual(("over", DEVICES), (machine.stage(), machine.held()), "as before the trial")
        self.assertTrue(machine.ask("abandon")["changed"])
        self.assertEqual("none", machine.stage())


if __name__ == "__main__":
    unittest.main()
