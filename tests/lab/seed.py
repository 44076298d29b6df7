"""What an administrator does: look, hide, reboot, use, unhide."""

import contextlib
import unittest

from lab import Machine, image, say

HIDDEN = ["0000:03:00.0", "0000:07:00.0", "0000:07:00.1"]
RULES = "xen-pciback.hide=" + "".join(f"({address})" for address in HIDDEN)
LOADER_STAMP = "stat -c '%y %i' /boot/ldlinux.sys"


class Seed(unittest.TestCase):
    """A test script derives from it and names the loader."""

    loader, timeout = None, None

    def setUp(self):
        self.machine = self.enterContext(Machine(self.loader, timeout=self.timeout))

    def rules(self, access):
        """What `rules` says, to whom each of the hidden belongs among it. A call takes seconds here."""
        rules = self.machine.ask("rules")
        said = {each["address"]: each["dom0_access"] for each in rules["devices"]}
        self.assertEqual([access] * len(HIDDEN), [said.get(address, "enabled") for address in HIDDEN])
        return rules

    def said_drivers(self):
        return {each["address"]: each["driver"] or "" for each in self.machine.ask("list")["devices"]}

    def test_cycle(self):
        machine = self.machine
        machine.boot()
        at_first = machine.drivers()
        self.look(at_first)
        self.hide()

        machine.reboot("hidden")
        self.assertIn(RULES, machine.cmdline().split())
        self.assertEqual(HIDDEN, machine.held())
        self.assertEqual(HIDDEN, machine.assignable())
        self.assertEqual(machine.drivers(), self.said_drivers())
        self.assertEqual(HIDDEN, self.rules("disabled")["running"]["devices"])
        told = [each["code"] for each in machine.ask("verify")["findings"]]
        self.assertFalse({"hidden-but-not-bound", "iommu-disabled", "interrupt-remapping-off"} & set(told), told)
        self.use()

        self.assertTrue(machine.ask("unhide", devices=",".join(HIDDEN))["changed"])
        self.rules("enable_on_reboot")
        self.assertEqual(machine.first_text, machine.text(), "what boots next is the first boot again")
        self.go_on(at_first)

    def look(self, drivers):
        listed = self.machine.ask("list")
        self.assertEqual(self.loader.replace("uefi", "grub"), listed["host"]["boot_loader"])
        self.assertEqual(drivers, {each["address"]: each["driver"] or "" for each in listed["devices"]})
        for address, driver in (("0000:03:00.0", "nvme"), ("0000:07:00.0", "e1000e"),
                                ("0000:00:1f.2", "ahci")):
            self.assertEqual(driver, drivers[address])
        needed = {each["address"] for each in listed["devices"]
                  if any(use["critical"] for use in each["used_by"])}
        self.assertLessEqual({"0000:00:1f.2", "0000:01:00.0"}, needed)

    def hide(self):
        machine = self.machine
        stamp = machine.run(LOADER_STAMP)
        reply = machine.ask("hide", devices="03:00.0, 07:00.0,07:00.1")
        self.assertTrue(reply["changed"] and reply["reboot_required"], reply)
        self.assertEqual(self.loader == "extlinux", stamp != machine.run(LOADER_STAMP),
                         "whether extlinux -i /boot was run")
        entries = self.rules("disable_on_reboot")["entries"]
        self.assertEqual([HIDDEN, HIDDEN, [], []], [entry["devices"] for entry in entries])
        self.assertEqual(machine.first_text.replace(RULES, ""), machine.first_text)
        self.assertEqual(machine.first_text.split(), [word for word in machine.text().split() if word != RULES])

    def use(self):
        """What a loader's test does more while the functions are hidden."""

    def go_on(self, at_first):
        """And when they are not any more; the drivers at first."""
