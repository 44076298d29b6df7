"""assign with guards=true through the test xapi: what makes a VM with devices sound, and its way back."""

import unittest

from records import NULL
from test_assign import BUSY, GPU, OTHERS, WithVm
from wire import XapiError

GUARDED = ["checkpoint", "migrate_send", "pool_migrate", "suspend"]
OPEN = {"affinity": NULL, "memory_dynamic_min": 1 << 30, "memory_dynamic_max": 4 << 30,
        "blocked_operations": {"export": "by hand", "suspend": "by hand"}}
FIELDS = ["blocked_operations", "affinity", "memory_dynamic_range", "other_config:pci"]


class WithOpenVm(WithVm):
    def setUp(self):
        super().setUp()
        self.record().update(OPEN)

    def record(self):
        return self.pool.records["VM"][self.vm]

    def settings(self):
        return {key: self.record()[key] for key in OPEN}

    def steps(self, reply):
        return [step["path"].split(" ", 2)[2] for step in reply["plan"] if step["action"] == "set"]

    def assert_guarded(self):
        self.assertEqual(sorted(self.record()["blocked_operations"]), ["checkpoint", "export", *GUARDED[1:]])
        self.assertEqual(self.record()["blocked_operations"]["suspend"], "by hand")
        self.assertEqual(self.record()["affinity"], self.here)
        self.assertEqual((self.record()["memory_dynamic_min"], self.record()["memory_dynamic_max"]),
                         (4 << 30, 4 << 30))


class Guards(WithOpenVm):
    def test_shown_done_and_taken_back(self):
        shown = self.assign(GPU, guards="true", dry_run="true")
        self.assertEqual(self.steps(shown), FIELDS)
        self.assertEqual(self.settings(), OPEN)
        self.assertEqual(self.entry(), None)

        done = self.assign(GPU, guards="true")
        self.assertEqual(self.steps(done), FIELDS)
        self.assert_guarded()
        self.assertEqual(self.entry(), f"0/{GPU}")
        codes = {finding["code"] for finding in done["findings"]}
        self.assertFalse(codes & {"vm-dynamic-memory", "vm-not-pinned-to-host", "suspend-not-blocked"})

        again = self.assign(GPU, guards="true")
        self.assertEqual((again["changed"], again["plan"]), (False, []))

        kinds = [(one["kind"], one["field"]) for one in self.admin.plugin(self.here, "backups")["backups"]]
        self.assertEqual(kinds, [("VM setting", field) for field in FIELDS[:3]] + [("VM entry", FIELDS[3])])
        self.admin.plugin(self.here, "undo")
        self.assertEqual(self.settings(), OPEN)
        self.assertEqual(self.entry(), None)
        self.admin.plugin(self.here, "undo")  # a redo
        self.assert_guarded()
        self.assertEqual(self.entry(), f"0/{GPU}")

    def test_without_them_nothing_but_the_entry_is_touched(self):
        reply = self.assign(GPU)
        self.assertEqual(self.steps(reply), FIELDS[3:])
        self.assertEqual(self.settings(), OPEN)
        remedies = {finding["code"]: finding["remedy"] for finding in reply["findings"]}
        uuid = self.record()["uuid"]
        for code in "vm-dynamic-memory", "vm-not-pinned-to-host":
            self.assertIn(f"assign vm={uuid} guards=true", remedies[code])

    def test_guards_alone_for_what_it_has(self):
        self.config()["pci"] = f"5/{GPU.upper()}"
        reply = self.call("assign", guards="true")
        self.assertEqual(self.steps(reply), FIELDS[:3])
        self.assert_guarded()
        self.assertEqual(self.entry(), f"5/{GPU.upper()}")
        del self.config()["pci"]
        self.assert_fails("PCI_PASSTHROUGH_INVALID_ARGUMENT", "has no devices", "assign", guards="true")
        self.assert_fails("PCI_PASSTHROUGH_INVALID_ARGUMENT", "needs the argument devices", "assign")

    def test_unassign_says_which_stand(self):
        self.assign(GPU, guards="true")
        said = " ".join(self.call("unassign")["remarks"])
        for words in ("checkpoint, migrate_send, pool_migrate, suspend blocked", "affinity to this host",
                      "memory fixed at 4096 MiB", "param-key=checkpoint, then", f"uuid={self.record()['uuid']} affinity="):
            self.assertIn(words, said)
        self.assert_guarded()

    def test_ha_is_warned_of(self):
        next(iter(self.pool.records["pool"].values()))["ha_enabled"] = True
        self.record()["ha_restart_priority"] = "restart"
        codes = {finding["code"] for finding in self.assign(GPU, guards="true")["findings"]}
        self.assertIn("ha-protected-with-pci", codes)

    def test_one_that_fails_takes_all_back(self):
        for method in ("VM.add_to_blocked_operations", "VM.set_affinity", "VM.set_memory_dynamic_range",
                       "VM.add_to_other_config"):
            with self.subTest(method):
                def fail(*_):
                    raise XapiError("VM_IS_PROTECTED", "no")
                self.interfere_once(method, fail)
                with self.assertRaises(XapiError) as caught:
                    self.assign(GPU, guards="true")
                self.assertEqual(caught.exception.description[0], "VM_IS_PROTECTED")
                self.assertEqual(self.settings(), OPEN)
                self.assertEqual(self.entry(), None)
                self.assertEqual(self.admin.plugin(self.here, "backups")["backups"], [])

    def test_the_last_of_the_operations_fails(self):
        def fail(method, parameters):
            if method == "VM.add_to_blocked_operations" and parameters[2] == "pool_migrate":
                raise XapiError("VM_IS_PROTECTED", "no")
        self.pool.interfere = fail
        self.assert_fails("VM_IS_PROTECTED", "the old value of its blocked operations stands: 'suspend'", "assign", GPU,
                          guards="true")
        self.assertEqual(self.settings(), OPEN)

    def test_what_somebody_else_sets_meanwhile_stands(self):
        self.interfere_once("VM.get_affinity", lambda _: self.record().update(affinity=self.member))
        self.assert_fails(BUSY, "somebody else changes the affinity of the VM 'nas'", "assign", GPU,
                          guards="true")
        self.assertEqual(self.settings(), {**OPEN, "affinity": self.member})
        self.assertEqual(self.entry(), None)


class Xml(WithOpenVm):
    """6.2 knows no JSON-RPC, and numbers are texts."""

    more = {"has_json": False, "socket": "var/xapi/xapi"}

    def test_it_is_done_and_taken_back(self):
        self.config().clear()  # XML does not escape keys
        self.assign(GPU, guards="true")
        self.assert_guarded()
        self.admin.plugin(self.here, "undo")
        self.assertEqual(self.settings(), OPEN)


if __name__ == "__main__":
    unittest.main()
