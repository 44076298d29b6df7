"""install/host.sh, in each shell, on each release: the RPM that it takes, and the proof."""

import unittest

from dom0 import FLAVOURS, UUID, VERSION, Dom0, for_each_shell

RELEASES = [  # PRODUCT_BRAND, PRODUCT_VERSION, PLATFORM_VERSION, uname -m, the RPM's flavour
    ("XenServer", "6.2.0", "1.8.0", "i686", "xs6.i686"),
    ("XenServer", "6.5.0", "1.9.0", "x86_64", "xs6.x86_64"),
    ("XenServer", "7.0.0", "2.1.0", "x86_64", "xs7.x86_64"),
    ("XenServer", "7.6.0", "2.7.1", "x86_64", "xs7.x86_64"),
    ("Citrix Hypervisor", "8.2.0", "3.2.0", "x86_64", "xs7.x86_64"),
    ("XCP-ng", "7.6.0", "2.7.1", "x86_64", "xs7.x86_64"),
    ("XCP-ng", "8.2.1", "3.2.1", "x86_64", "xs7.x86_64"),
    ("XCP-ng", "8.3.0", "3.4.0", "x86_64", "xs7.x86_64"),
    ("XenServer", "8.4.0", "3.4.0", "x86_64", "xs7.x86_64"),
    ("XenServer", "9", "3.5.0", "x86_64", "xs7.x86_64"),
    ("XenServer", "9.0.0", "3.5.0", "x86_64", "xs7.x86_64"),
]


class Releases:
    def test_each_release_gets_its_rpm(self):
        for brand, version, platform, machine, flavour in RELEASES:
            with self.subTest(brand=brand, version=version), Dom0(self.shell) as dom0:
                dom0.is_release(brand, version, platform, machine)
                dom0.offer(*FLAVOURS)
                result = dom0.run("host.sh", str(dom0.packages))
                self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
                rpm_file = dom0.packages / f"pci-passthrough-{VERSION}-1.{flavour}.rpm"
                self.assertEqual(dom0.calls("rpm -U", "rpm -e"), [f"rpm -U {rpm_file}"])
                self.assertEqual(
                    dom0.calls("xe host-call-plugin"),
                    [f"xe host-call-plugin host-uuid={UUID} plugin=pci-passthrough fn=version"])
                self.assertEqual(dom0.calls("etc/"), [])
                self.assertIn("is installed, and answers", result.stdout)
                self.assertNotIn("not checked", result.stdout)


globals().update(for_each_shell(Releases))

if __name__ == "__main__":
    unittest.main()
