"""export, an upgrade from an ISO that drops rules and memory, devices that moved meanwhile, and import."""

import json
import unittest

from test_assign import HBA, USB, WithVm
from test_moved import Moving, NEW_USB

IRQS = "extra_guest_irqs=96"


class Export(WithVm, Moving):
    def setUp(self):
        super().setUp()
        host = self.hosts[0]
        self.boot = host.boot_file()
        self.before = self.boot.read_text()
        self.addCleanup(self.boot.write_text, self.before)
        self.admin.plugin(self.here, "hide", {"devices": HBA, "xen-arguments": "true"})
        self.assign(HBA, USB)
        self.exported = self.admin.plugin(self.here, "export")
        self.boot.write_text(self.before)
        host.path("/var/lib/pci-passthrough/devices.json").unlink()
        self.call("unassign")
        self.assertEqual((self.entry(), IRQS in self.boot.read_text()), (None, False))

    def bring_back(self, exported=None, **more):
        return self.admin.plugin(self.here, "import", {"file": json.dumps(exported or self.exported), **more})

    def hidden(self):
        return self.admin.plugin(self.here, "rules")["entries"][0]["devices"]

    def test_all_of_it_through_xapi(self):
        before = self.hidden()
        self.move(USB, NEW_USB)
        planned = self.bring_back(**{"dry-run": "true"})
        self.assertEqual((planned["changed"], self.hidden(), self.entry()), (False, before, None))
        reply = self.bring_back()
        self.assertEqual([step["action"] for step in reply["plan"]], [step["action"] for step in planned["plan"]])
        self.assertIn(HBA, self.hidden())
        self.assertEqual(self.entry(), f"0/{HBA},1/{NEW_USB}")
        lines = [one for one in self.boot.read_text().splitlines() if IRQS in one]
        self.assertTrue(lines)
        self.assertTrue(all("xen.gz" in one for one in lines), lines)
        self.assertFalse(self.bring_back()["changed"], "a second one has nothing to do")

    def test_what_cannot_be_placed_is_said(self):
        self.pool.records["VM"][self.vm]["other_config"]["pci"] = f"0/{USB}"
        self.exported["assignments"].append({**self.exported["assignments"][0], "uuid": "00000000-gone", "name": "gone"})
        told = " ".join(self.bring_back()["remarks"])
        self.assertIn(f"of the VM 'nas' is not set: it has another one now, '0/{USB}'", told)
        self.assertIn("of the VM 'gone' is not set: there is no such VM", told)
        self.assertEqual(self.entry(), f"0/{USB}")

    def test_it_is_judged(self):
        self.exported["rules"] = []
        with self.assertRaises(Exception) as caught:
            self.bring_back()
        self.assertIn(f"accept=assigned-not-hidden@{HBA}", str(caught.exception))
        self.assertEqual((self.boot.read_text(), self.entry()), (self.before, None))

    def test_more_than_an_argument_holds_is_refused_with_the_way_out(self):
        self.exported["comment"] = "x" * (64 << 10)
        with self.assertRaises(Exception) as caught:
            self.bring_back()
        self.assertIn("at most 65536", str(caught.exception))
        self.assertIn("at a root shell", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
