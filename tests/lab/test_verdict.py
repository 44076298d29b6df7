"""What verify and rules say is what happens: without an IOMMU, with rules made by hand on bridges, short,
doubled, broken, too long."""

import json
import re
import subprocess
import tempfile
import unittest

import guest
from lab import Failure, Machine, binary

ADDRESS = re.compile(r"\b[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b")
LONGEST = 1023  # bytes of command line that Xen hands to dom0
BROKEN = "(0000:03:00.0),(0000:07:00.0)"
SPELLINGS = ["(0000:03:00.0)", "(01:00.0)(02:00.0)", BROKEN, "(0000:09:00.0)(0000:02:00.0)",
             "(0000:07:00.*)", "(0000:07:*.*)", "(07:00.*)", "(0000:0G:00.0)(0000:02:00.0)",
             "(0000:01:00.0)junk(0000:02:00.0)", "0000:01:00.0", "(0000:01:00.0)(0000:01:00.0)",
             "(0000:05:00.0)", "(0000:00:10.0)", "(0000:01:00.8)", "(0:1:0.0)", "(0x0:0x1:0x0.0x0)",
             "(0000:01:20.0)", "(10000:01:00.0)", "(0000:01:00.0", "(0000:01:00.0))", "()", "(01:0.0)",
             "(0000:07:00.01)", "(0000:07:00.0)(0000:07:00.1)(", "(0000:7:0.1)"]


def hide(value):
    return f"xen-pciback.hide={value}"


class Verdict(unittest.TestCase):
    def booted(self, what, **options):
        machine = self.enterContext(Machine("extlinux", **options))
        machine.boot(what)
        return machine

    def found(self, machine):
        return [each for each in machine.ask("verify")["findings"] if each["state"] == "found"]

    def codes(self, machine):
        return {each["code"] for each in self.found(machine)}

    def test_without_iommu(self):
        machine = self.booted("no IOMMU", iommu=False, rules=hide("(0000:07:00.0)(0000:07:00.1)"))
        self.assertNotIn("directio", machine.run("xl info virt_caps"))
        codes = self.codes(machine)
        self.assertIn("iommu-disabled", codes)
        self.assertNotIn("hidden-but-not-bound", codes)
        self.assertEqual(["0000:07:00.0", "0000:07:00.1"], machine.held())
        status, output = guest.create(machine, ["07:00.0"])
        self.assertNotEqual(0, status)
        self.assertIn("passthrough not supported on this platform", output)
        for bridge in ("00:10.0", "05:00.0"):
            with self.assertRaises(Failure) as refused:
                machine.call("hide", devices=bridge, accept=f"rule-hits-bridge@0000:{bridge}")
            self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)
            self.assertIn(f"rule-hits-bridge 0000:{bridge}", " ".join(refused.exception.details))
        self.assertEqual(machine.first_text, machine.text())

    def test_lists_by_hand(self):
        machine = self.booted("a broken rule", rules=hide(BROKEN))
        self.broken_and_every_spelling(machine)
        self.too_long(machine)
        machine.reboot("as long as may be")
        self.bridges_short_and_doubled(machine)

    def bridges_short_and_doubled(self, machine):
        """A root port stays where it is and its child is seized; a PCIe-to-PCI bridge goes with all behind."""
        self.assertEqual(LONGEST, len(machine.cmdline().rstrip("\n")))
        behind = ["0000:01:00.0", "0000:05:00.0", "0000:06:01.0", "0000:06:02.0"]
        self.assertEqual([*behind, "0000:07:00.1"], machine.held())
        rules = machine.ask("rules")
        self.assertEqual(machine.held(), rules["running"]["devices"])
        self.assertEqual(machine.held(), rules["entries"][0]["devices"])
        found = self.found(machine)
        told = {address for each in found if each["code"] == "rule-hits-bridge"
                for address in ADDRESS.findall(each["message"])}
        self.assertEqual({"0000:00:10.0", *behind}, told)
        codes = {each["code"] for each in found}
        self.assertLessEqual({"hide-duplicate", "hide-not-canonical"}, codes)
        self.assertNotIn("hidden-but-not-bound", codes)

    def broken_and_every_spelling(self, machine):
        self.assertEqual([], machine.held())
        self.assertNotEqual(0, machine.status_and_output("ls /sys/bus/pci/drivers/pciback")[0])
        rules = machine.ask("rules")
        self.assertEqual([BROKEN, []], [rules["running"]["value"], rules["running"]["devices"]])
        self.assertEqual([BROKEN, []], [rules["entries"][0]["value"], rules["entries"][0]["devices"]])
        self.assertIn("hide-syntax-error", self.codes(machine))
        recording = machine.ask("record")["recording"]
        machine.run("rmmod e1000e e1000 nvme xhci-pci")
        module = machine.run("find /lib/modules -name xen-pciback.ko").strip()
        for spelling, held in zip(SPELLINGS, self.held_by(machine, module), strict=True):
            with self.subTest(spelling):
                self.assertEqual(held, self.running(recording.replace(BROKEN, spelling)))

    def held_by(self, machine, module):
        """What pciback holds with each of the spellings; in one command."""
        told = machine.run("".join(f"busybox insmod {module} 'hide={spelling}'; ls /sys/bus/pci/drivers/pciback; echo =;"
                                   "busybox rmmod xen-pciback;" for spelling in SPELLINGS) + "true", 300)
        return [sorted(ADDRESS.findall(lines)) for lines in told.split("=\n")[:-1]]

    def running(self, recording):
        with tempfile.NamedTemporaryFile("w", suffix=".host") as file:
            file.write(recording)
            file.flush()
            answer = subprocess.run([binary(), "--host", file.name, "rules", "--json"],
                                    stdout=subprocess.PIPE, check=True).stdout
        return json.loads(answer)["running"]["devices"]

    def too_long(self, machine):
        """One byte more than Xen hands over, and nothing is hidden; at exactly so many all is."""
        absent = "".join(f"(0000:90:{n:02x}.0)" for n in range(32))
        value = f"(00:10.0)(0000:05:00.0)(0000:05:00.0)(07:00.1){absent}"
        fill = "fill=" + "x" * (LONGEST + 1 - len(machine.cmdline().replace(BROKEN, f"{value} fill=").rstrip("\n")))
        machine.run(f"sed -i 's/{hide(BROKEN)}/{fill} {hide(value)}/' {machine.boot_file}")
        machine.reboot("too long")
        self.assertEqual(LONGEST, len(machine.cmdline().rstrip("\n")))
        self.assertEqual([], machine.held())
        rules = machine.ask("rules")
        self.assertEqual([], rules["running"]["devices"])
        self.assertEqual([], rules["entries"][0]["devices"])
        self.assertIn("command-line-too-long", self.codes(machine))

        machine.run(f"sed -i s/fill=x/fill=/ {machine.boot_file}")
        self.assertNotIn("command-line-too-long", self.codes(machine))
        self.assertLessEqual({"0000:05:00.0", "0000:07:00.1"}, {*machine.ask("rules")["entries"][0]["devices"]})


if __name__ == "__main__":
    unittest.main()
