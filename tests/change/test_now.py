"""Devices taken from a running dom0 (hide now=true), on recorded hosts: what is done and in which order, what is
refused, and what stands when the driver never lets go or somebody is killed."""

import os
import pathlib
import signal
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, SOURCE, STATE, Failure, Host, on_every_host
from pciback import Pciback, takeable, without_vms

NAS = SOURCE / "tests/hosts/xcp-ng-8.3.host"
NIC, OTHER_NIC, NVME, USB, ROOT = "0000:89:00.1", "0000:01:00.0", "0000:5f:00.0", "0000:00:14.0", "0000:88:00.0"
MARKER = f"{STATE}/taking"


def row(reply, address):
    return next(one for one in reply["devices"] if one["address"] == address)


class Now(unittest.TestCase):
    @on_every_host
    def test_the_rule_is_written_and_then_the_device_is_taken(self, host):
        device = takeable(host)
        if not device:
            self.assertEqual("xenserver-9", host.name, "the others have a device that nobody uses")
            return
        path = host.boot_file()
        with Pciback(host, device) as kernel:
            kernel.at_unbind = path.read_bytes
            reply = host.ask("hide", {"devices": device, "now": "true"})
        self.assertTrue(reply["changed"])
        self.assertEqual([device], reply["hidden_now"])
        self.assertEqual([("unbind", device), ("new_slot", device), ("bind", device)], kernel.said)
        self.assertEqual(path.read_bytes(), kernel.seen, "the rule stands before the driver is asked")
        self.assertEqual("now and at boot", row(reply["rules"], device)["hidden"])
        self.assertEqual("take", reply["plan"][-1]["action"])
        self.assertFalse(host.path(MARKER).exists())
        again = host.ask("hide", {"devices": device, "now": "true"})
        self.assertEqual((False, []), (again["changed"], again["plan"]))
        self.assertIn(f"{device} now and at boot", host.shell("rules").stdout)
        self.assertIn("hidden now and at boot", host.shell("verify").stdout)
        self.assertIn("DOM0          hidden", host.shell("list", device).stdout)
        host.call("unhide", {"devices": device})
        self.assertEqual("now", row(host.ask("rules"), device)["hidden"])

    def test_a_dry_run_says_it_and_touches_nothing(self):
        with without_vms(Host(NAS)) as host, Pciback(host, NIC):
            before = host.fingerprint()
            reply = host.ask("hide", {"devices": NIC, "now": "true", "dry-run": "true"})
            self.assertFalse(reply["refused"])
            self.assertEqual(("take", NIC, "igb"), tuple(reply["plan"][-1][k] for k in ("action", "device", "driver")))
            text = host.shell("hide", NIC, "--now", "--dry-run").stdout
            self.assertIn(f"take {NIC} from igb now, and give it to pciback", text)
            self.assertIn("xe pif-forget", text)
            self.assertEqual(before, host.fingerprint())

    def test_what_dom0_lives_on_is_never_taken(self):
        with without_vms(Host(NAS)) as host, Pciback(host, NVME, ROOT):
            before = host.fingerprint(without=[STATE])
            for device, code in ((ROOT, "now-system-disk"), (NVME, "now-storage-in-use"), (NVME, "now-sr-plugged"),
                                 ("0000:5e:00.0", "now-network-needed"), ("0000:03:00.0", "now-boot-display"),
                                 ("0000:89:00.0", "now-physical-function"), ("0000:17:00.0", "now-chipset")):
                with self.subTest(code):
                    codes = {one["code"] for one in host.ask("hide", {
                        "devices": device, "now": "true", "dry-run": "true"})["refusals"]}
                    self.assertIn(code, codes)
                    accept = ",".join(f"{one}@{device}" for one in sorted(codes))
                    done = host.shell("hide", device, "--now", "--accept", accept)
                    self.assertEqual(1, done.returncode)
                    self.assertIn(f"{code} {device}:", done.stderr)
            self.assertEqual(before, host.fingerprint(without=[STATE]))

    def test_a_keyboard_is_taken_only_by_root_at_a_shell(self):
        with without_vms(Host(NAS)) as host, Pciback(host, USB) as kernel:
            for keys in host.path("/sys/class/input").glob("input*"):
                (keys / "capabilities").mkdir(exist_ok=True)
                (keys / "capabilities/key").write_text("1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n")
            words = {"devices": USB, "now": "true", "accept": f"now-keyboard@{USB}"}
            with self.assertRaises(Failure) as refused:
                host.call("hide", words)
            self.assertIn("now-keyboard", str(refused.exception))
            done = host.shell("hide", USB, "--now", "--accept", f"now-keyboard@{USB}")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertEqual(3, len(kernel.said))

    def test_a_mouse_is_no_keyboard(self):
        with without_vms(Host(NAS)) as host, Pciback(host, USB):
            for keys in host.path("/sys/class/input").glob("input*"):
                (keys / "capabilities").mkdir(exist_ok=True)
                (keys / "capabilities/key").write_text("1f0000 0 0 0 0\n")
            reply = host.ask("hide", {"devices": USB, "now": "true", "dry-run": "true"})
            self.assertEqual([], [one["code"] for one in reply["refusals"]])

    def test_a_program_that_has_a_node_open_is_named(self):
        with without_vms(Host(NAS)) as host, Pciback(host, USB):
            usb = host.path("/sys/bus/usb/devices/1-4")
            usb.parent.mkdir(parents=True)
            place = host.path(f"/sys/devices/pci0000:00/{USB}/usb1/1-4")
            place.mkdir(parents=True, exist_ok=True)
            (place / "uevent").write_text("DEVTYPE=usb_device\nDEVNAME=bus/usb/001/004\n")
            usb.symlink_to(f"../../../devices/pci0000:00/{USB}/usb1/1-4")
            process = host.path("/proc/2711")
            (process / "fd").mkdir(parents=True)
            (process / "comm").write_text("qemu-dm-7\n")
            (process / "fd/12").symlink_to("/dev/bus/usb/001/004")
            reply = host.ask("hide", {"devices": USB, "now": "true", "dry-run": "true"})
            said = [one["message"] for one in reply["refusals"] if one["code"] == "now-node-open"]
            self.assertEqual(1, len(said), reply["refusals"])
            self.assertIn("qemu-dm-7 (2711) has /dev/bus/usb/001/004 open", said[0])

    def test_arguments_that_make_no_sense(self):
        with Host(NAS) as host:
            for words in ({"devices": "none", "replace": "true", "now": "true"}, {"devices": NIC, "now": "yes"},
                          {"devices": NIC, "now": "true", "trial": "true"}):
                with self.assertRaises(Failure) as refused:
                    host.call("hide", words)
                self.assertEqual("PCI_PASSTHROUGH_INVALID_ARGUMENT", refused.exception.code)

    def test_what_fails_is_said_with_each_driver_and_the_rule_stands(self):
        with without_vms(Host(NAS)) as host:
            with Pciback(host, NIC) as kernel:
                kernel.slots["bind"].unlink()
                with self.assertRaises(Failure) as failed:
                    host.call("hide", {"devices": f"{NIC},{OTHER_NIC}", "now": "true"})
            self.assertEqual("PCI_PASSTHROUGH_INTERNAL_ERROR", failed.exception.code)
            self.assertIn("The hide rules stand", failed.exception.sentence)
            self.assertEqual([f"{NIC}: hidden at boot; now no driver has it (cannot write "
                              "/sys/bus/pci/drivers/pciback/bind (No such file or directory))",
                              f"{OTHER_NIC}: hidden at boot; now igb has it (it was not tried)"],
                             sorted(failed.exception.details, reverse=True))
            for device in (NIC, OTHER_NIC):
                self.assertEqual("at boot", row(host.ask("rules"), device)["hidden"])
            self.assertFalse(host.path(MARKER).exists(), "the kernel has answered")

    def stuck(self, host):
        """A call that waits for a driver which never lets go, its child behind the marker."""
        process = host.start("hide", {"devices": NIC, "now": "true"})
        while not host.path(MARKER).exists():
            self.assertIsNone(process.poll(), "it ended")
            time.sleep(0.01)
        return process

    def test_killed_while_the_driver_hangs_every_later_change_says_so(self):
        with without_vms(Host(NAS)) as host, Pciback(host, NIC, OTHER_NIC, stuck=True):
            process = self.stuck(host)
            os.kill(process.pid, signal.SIGKILL)
            output, errors = process.communicate()  # the child has neither: this ends
            self.assertEqual(b"", output)
            self.assertEqual("disable_on_reboot", row(host.ask("rules"), NIC)["dom0_access"])
            with self.assertRaises(Failure) as refused:
                host.call("hide", {"devices": OTHER_NIC, "now": "true"})
            self.assertIn(f"now-take-unfinished {OTHER_NIC}: {NIC} is being taken from its driver igb",
                          str(refused.exception))
            reply = host.ask("hide", {"devices": "0000:00:11.5"})  # no lock is held
            self.assertTrue(reply["changed"])
            told = [one for one in reply["findings"] if one["code"] == "take-unfinished"]
            self.assertEqual([(NIC, "error")], [(one["device"], one["severity"]) for one in told])
            self.assertIn("the kernel does not return", told[0]["message"])
            self.assertIn("take-unfinished", host.shell("list", NIC).stdout)
            host.path("/proc/sys/kernel/random/boot_id").write_text("another\n")
            codes = {one["code"] for one in host.ask("verify")["findings"]}
            self.assertNotIn("take-unfinished", codes, "the host was booted since")

    def test_of_a_stuck_device_nothing_is_read_that_may_hang(self):
        with without_vms(Host(NAS)) as host, Pciback(host, NIC, stuck=True):
            process = self.stuck(host)
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            uevent = host.path(f"/sys/bus/pci/devices/{NIC}/uevent")
            uevent.write_text("DRIVER=read\nPCI_CLASS=20000\nPCI_ID=8086:1521\nPCI_SUBSYS_ID=8086:0002\n")
            self.assertEqual("igb", row(host.ask("list", {"devices": NIC}), NIC)["driver"])

    def test_two_at_once(self):
        with without_vms(Host(NAS)) as host, Pciback(host, NIC) as kernel:
            both = [host.start("hide", {"devices": NIC, "now": "true"}) for _ in range(2)]
            outputs = [process.communicate()[0] for process in both]
            self.assertEqual([0, 0], [process.returncode for process in both])
            self.assertTrue(all(b"Success" in output for output in outputs), outputs)
            self.assertEqual(3, len(kernel.said), "it is taken once")


if __name__ == "__main__":
    unittest.main()
