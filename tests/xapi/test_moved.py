"""A device that moved, and the VMs that name it: what verify says, and repair on both sides."""

import json
import os
import unittest

from test_assign import AUDIO, GPU, USB, WithVm

NEW_GPU, NEW_AUDIO, NEW_USB = "0000:3c:00.0", "0000:3c:00.1", "0000:8c:00.0"


class Moving:
    def move(self, old, new):
        """To another bus number, below the same root port, until the test ends."""
        self.rename(old, new)
        self.addCleanup(self.rename, new, old)

    def rename(self, old, new):
        link = self.hosts[0].path(f"/sys/bus/pci/devices/{old}")
        target = os.readlink(link)
        device = link.resolve()
        device.rename(device.with_name(new))
        link.unlink()
        link.with_name(new).symlink_to(target.removesuffix(old) + new)


class Moved(WithVm, Moving):
    def move_card(self):
        self.move(GPU, NEW_GPU)
        self.move(AUDIO, NEW_AUDIO)

    def findings(self, code):
        found = self.admin.plugin(self.here, "verify")["findings"]
        return {finding["device"]: finding["message"] for finding in found if finding["code"] == code}

    def repair(self):
        return self.admin.plugin(self.here, "repair")

    def repair_while_xapi_is_silent(self):
        socket = self.hosts[0].root / self.pool.socket
        aside = socket.with_name("aside")
        socket.rename(aside)
        done = self.hosts[0].shell("repair", "--format", "json")
        aside.rename(socket)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_device_without_a_rule(self):
        step = self.assign(USB)["plan"][-1]
        self.assertEqual((step["action"], USB in step["devices"]), ("remember", True))
        self.move(USB, NEW_USB)
        self.assertIn(f"The entry of the VM 'nas' for {USB} was made for", self.findings("identity-moved")[USB])
        self.assertTrue(self.repair()["changed"])
        self.assertEqual(self.entry(), f"0/{NEW_USB}")
        self.assertEqual(self.findings("identity-moved"), {})

    def test_another_device_at_the_address(self):
        self.assign(USB)
        uevent = self.hosts[0].path(f"/sys/bus/pci/devices/{USB}/uevent")
        self.addCleanup(uevent.write_text, uevent.read_text())
        uevent.write_text(uevent.read_text().replace("1912:0014", "1912:0016"))
        self.assertIn("The entry of the VM 'nas'", self.findings("vm-identity-changed")[USB])
        self.assertFalse(self.repair()["changed"])
        self.assertIn(USB, self.findings("vm-identity-changed"))
        self.assign(USB)
        self.assertEqual(self.findings("vm-identity-changed"), {}, "it is meant: it was assigned again")

    def test_rule_and_entry_in_one_plan(self):
        self.assign(GPU, AUDIO)
        self.move_card()
        self.assertIn("The rule and the entry of the VM 'nas'", self.findings("identity-moved")[GPU])
        actions = [step["action"] for step in self.repair()["plan"]]
        self.assertEqual(actions, ["replace", "set", "remember"])
        self.assertEqual(self.entry(), f"0/{NEW_GPU},1/{NEW_AUDIO}")

    def test_the_vms_side_is_done_once_xapi_is_back(self):
        self.assign(GPU, AUDIO)
        self.move_card()
        reply = self.repair_while_xapi_is_silent()
        self.assertTrue(reply["changed"])
        self.assertIn("repair again once xapi answers", " ".join(reply["remarks"]))
        self.assertFalse(self.repair_while_xapi_is_silent()["changed"])
        self.assertEqual(self.entry(), f"0/{GPU},1/{AUDIO}")
        self.assertTrue(self.repair()["changed"])
        self.assertEqual(self.entry(), f"0/{NEW_GPU},1/{NEW_AUDIO}")
        self.assertNotIn(GPU, self.hosts[0].path("/var/lib/pci-passthrough/devices.json").read_text())

    def test_a_vm_that_may_start_elsewhere(self):
        self.pool.records["VM"][self.vm]["affinity"] = "OpaqueRef:NULL"
        self.assign(GPU, AUDIO)
        self.move_card()
        for changed in (True, False):
            reply = self.repair()
            self.assertEqual(reply["changed"], changed)
            self.assertIn(f"devices={NEW_GPU},{NEW_AUDIO} replace=true", " ".join(reply["remarks"]))
            self.assertEqual(self.entry(), f"0/{GPU},1/{AUDIO}")
        self.assertIn(f"The entry of the VM 'nas' for {GPU} was", self.findings("identity-moved")[GPU])
        self.assign(NEW_GPU, NEW_AUDIO, replace="true")
        self.assertEqual(self.findings("identity-moved"), {})
        self.assertNotIn("remarks", self.repair())

    def test_a_running_vm_takes_notice_later(self):
        self.assign(GPU, AUDIO)
        self.pool.records["VM"][self.vm].update(power_state="Running", resident_on=self.here)
        self.move_card()
        self.assertIn("takes effect at its next start", " ".join(self.repair()["remarks"]))


if __name__ == "__main__":
    unittest.main()
