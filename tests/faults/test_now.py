"""hide now=true, disturbed: killed before each call that changes something, each of them failing, and each file that the
child writes failing. The rule comes first, what stands is said, and the next call ends the work."""

import contextlib
import errno
import functools
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RELEASE, SOURCE, STATE, Failure, Host, read_reply
from pciback import Pciback, takeable, without_vms
from strace import Scene, two_at_a_time

MARKER = f"{STATE}/taking"
ERRORS = ("ENOSPC", "EIO", "EROFS")


def works_below(root):
    """Is a process of the plugin's still at work there?"""
    wanted = f"PCI_PASSTHROUGH_ROOT={root}".encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                return True
    return False


class NowScene(Scene):
    def __init__(self, kind, recording):
        self.drivers = {}
        with Host(SOURCE / f"tests/hosts/{recording}.host", RELEASE) as host:
            self.device = takeable(host)
            self.driver = host.ask("list", {"devices": self.device})["devices"][0]["driver"]
        devices = {"devices": self.device}
        super().__init__(kind, recording, ("hide", devices | {"now": "true"}), ("unhide", devices))

    @contextlib.contextmanager
    def around(self, host):
        with Pciback(host, self.device) as kernel:
            yield
            while works_below(host.root):  # the child outlives who is killed
                time.sleep(0.005)
        self.drivers[host.root] = kernel.driver(self.device)

    @contextlib.contextmanager
    def copy(self):
        with super().copy() as host:
            without_vms(host)
            with Pciback(host, self.device, stuck=True) as kernel:  # what is below /sys stays from the last time
                kernel.set_driver(self.device, self.driver)
            yield host


class Now(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = NowScene("grub, UEFI", "xcp-ng-8.3")
        cls.addClassCleanup(cls.scene.__exit__)

    def check_ends_well(self, scene, host, label):
        """The same call once more; then the rule goes again."""
        with scene.around(host):
            host.ask(*scene.change)
        self.assertEqual("pciback", scene.drivers[host.root], label)
        self.assertEqual(scene.new, host.path(scene.boot_file).read_bytes(), label)
        host.call(*scene.back)
        self.assertEqual(scene.old, host.path(scene.boot_file).read_bytes(), label)
        self.assertEqual([], [name for name in scene.leftovers(host) if not name.startswith(("/dev", "/.xapi"))], label)

    def check_what_stands(self, scene, host, label):
        """Never the device without the rule."""
        found = host.path(scene.boot_file).read_bytes()
        self.assertIn(found, (scene.old, scene.new), label)
        driver = scene.drivers[host.root]
        self.assertIn(driver, (scene.driver, "pciback"), label)
        if found == scene.old:
            self.assertEqual(scene.driver, driver, label)
        self.assertFalse(host.path(MARKER).exists(), label)
        return driver

    def killed(self, scene, call):
        with scene.copy() as host:
            status, _ = scene.disturbed(host, call, "error=EIO:signal=KILL")
            self.assertIn(status, (0, -9) if call.name in scene.moving else (-9,), f"{call.label}: was not reached")
            driver = self.check_what_stands(scene, host, call.label)
            self.check_ends_well(scene, host, call.label)
            return driver

    def failed(self, scene, call, error):
        label = f"{error} at {call.label}"
        with scene.copy() as host:
            status, output = scene.disturbed(host, call, f"error={error}")
            driver = self.check_what_stands(scene, host, label)
            if not call.replies:
                self.assertEqual(0, status, label)
                with contextlib.suppress(Failure):
                    read_reply(output)
                    self.assertEqual("pciback", driver, f"{label}: said to be done")
            self.check_ends_well(scene, host, label)

    def test_killed_before_each_call_that_changes_something(self):
        calls = [call for call in self.scene.calls if call.changes or "fork" in call.name or "clone" in call.name]
        drivers = two_at_a_time(functools.partial(self.killed, self.scene), [(call,) for call in calls])
        self.assertEqual({self.scene.driver, "pciback"}, set(drivers))
        print(f"killed {len(calls)} times; pciback had the device {drivers.count('pciback')} times")

    def test_each_call_that_changes_something_fails(self):
        cases = [(call, error) for call in self.scene.calls if call.changes for error in ERRORS]
        two_at_a_time(functools.partial(self.failed, self.scene), cases)

    def test_each_file_that_the_child_writes_fails(self):
        scene = self.scene
        steps = [("taking.pci-passthrough.tmp", scene.driver, "taking"),
                 (f"/sys/bus/pci/drivers/{scene.driver}/unbind", scene.driver, "unbind"),
                 ("/sys/bus/pci/drivers/pciback/new_slot", None, "new_slot"),
                 ("/sys/bus/pci/drivers/pciback/bind", None, "bind")]
        for path, driver, said in steps:
            for error in ERRORS:
                with self.subTest(f"{error} at {said}"), scene.copy() as host:
                    where = str(host.path(path).resolve()) if path.startswith("/") else path
                    with Pciback(host, scene.device) as kernel:
                        kernel.bound_to = None
                        process = host.start(*scene.change, [
                            "strace", "-f", "-qq", "-o", "/dev/null", "-P", where, "-e", f"inject=openat:error={error}"])
                        output, _ = process.communicate()
                    with self.assertRaises(Failure) as failed:
                        read_reply(output)
                    self.assertIn("The hide rules stand", failed.exception.sentence)
                    self.assertIn(os.strerror(getattr(errno, error)), failed.exception.sentence)
                    self.assertIn(said, failed.exception.sentence)
                    words = f"{driver} has it" if driver else "no driver has it"
                    self.assertIn(f"{scene.device}: hidden at boot; now {words}", failed.exception.details[0])
                    self.assertEqual(scene.new, host.path(scene.boot_file).read_bytes())
                    self.assertFalse(host.path(MARKER).exists())
                    self.check_ends_well(scene, host, said)

    def test_no_child_can_be_made(self):
        scene = self.scene
        with scene.copy() as host, Pciback(host, scene.device):
            process = host.start(*scene.change, [
                "strace", "-qq", "-o", "/dev/null", "-e", "inject=clone,clone3,fork,vfork:error=EAGAIN"])
            with self.assertRaises(Failure) as failed:
                read_reply(process.communicate()[0])
            self.assertIn("cannot start a child", failed.exception.sentence)
            self.assertEqual(scene.new, host.path(scene.boot_file).read_bytes())


if __name__ == "__main__":
    unittest.main()
