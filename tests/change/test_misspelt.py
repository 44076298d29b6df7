"""A call that cannot be carried out touches nothing, not even the lock's directory."""

import itertools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import Failure, Host, RECORDINGS, STATE

FUNCTIONS = {"hide": "devices", "unhide": "devices", "assign": "vm", "unassign": "vm", "restore": "id",
             "import": "file", "repair": None, "undo": None}
VALUES = ["", " ", "99:00.0", "0000:00:1g.0", "00:00", "?", "all", "none", "group:zz", "x\ny", "a" * 300]
OTHERS = [{"device": "01:00.0"}, {"accept": "x"}, {"accept": "no-check@01:00.0"}, {"entries": "some"},
          {"dry-run": "yes"}, {"replace": "2"}, {"format": "xml"}]


def calls():
    """Every function that changes, misspelt in its name, its value, and each other argument."""
    for name, key in FUNCTIONS.items():
        given = {key: "99:00.0"} if key else {}
        yield from ((name[:-1] + other, given) for other in ("", "ee", name[-1].upper()))
        yield from ((name, {key: value}) for value in VALUES if key)
        yield from ((name, {**given, **other}) for other in OTHERS)


class Misspelt(unittest.TestCase):
    def test_touches_nothing(self):
        failed = 0
        for recording in RECORDINGS[:2]:
            with Host(recording) as host:
                before = host.fingerprint()
                for function, arguments in calls():
                    try:
                        host.call(function, arguments)
                    except Failure:
                        failed += 1
                        self.assertEqual(before, host.fingerprint(), (function, arguments))
                    else:
                        self.assertFalse(host.path(STATE).exists(), (function, arguments))
                device = host.ask("list")["devices"][0]["address"]
                for bad in itertools.product(["hide", "unhide"], [f"{device},99:00.0", f"99:00.0,{device}"]):
                    self.assertEqual(1, host.shell(*bad).returncode, bad)
                self.assertEqual(before, host.fingerprint())
        self.assertGreater(failed, 150)


if __name__ == "__main__":
    unittest.main()
