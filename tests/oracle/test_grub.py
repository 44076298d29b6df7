"""grub-script-check on every grub.cfg of ours, before and after a change."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, Host


def accepted_by_grub(path):
    return subprocess.run(["grub-script-check", path], capture_output=True).returncode == 0


class GrubScriptCheck(unittest.TestCase):
    def test_an_edited_file_is_a_script_still(self):
        checked = 0
        for recording in RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                path = host.boot_file()
                if path.suffix != ".cfg":
                    continue
                self.assertTrue(accepted_by_grub(path))
                before = path.read_bytes()
                host.call("hide", {"devices": host.harmless(1)[0]})
                self.assertNotEqual(before, path.read_bytes())
                self.assertTrue(accepted_by_grub(path))
                checked += 1
        self.assertGreater(checked, 0)

    def test_the_oracle_bites(self):
        with Host(RECORDINGS[0]) as host:
            host.path("/x.cfg").write_text("menuentry 'a' {\n")
            self.assertFalse(accepted_by_grub(host.path("/x.cfg")))


if __name__ == "__main__":
    unittest.main()
