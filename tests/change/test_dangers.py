"""A change that asks for a reboot says what else that reboot meets, and is not refused for it."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import SOURCE, Host

RULE = "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)(0000:01:00.0)"


class Dangers(unittest.TestCase):
    def setUp(self):
        self.host = self.enterContext(Host(SOURCE / "tests/hosts/xcp-ng-8.3.host"))
        self.path = self.host.boot_file()

    def by_hand(self, rule):
        text = self.path.read_text()
        self.assertIn(RULE, text)
        self.path.write_text(text.replace(RULE, rule))

    def test_a_dead_host_is_named_whoever_made_it(self):
        self.by_hand(RULE + "(0000:88:00.0)")
        for words in (("unhide", "01:00.0"), ("hide", "18:00.0")):
            reply = self.host.ask(words[0], {"devices": words[1]})
            self.assertTrue(reply["changed"] and not reply["refused"])
            self.assertIn(("boot-controller-hidden", "0000:88:00.0"),
                          {(one["code"], one["device"]) for one in reply["dangers"]})
        text = self.host.shell("hide", "18:00.0").stdout
        self.assertRegex(text, r"(?s)takes effect at the next reboot\..*That reboot meets more.*boot-controller-hidden")

    def test_a_sound_host_has_none(self):
        self.assertNotIn("dangers", self.host.ask("hide", {"devices": "18:00.0"}))


if __name__ == "__main__":
    unittest.main()
