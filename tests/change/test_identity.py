"""Cards that are moved, pulled and mistaken for each other: hide, change the machine, verify and
repair, as root at a shell does it; xapi is silent."""

import json
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, STATE, Host

(NAS,) = [recording for recording in RECORDINGS if recording.stem == "xcp-ng-8.3"]
GPU, AUDIO = "0000:3b:00.0", "0000:3b:00.1"


class Machine(Host):
    def insert(self, card, root, bridge, slot):
        """An equal card, all functions of it, below this root port: both are seen in sysfs."""
        for function in "01":
            old = self.path(f"/sys/bus/pci/devices/{card}.{function}").resolve()
            new = self.path(f"/sys/devices/{root}/{bridge}/{slot}.{function}")
            shutil.copytree(old, new, symlinks=True)
            os.symlink(f"../../../devices/{root}/{bridge}/{slot}.{function}",
                       self.path(f"/sys/bus/pci/devices/{slot}.{function}"))

    def pull(self, card):
        for function in "01":
            link = self.path(f"/sys/bus/pci/devices/{card}.{function}")
            shutil.rmtree(link.resolve())
            link.unlink()

    def rules(self):
        (xe,) = [entry for entry in self.ask("rules")["entries"] if entry["label"] == "xe"]
        return xe["value"]

    def findings(self, *codes):
        return {(finding["code"], finding["device"]): finding["message"]
                for finding in self.ask("verify")["findings"] if finding["code"] in codes}

    def identities(self):
        return self.path(f"{STATE}/devices.json")

    def repair(self):
        done = self.shell("repair", "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


CODES = ("identity-moved", "identity-ambiguous", "identity-changed", "rule-device-missing")


class Cards(unittest.TestCase):
    def setUp(self):
        self.host = Machine(NAS)
        self.addCleanup(self.host.__exit__)

    def remember(self):
        self.host.shell("hide", "18:00.0")
        self.assertIn(GPU, self.host.identities().read_text())

    def test_a_pulled_card_is_not_its_twin(self):
        self.host.insert("0000:3b:00", "pci0000:17", "0000:17:00.0", "0000:19:00")
        self.remember()
        before = self.host.rules()
        self.host.pull("0000:3b:00")
        found = self.host.findings(*CODES)
        self.assertEqual({("rule-device-missing", GPU), ("rule-device-missing", AUDIO)}, set(found))
        self.assertFalse(self.host.repair()["changed"])
        self.assertEqual(before, self.host.rules())

    def test_what_0_1_0_remembered_follows_no_twin(self):
        self.host.insert("0000:3b:00", "pci0000:17", "0000:17:00.0", "0000:19:00")
        self.remember()
        whole = json.loads(self.host.identities().read_text())
        for device in whole["devices"]:
            del device["root"], device["twins"]
        self.host.identities().write_text(json.dumps(whole))
        before = self.host.rules()
        self.host.pull("0000:3b:00")
        self.assertIn(("identity-ambiguous", GPU), self.host.findings(*CODES))
        self.assertFalse(self.host.repair()["changed"])
        self.assertEqual(before, self.host.rules())

    def test_a_card_that_moved_is_followed_with_all_its_functions(self):
        self.remember()
        self.host.insert("0000:3b:00", "pci0000:3a", "0000:3a:00.0", "0000:3c:00")
        self.host.pull("0000:3b:00")
        found = self.host.findings(*CODES)
        self.assertEqual({("identity-moved", GPU), ("identity-moved", AUDIO)}, set(found))
        self.assertIn("which is at 0000:3c:00.0 now (same place)", found["identity-moved", GPU])
        reply = self.host.repair()
        self.assertTrue(reply["changed"])
        self.assertIn("repair again once xapi answers", reply["remarks"][0])
        self.assertIn("(0000:3c:00.0)(0000:3c:00.1)", self.host.rules())
        self.assertNotIn("0000:3b:00", self.host.rules())
        kept = {device["address"] for device in json.loads(self.host.identities().read_text())["devices"]}
        self.assertLessEqual({GPU, AUDIO, "0000:3c:00.0", "0000:3c:00.1"}, kept)
        self.assertFalse(self.host.repair()["changed"])


if __name__ == "__main__":
    unittest.main()
