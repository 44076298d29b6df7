"""What must not happen does not: each refusal names its check and its device, and leaves every file
as it was."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, STATE, Failure, Host, on_every_host

DETAIL = re.compile(r"([a-z][a-z0-9-]+) ([0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]): \S.*")

# What dom0 lives on, by the remarks at the head of the recordings.
DISK = {
    "xenserver-6.2": "0000:00:1f.2",
    "xcp-ng-8.2-bios": "0000:02:00.0",
    "xcp-ng-8.3": "0000:88:00.0",
    "xcp-ng-8.3-kernel-alt": "0000:00:17.0",
    "xenserver-9": "0000:00:0e.0",
    "lab-xen-4.17": "0000:00:1f.2",
}
NETWORK = {
    "xenserver-6.2": ["0000:03:00.0"],
    "xcp-ng-8.2-bios": ["0000:03:00.0"],
    "xcp-ng-8.3": ["0000:5e:00.0", "0000:5e:00.1"],
    "xcp-ng-8.3-kernel-alt": ["0000:02:00.0"],
    "xenserver-9": ["0000:01:00.0"],
    "lab-xen-4.17": ["0000:01:00.0"],
}
CONSOLE = {
    "xenserver-6.2": "0000:07:03.0",
    "xcp-ng-8.2-bios": "0000:01:00.1",
    "xcp-ng-8.3": "0000:03:00.0",
    "xcp-ng-8.3-kernel-alt": "0000:00:02.0",
    "xenserver-9": "0000:00:02.0",
    "lab-xen-4.17": None,  # it has no display
}


def critical(devices, *kinds):
    return [device["address"] for device in devices
            if any(use["kind"] in kinds and use["critical"] for use in device["used_by"])]


def of_class(devices, class_id):
    return [device["address"] for device in devices if device["class_id"] == class_id]


class Refused(unittest.TestCase):
    def fails(self, host, function, arguments):
        before = host.fingerprint(without=(STATE,))
        with self.assertRaises(Failure) as caught:
            host.call(function, arguments)
        self.assertEqual(before, host.fingerprint(without=(STATE,)))
        self.assertTrue(caught.exception.sentence.strip())
        return caught.exception

    def refusals(self, host, address):
        """[CHECK@ADDRESS] that xapi's client is told, one plain line each."""
        failure = self.fails(host, "hide", {"devices": address})
        self.assertEqual("PCI_PASSTHROUGH_REFUSED", failure.code, failure)
        for detail in failure.details:
            self.assertRegex(detail, DETAIL)
        found = ["@".join(DETAIL.fullmatch(detail).groups()) for detail in failure.details]
        self.assertTrue(any(one.endswith(address) for one in found), failure)
        return found

    @on_every_host
    def test_what_dom0_lives_on(self, host):
        devices = host.ask("list")["devices"]
        disks = critical(devices, "mount", "swap", "disk")
        networks = critical(devices, "management")
        bridges = of_class(devices, "0604")
        self.assertLessEqual({DISK[host.name]}, set(disks))
        self.assertLessEqual(set(NETWORK[host.name]), set(networks))
        self.assertTrue(bridges)
        for address in sorted({*disks, *networks, *bridges}):
            with self.subTest(address=address):
                if len(address) > len("0000:00:00.0"):  # a VMD segment, which no rule can name
                    failure = self.fails(host, "hide", {"devices": address})
                    self.assertEqual("PCI_PASSTHROUGH_INVALID_ARGUMENT", failure.code, failure)
                    continue
                found = self.refusals(host, address)
                failure = self.fails(host, "hide", {"devices": address, "accept": ",".join(found)})
                self.assertEqual("PCI_PASSTHROUGH_REFUSED", failure.code, failure)

    @on_every_host
    def test_root_at_a_shell_may_accept(self, host):
        address, path = DISK[host.name], host.boot_file()
        found, before = self.refusals(host, address), path.read_bytes()
        for accepted in ([], found[1:], [one.split("@")[0] + "@0000:00:00.0" for one in found]):
            done = host.shell("hide", address, *(["--accept", ",".join(accepted)] if accepted else []))
            self.assertNotEqual(0, done.returncode, accepted)
            self.assertEqual(before, path.read_bytes())
        done = host.shell("hide", address, "--accept", ",".join(found))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(f"({address})", path.read_text())

    @on_every_host
    def test_the_console_may_be_accepted_through_xapi(self, host):
        address = CONSOLE[host.name]
        if address is None:
            return
        found = self.refusals(host, address)
        self.fails(host, "hide", {"devices": address, "accept": found[0].split("@")[0] + "@0000:00:00.0"})
        self.assertTrue(host.ask("hide", {"devices": address, "accept": ",".join(found)})["changed"])
        self.assertIn(f"({address})", host.boot_file().read_text())

    @on_every_host
    def test_a_dry_run_says_it_as_data(self, host):
        address = DISK[host.name]
        reply = host.ask("hide", {"devices": address, "dry-run": "true"})
        self.assertEqual((True, False), (reply["refused"], reply["changed"]))
        self.assertTrue(any(finding["severity"] == "block" and finding["device"] == address
                            for finding in reply["findings"]))

    @on_every_host
    def test_one_refused_refuses_all(self, host):
        devices = f"{host.harmless(1)[0]},{DISK[host.name]}"
        self.assertEqual("PCI_PASSTHROUGH_REFUSED", self.fails(host, "hide", {"devices": devices}).code)

    @on_every_host
    def test_bad_input_is_named(self, host):
        for code, named, function, arguments in (
                ("PCI_PASSTHROUGH_UNKNOWN_DEVICE", "0000:fe:1f.7", "hide", {"devices": "fe:1f.7"}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "6:0", "hide", {"devices": "6:0"}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "06:00.8", "hide", {"devices": "06:00.8"}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "devices", "hide", {}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "devices", "hide", {"devices": ""}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "device", "hide", {"device": "06:00.0"}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "maybe", "hide",
                 {"devices": "06:00.0", "dry-run": "maybe"}),
                ("PCI_PASSTHROUGH_INVALID_ARGUMENT", "yaml", "list", {"format": "yaml"}),
                ("UNKNOWN_XENAPI_PLUGIN_FUNCTION", "hid", "hid", {"devices": "06:00.0"})):
            with self.subTest(function=function, arguments=arguments):
                failure = self.fails(host, function, arguments)
                self.assertEqual(code, failure.code, failure)
                self.assertIn(named, str(failure))

    def test_an_unknown_argument_lists_the_known(self):
        with Host(RECORDINGS[0]) as host:
            failure = self.fails(host, "hide", {"device": "06:00.0"})
            for known in ("devices", "dry-run", "accept", "format"):
                self.assertIn(known, str(failure))

    @on_every_host
    def test_a_command_line_that_xen_would_cut(self, host):
        path, addresses = host.boot_file(), host.harmless(2)
        rule = re.compile(rb"(root=\S+)")
        path.write_bytes(rule.sub(rb"\1 " + b"x" * 920, path.read_bytes()))
        failure = self.fails(host, "hide", {"devices": ",".join(addresses)})
        self.assertRegex(str(failure), r"1,?023")


class Broken(unittest.TestCase):
    """A boot file that cannot be understood is not edited; the line is named."""

    BROKEN = {
        ".cfg": (("an open entry", lambda text: text + b"menuentry 'x' {\n"),
                 ("an open quote", lambda text: text + b"menuentry 'x {\n}\n"),
                 ("one } too many", lambda text: text + b"}\n"),
                 ("no such default",
                  lambda text: re.sub(rb"set default=\S+", b"set default=99", text, 1))),
        ".conf": (("no such default", lambda text: re.sub(rb"default \S+", b"default none", text, 1)),
                  ("a label twice", lambda text: text + b"label xe\n  kernel mboot.c32\n"),),
    }

    @on_every_host
    def test_refused_with_the_line(self, host):
        path, (address,) = host.boot_file(), host.harmless(1)
        whole = path.read_bytes()
        for what, damage in self.BROKEN[path.suffix]:
            with self.subTest(what):
                path.write_bytes(damage(whole))
                self.assertNotEqual(whole, path.read_bytes())
                before = host.fingerprint(without=(STATE,))
                with self.assertRaises(Failure) as caught:
                    host.call("hide", {"devices": address})
                self.assertEqual(before, host.fingerprint(without=(STATE,)))
                self.assertEqual("PCI_PASSTHROUGH_BOOT_CONFIG_UNREADABLE", caught.exception.code)
                self.assertRegex(str(caught.exception), r"line \d+|:\d+")
                self.assertIn(path.name, str(caught.exception))

    @on_every_host
    def test_no_boot_file_at_all(self, host):
        (address,) = host.harmless(1)
        host.boot_file().unlink()
        with self.assertRaises(Failure) as caught:
            host.call("hide", {"devices": address})
        self.assertEqual("PCI_PASSTHROUGH_BOOT_CONFIG_UNREADABLE", caught.exception.code)


if __name__ == "__main__":
    unittest.main()
