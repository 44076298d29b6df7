"""install/host.sh and remove.sh, and the plugin as it is built, on every recorded host."""

import os
import re
import subprocess
import unittest

from dom0 import SOURCE, Dom0

PROGRAM = os.environ.get("PCI_PASSTHROUGH", str(SOURCE / "build/pci-passthrough"))
RECORDINGS = sorted((SOURCE / "tests/hosts").glob("*.host"))


class WithPlugin(unittest.TestCase):
    def each_recorded_host(self):
        version = subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True)
        for recording in RECORDINGS:
            with Dom0("dash") as dom0:
                dom0.root = dom0.scratch / "recorded"
                subprocess.run([PROGRAM, "--host", recording, "--unpack", dom0.root], check=True)
                for link in ("usr/sbin/pci-passthrough", "etc/xapi.d/plugins/pci-passthrough"):
                    path = dom0.root / link
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.symlink_to(PROGRAM)
                dom0.offer("xs6.x86_64", "xs7.x86_64", version=version.stdout.split()[-1])
                yield dom0

    def test_inventory_is_known_and_plugin_answers(self):
        for dom0 in self.each_recorded_host():
            (dom0.bin / "xe").unlink()
            result = dom0.run("host.sh", str(dom0.packages))
            self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
            self.assertIn("xapi was not asked", result.stdout)
            platform = re.search("^PLATFORM_VERSION='(.*)'$",
                                 (dom0.root / "etc/xensource-inventory").read_text(), re.M)[1]
            family = "xs6" if platform.startswith("1.") else "xs7"
            self.assertTrue(dom0.installed().endswith(family), (platform, dom0.installed()))

    def test_rules_are_told(self):
        hidden = 0
        for dom0 in self.each_recorded_host():
            dom0.knows(installed="0.1.0-1")
            rules = subprocess.run([PROGRAM, "--root", dom0.root, "rules"], check=True,
                                   capture_output=True, text=True).stdout
            hidden += bool(re.search(r"^[0-9a-f]{4}:", rules, re.M))
            result = dom0.run("remove.sh")
            self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
            self.assertIn(rules, result.stdout)
            self.assertIsNone(dom0.installed())
        self.assertGreater(hidden, 0, "no recorded host hides anything")


if __name__ == "__main__":
    unittest.main()
