"""A hide on trial, from the first word to the last, on each boot loader: armed, tried, confirmed, not confirmed,
abandoned; what is refused meanwhile; two at once."""

import functools
import os
import shutil
import subprocess
import sys
import pathlib
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RELEASE, SOURCE, Failure, Host
from trials import Trials

HOSTS = ("xenserver-6.2", "xenserver-9", "xcp-ng-8.3-kernel-alt")


def on_each_loader(test):
    @functools.wraps(test)
    def run(self):
        for name in HOSTS:
            with self.subTest(name), Host(SOURCE / f"tests/hosts/{name}.host", RELEASE) as host:
                trials = Trials(host)
                self.device = host.harmless(1)[0]
                test(self, host, trials)
    return run


class Trial(unittest.TestCase):
    def arm(self, host):
        reply = host.ask("hide", {"devices": self.device, "trial": "true"})
        self.assertTrue(reply["changed"] and reply["reboot_required"])
        return reply

    def held(self, host, entry):
        (row,) = [one for one in host.ask("rules")["entries"] if one[entry]]
        return self.device in row.get("devices", [])

    @on_each_loader
    def test_confirmed(self, host, trials):
        host.settle(trials.file, self.device)
        first = trials.file.read_bytes()
        self.assertTrue(host.ask("hide", {"devices": self.device})["changed"])
        hidden = trials.file.read_bytes()
        self.assertTrue(host.ask("unhide", {"devices": self.device})["changed"])
        self.assertEqual(first, trials.file.read_bytes())

        reply = self.arm(host)
        self.assertEqual(["replace", "mark"], [step["action"] for step in reply["plan"] if step["action"] != "run"])
        self.assertIsNotNone(trials.mark())
        self.assertEqual("armed", trials.state())
        self.assertEqual((True, False), (self.held(host, "next"), self.held(host, "default")))
        trials.boot()
        self.assertEqual(("running", None), (trials.state(), trials.mark()))
        self.assertTrue(host.ask("confirm")["changed"])
        self.assertEqual(("none", None, hidden), (trials.state(), trials.mark(), trials.file.read_bytes()))
        self.assertTrue(host.ask("unhide", {"devices": self.device})["changed"])
        self.assertEqual(first, trials.file.read_bytes())

    @on_each_loader
    def test_not_confirmed(self, host, trials):
        first = trials.file.read_bytes()
        self.arm(host)
        trials.boot()
        trials.boot()
        self.assertEqual("over", trials.state())
        self.assertEqual((False, False), (self.held(host, "next"), self.held(host, "default")))
        with self.assertRaises(Failure):
            host.call("confirm")
        self.assertIn("trial-over", {one["code"] for one in host.ask("verify")["findings"]})
        self.arm(host)  # once more, over what the first left
        self.assertEqual("armed", trials.state())
        self.assertTrue(host.ask("abandon")["changed"])
        self.assertEqual((first, None, "none"), (trials.file.read_bytes(), trials.mark(), trials.state()))

    @on_each_loader
    def test_abandoned_at_each_stage(self, host, trials):
        first = trials.file.read_bytes()
        for boots in range(3):
            self.arm(host)
            for _ in range(boots):
                trials.boot()
            self.assertTrue(host.ask("abandon")["changed"])
            self.assertEqual((first, None, "none"), (trials.file.read_bytes(), trials.mark(), trials.state()), boots)
            self.assertFalse(host.ask("abandon")["changed"])

    @on_each_loader
    def test_a_mark_that_is_kept(self, host, trials):
        self.arm(host)
        trials.boot(can_write=False)
        self.assertEqual("running", trials.state())
        self.assertIn("trial-mark-kept", {one["code"] for one in host.ask("verify")["findings"]})
        told = host.shell("confirm", "--at-boot")
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertIn("had not taken the mark", told.stdout)
        self.assertEqual(("running", None), (trials.state(), trials.mark()))
        self.assertEqual(0, host.shell("confirm", "--at-boot").returncode, "nothing is left to do")
        trials.boot()
        self.assertEqual("over", trials.state())

    @on_each_loader
    def test_everything_else_waits(self, host, trials):
        self.arm(host)
        for _ in range(2):
            before = trials.file.read_bytes(), trials.mark()
            for change in (("hide", {"devices": self.device}), ("rescue", {}), ("undo", {}),
                           ("hide", {"devices": self.device, "trial": "true"})):
                with self.assertRaises(Failure) as refused:
                    host.call(*change)
                self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
                self.assertIn("trial-pending", " ".join(refused.exception.details))
                self.assertTrue(host.ask(change[0], {**change[1], "dry-run": "true"})["refused"])
            self.assertEqual(before, (trials.file.read_bytes(), trials.mark()))
            trials.boot()

    def arm_auto(self, host, trials):
        trials.make_auto()
        reply = host.ask("hide", {"devices": self.device, "trial": "auto"})
        said = " ".join(reply["remarks"])
        for words in ("confirms itself as soon as", "has the address 10.0.0.5", "reboots the host into the old entry",
                      "It has 600 s", "switched off and on"):
            self.assertIn(words, said)
        self.assertEqual(600, host.ask("list")["trial"]["auto_seconds"])
        self.assertIn("pci-passthrough.auto=600", trials.entry())

    @on_each_loader
    def test_auto_confirms_itself(self, host, trials):
        self.arm_auto(host, trials)
        trials.boot_auto(self.device, 60)
        self.assertIn("confirms itself until 22:23 UTC", host.shell("rules").stdout)
        self.assertIn("confirms itself until 22:23 UTC", host.shell("list").stdout)
        self.assertIn("confirms itself until 22:23 UTC", host.shell("verify").stdout)
        told = host.shell("confirm", "--wait")
        self.assertEqual(0, told.returncode, told.stderr)
        self.assertIn("it confirms itself", told.stderr)
        self.assertEqual(("none", None), (trials.state(), trials.mark()))
        self.assertFalse(host.path("/var/lib/pci-passthrough/trial").exists())
        self.assertNotIn("pci-passthrough.auto", trials.file.read_text())
        self.assertTrue(self.held(host, "default"))
        self.assertEqual(0, host.shell("confirm", "--wait").returncode, "nothing is left to wait for")

    @on_each_loader
    def test_auto_goes_back(self, host, trials):
        self.arm_auto(host, trials)
        trials.boot_auto(self.device, 600)
        trials.change_records("PBD", lambda pbd: pbd.update(currently_attached=False))
        before = trials.file.read_bytes()
        os.mkfifo(trials.down)
        process = subprocess.Popen([RELEASE, "confirm", "--wait"], env=host.environment(), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            self.assertEqual("-r now\n", trials.down.read_text())
        finally:
            process.kill()
        self.assertIn("reboots into the old entry. pbds: The PBD of ", process.communicate()[1])
        self.assertEqual((before, None), (trials.file.read_bytes(), trials.mark()))
        trials.boot()
        self.assertEqual("over", trials.state())
        self.assertIn("did not confirm itself: pbds: The PBD of ", host.ask("rules")["trial"]["message"])
        self.assertTrue(host.ask("abandon")["changed"])

    @on_each_loader
    def test_auto_is_refused(self, host, trials):
        trials.make_auto()
        asked = {"devices": self.device, "trial": "auto"}
        for path, code in (("/var/run/xapi_init_complete.cookie", "trial-auto-unmet"), ("/sbin/ip", "trial-auto-unmet"),
                           ("/.xapi/PBD.get_all_records", "trial-auto-unmet"),
                           ("/etc/rc.d/rc3.d/S99pci-passthrough-trial", "trial-auto-no-unit"),
                           ("/usr/lib/systemd/system/pci-passthrough-auto.service", "trial-auto-no-unit")):
            if host.path(path).exists():
                host.path(path).rename(host.path("/away"))
                self.assertIn(code, {one["code"] for one in host.ask("hide", {**asked, "dry-run": "true"})["refusals"]})
                with self.assertRaises(Failure) as refused:
                    host.call("hide", asked)
                self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
                host.path("/away").rename(host.path(path))
        with self.assertRaises(Failure) as refused:
            host.call("confirm", {"wait": "true"})
        self.assertEqual("PCI_PASSTHROUGH_NOT_PERMITTED", refused.exception.code)
        self.assertEqual("none", trials.state())

    @on_each_loader
    def test_two_at_once(self, host, trials):
        both = [host.start("hide", {"devices": self.device, "trial": "true"}) for _ in range(2)]
        told = [process.communicate()[0] for process in both]
        self.assertEqual(1, sum(b"Success" in one for one in told), told)
        self.assertEqual(1, sum(b"trial-pending" in one for one in told), told)
        self.assertEqual("armed", trials.state())

    @on_each_loader
    def test_arguments_of_the_permanent_hide(self, host, _):
        for more in ({"replace": "true"}, {"xen-arguments": "true"}, {"entries": "all"}):
            with self.assertRaises(Failure) as refused:
                host.call("hide", {"devices": self.device, "trial": "true", **more})
            self.assertEqual("PCI_PASSTHROUGH_INVALID_ARGUMENT", refused.exception.code)

    def test_a_grubenv_that_is_missing(self):
        with Host(SOURCE / "tests/hosts/xenserver-9.host", RELEASE) as host:
            trials = Trials(host)
            trials.environment().unlink()
            self.device = host.harmless(1)[0]
            self.arm(host)
            self.assertEqual(1024, trials.environment().stat().st_size)
            trials.boot()
            self.assertEqual("running", trials.state())

    @unittest.skipUnless(shutil.which("grub-editenv"), "grub-editenv is not installed")
    def test_grubenv_as_grub_writes_it(self):
        for name in HOSTS[1:]:
            with self.subTest(name), Host(SOURCE / f"tests/hosts/{name}.host", RELEASE) as host:
                trials = Trials(host)
                self.device = host.harmless(1)[0]
                path = trials.environment()
                for more in ([], ["set", "saved_entry=1"]):
                    if more:
                        subprocess.run(["grub-editenv", path, *more], check=True)
                    first = path.read_bytes()
                    self.arm(host)
                    ours, mark = path.read_bytes(), trials.mark()
                    host.call("abandon")
                    self.assertEqual(first, path.read_bytes())
                    subprocess.run(["grub-editenv", path, "set", f"override_entry={mark}"], check=True)
                    self.assertEqual(path.read_bytes(), ours)
                    subprocess.run(["grub-editenv", path, "unset", "override_entry"], check=True)


if __name__ == "__main__":
    unittest.main()
