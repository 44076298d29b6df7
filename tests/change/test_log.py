"""The line that a change leaves in syslog: who, what, before, after, and which checks were accepted.

Runs itself in a mount namespace of its own, where /dev/log is a socket that it reads."""

import os
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, Host

INSIDE = "PCI_PASSTHROUGH_OWN_DEV"
OWN_DEV = """
mount --make-rprivate / 2>/dev/null || mount --make-rprivate /dev || exit 77  # in a chroot, / is no mount
mount -t tmpfs tmpfs /dev || exit 77
mknod /dev/null c 1 3 && mknod /dev/random c 1 8 && mknod /dev/urandom c 1 9 || exit 77
ln -s /proc/self/fd /dev/fd
exec "$@"
"""


class Syslog(unittest.TestCase):
    def setUp(self):
        self.log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.log.close)
        self.log.bind("/dev/log")
        self.addCleanup(os.unlink, "/dev/log")
        self.log.settimeout(0)

    def lines(self):
        found = []
        try:
            while True:
                found.append(self.log.recv(65536).decode())
        except BlockingIOError:
            return found

    def test_a_change_leaves_its_line(self):
        read = 0
        for recording in RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                addresses = host.harmless(2)
                if len(addresses) < 2:
                    continue
                other, address = addresses
                host.call("hide", {"devices": other})
                self.lines()
                host.call("hide", {"devices": address})
                lines = self.lines()
                line = "\n".join(one for one in lines if address in one)
                self.assertIn("pci-passthrough", line)
                self.assertIn("hide", line)
                self.assertIn("xapi", line, "who")
                self.assertIn(f"({other})({address})", line, "after")
                self.assertGreaterEqual(line.count(f"({other})"), 2, "before and after")
                self.assertTrue(line.startswith("<"), "a priority")
                self.assertEqual(1, int(line[1:line.index(">")]) >> 3, "facility user")
                read += 1
        self.assertGreaterEqual(read, 2)

    def test_what_was_accepted_is_in_it(self):
        accepted = 0
        for recording in RECORDINGS:
            with self.subTest(recording.name), Host(recording) as host:
                for device in host.ask("list")["devices"]:
                    if device["class_id"] != "0300":
                        continue
                    address = device["address"]
                    dry = host.ask("hide", {"devices": address, "dry-run": "true"})
                    wanted = [f"{finding['code']}@{finding['device']}"
                              for finding in dry["findings"] if finding["severity"] == "block"]
                    if not dry["refused"]:
                        continue
                    self.lines()
                    host.call("hide", {"devices": address, "accept": ",".join(wanted)})
                    text = "\n".join(self.lines())
                    for one in wanted:
                        self.assertIn(one, text)
                    accepted += 1
        self.assertGreater(accepted, 0)

    def test_a_question_and_a_dry_run_leave_none(self):
        with Host(RECORDINGS[0]) as host:
            (address,) = host.harmless(1)
            host.call("list")
            host.call("hide", {"devices": address, "dry-run": "true"})
            self.assertEqual([], self.lines())


if __name__ == "__main__":
    if INSIDE in os.environ:
        unittest.main()
    own_mounts = ["unshare", "--mount", "--propagation", "unchanged"]
    status = 77
    if subprocess.run([*own_mounts, "true"]).returncode == 0:
        status = subprocess.run([*own_mounts, "sh", "-c", OWN_DEV, "sh", sys.executable, __file__],
                                env={**os.environ, INSIDE: "1"}).returncode
    if status == 77:
        print("skipped: no mount namespace with a /dev of its own can be had here")
    sys.exit(status)
