"""assign with xen-arguments=true through the test xapi: the VM's entry and Xen's own line in one change."""

import re
import unittest

from test_assign import HBA, WithVm

ACCEPTED = {"accept": f"assigned-not-hidden@{HBA}", "xen_arguments": "true"}


class XenArguments(WithVm):
    def setUp(self):
        super().setUp()
        self.file = self.hosts[0].boot_file()
        self.before = self.file.read_text()

    def interrupts(self):
        return [int(number) for number in re.findall(r"extra_guest_irqs=(\d+)", self.file.read_text())]

    def test_shown_done_and_taken_back(self):
        shown = self.assign(HBA, dry_run="true", **ACCEPTED)
        self.assertEqual((self.file.read_text(), self.entry()), (self.before, None))
        self.assertEqual([step["action"] for step in shown["plan"]][:2], ["replace", "set"])
        self.assertIn("extra_guest_irqs=", shown["plan"][0]["diff"])

        done = self.assign(HBA, **ACCEPTED)
        self.assertEqual(self.entry(), f"0/{HBA}")
        self.assertEqual(len(self.interrupts()), 2, "the entries that boot")
        self.assertGreater(min(self.interrupts()), 64)
        self.assertTrue(done["reboot_required"])
        self.assertNotIn("vm-msix-exceeds-guest-irqs", {finding["code"] for finding in done["findings"]})
        self.assertEqual(re.sub(r" extra_guest_irqs=\d+", "", self.file.read_text()), self.before)

        again = self.assign(HBA, **ACCEPTED)
        self.assertEqual((again["changed"], again["plan"]), (False, []))

        kinds = {one["kind"] for one in self.admin.plugin(self.here, "backups")["backups"]}
        self.assertEqual(kinds, {"boot file", "VM entry"})
        self.admin.plugin(self.here, "undo")
        self.assertEqual((self.file.read_text(), self.entry()), (self.before, None))
        self.admin.plugin(self.here, "undo", {"accept": ACCEPTED["accept"]})  # a redo, judged like the first
        self.assertEqual((len(self.interrupts()), self.entry()), (2, f"0/{HBA}"))

    def test_a_refused_entry_leaves_the_line(self):
        with self.assertRaises(Exception):
            self.assign(HBA, xen_arguments="true")
        self.assertEqual((self.file.read_text(), self.entry()), (self.before, None))

    def test_without_it_the_remedy_says_the_call(self):
        reply = self.assign(HBA, accept=ACCEPTED["accept"])
        self.assertEqual(self.file.read_text(), self.before)
        (remedy,) = [finding["remedy"] for finding in reply["findings"] if "exceeds-guest-irqs" in finding["code"]
                     and finding["vm"]] or [""]
        self.assertIn("xen-arguments=true", remedy)


if __name__ == "__main__":
    unittest.main()
