"""The lock, the state directory, and a program of the host that fails in the middle of a change."""

import fcntl
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, STATE, Failure, Host

STUB_HEAD = "#!/bin/sh\n# pci-passthrough stub\n"


class StateDirectory(unittest.TestCase):
    def setUp(self):
        self.host = self.enterContext(Host(RECORDINGS[0]))
        (self.address,) = self.host.harmless(1)
        self.path = self.host.boot_file()
        self.before = self.path.read_bytes()

    def hide(self):
        """The failure that it must be; the boot file stays."""
        with self.assertRaises(Failure) as caught:
            self.host.call("hide", {"devices": self.address})
        self.assertEqual(self.before, self.path.read_bytes())
        return caught.exception

    def test_busy_while_another_holds_the_lock(self):
        state = self.host.path(STATE)
        state.mkdir(mode=0o700, parents=True)
        directory = os.open(state, os.O_RDONLY)
        self.addCleanup(os.close, directory)
        fcntl.flock(directory, fcntl.LOCK_EX)
        self.assertEqual("PCI_PASSTHROUGH_BUSY", self.hide().code)
        self.host.ask("list")  # a question waits for no lock
        fcntl.flock(directory, fcntl.LOCK_UN)
        self.assertTrue(self.host.ask("hide", {"devices": self.address})["changed"])

    def test_a_link_is_refused(self):
        state = self.host.path(STATE)
        state.parent.mkdir(parents=True, exist_ok=True)
        (state.parent / "elsewhere").mkdir(mode=0o700)
        state.symlink_to("elsewhere")
        self.assertIn(STATE, self.hide().sentence)
        self.assertEqual([], list((state.parent / "elsewhere").iterdir()))

    def test_one_that_others_may_write_is_refused(self):
        state = self.host.path(STATE)
        state.mkdir(parents=True)
        state.chmod(0o777)
        self.assertIn(STATE, self.hide().sentence)

    def test_so_is_a_directory_below_it(self):
        backups = self.host.path(STATE) / "backups"
        backups.mkdir(mode=0o700, parents=True)
        backups.parent.chmod(0o700)
        backups.chmod(0o777)
        self.assertIn(f"{STATE}/backups may be written by others", self.hide().sentence)
        backups.chmod(0o700)
        os.chown(backups, 1234, 1234)
        self.assertIn(f"{STATE}/backups belongs to user 1234", self.hide().sentence)
        os.chown(backups, os.geteuid(), -1)
        (backups / "deeper").symlink_to("/")
        self.assertIn(f"{STATE}/backups/deeper is a link", self.hide().sentence)
        (backups / "deeper").unlink()
        self.assertTrue(self.host.ask("hide", {"devices": self.address})["changed"])

    def test_a_boot_file_that_is_too_large_is_not_read(self):
        self.path.write_bytes(self.before + b"#" * (1 << 20))
        self.before = self.path.read_bytes()
        failure = self.hide()
        self.assertEqual("PCI_PASSTHROUGH_BOOT_CONFIG_UNREADABLE", failure.code)
        self.assertIn("more than 1 MiB", failure.sentence)
        self.assertIn("Shorten it by hand", " ".join(failure.details))

    def test_one_that_is_not_ours_is_refused(self):
        state = self.host.path(STATE)
        state.mkdir(mode=0o700, parents=True)
        os.chown(state, 1234, 1234)
        self.assertIn(STATE, self.hide().sentence)


class HostPrograms(unittest.TestCase):
    def test_extlinux_fails(self):
        tried = 0
        for recording in RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                path, program = host.boot_file(), host.path("/sbin/extlinux")
                if path.name != "extlinux.conf" or not program.exists():
                    continue
                (address,) = host.harmless(1)
                before = path.read_bytes()
                program.write_text(STUB_HEAD + "echo 'no space for ldlinux.sys' >&2\nexit 3\n")
                program.chmod(0o755)
                with self.assertRaises(Failure) as caught:
                    host.call("hide", {"devices": address})
                self.assertEqual(before, path.read_bytes())
                self.assertIn("/sbin/extlinux", caught.exception.sentence)
                self.assertIn("no space for ldlinux.sys", str(caught.exception))
                program.write_text(STUB_HEAD + "exit 0\n")
                self.assertTrue(host.ask("hide", {"devices": address})["changed"])
                tried += 1
        self.assertGreater(tried, 0)


if __name__ == "__main__":
    unittest.main()
