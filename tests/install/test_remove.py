"""install/remove.sh, in each shell, on a scratch dom0."""

import unittest

from dom0 import Dom0, for_each_shell

INSTALLED = "0.1.0-1.xs7"
RULES = """/boot/grub/grub.cfg, xen-pciback.hide

BOOT ENTRY                         EDITED HIDES
XCP-ng     default                 yes    0000:06:00.0,0000:07:00.0"""
VMS = """uuid ( RO)           : 11111111-2222-3333-4444-555555555555
     name-label ( RW): GPU: the first
    other-config (MRW): folder: /a; pci: 0/0000:06:00.0,1/0000:07:00.0; vmid: 1


uuid ( RO)           : 66666666-2222-3333-4444-555555555555
     name-label ( RW): pci: no device
    other-config (MRW): base_template_name: other; mac_seed: pci


uuid ( RO)           : 99999999-2222-3333-4444-555555555555
     name-label ( RW): last
    other-config (MRW): pci: 0/0000:08:00.0

"""


class RemoveScript:
    def setUp(self):
        self.dom0 = Dom0(self.shell)
        self.addCleanup(self.dom0.__exit__)
        self.dom0.knows(installed=INSTALLED, rules=RULES, vms=VMS)
        self.backups = self.dom0.root / "var/lib/pci-passthrough"
        self.copy = self.dom0.root / "boot/efi/EFI/xenserver/grub.cfg.pci-passthrough.bak"
        self.boot_file = self.copy.with_name("grub.cfg")
        for path in (self.backups / "1.content", self.copy, self.boot_file):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("set default=0\n")

    def succeeds(self, *arguments):
        result = self.dom0.run("remove.sh", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        return result.stdout

    def test_tells_what_stands_and_erases(self):
        said = self.succeeds()
        self.assertIn(RULES, said)
        self.assertIn("keep working without", said)
        self.assertIn("pci-passthrough unhide", said)
        told = [line for line in said.splitlines() if " has " in line]
        self.assertEqual(told, [
            "  11111111-2222-3333-4444-555555555555 has 0/0000:06:00.0,1/0000:07:00.0 (GPU: the first)",
            "  99999999-2222-3333-4444-555555555555 has 0/0000:08:00.0 (last)"])
        self.assertIsNone(self.dom0.installed())
        order = self.dom0.calls("usr/sbin", "rpm -e")
        self.assertRegex(order[0], r"pci-passthrough .*rules$")
        self.assertEqual(order[1:], ["rpm -e pci-passthrough"])
        self.assertTrue(self.backups.exists() and self.copy.exists())
        self.assertIn(f"stay in {self.backups}", said)

    def test_a_rescue_entry_stays(self):
        self.assertNotIn("rescue", self.succeeds())
        for title in ("pci-passthrough rescue", "pci-rescue"):
            self.dom0.knows(installed=INSTALLED, rules=f"{RULES}\n{title}             never  -")
            self.assertIn("pci-passthrough rescue --remove", self.succeeds())

    def test_a_trial_is_taken_back_first(self):
        self.assertNotIn("trial", self.succeeds())
        for title in ("pci-passthrough trial", "pci-trial"):
            self.dom0.knows(installed=INSTALLED, rules=f"{RULES}\n{title}             next boot  -")
            self.assertIn("it is taken back", self.succeeds())
            calls = self.dom0.calls("usr/sbin", "rpm -e")
            self.assertRegex(calls[-2], r"pci-passthrough .*abandon$")
            self.assertRegex(calls[-1], r"rpm -e pci-passthrough$")

    def test_a_trial_that_cannot_be_taken_back_keeps_the_package(self):
        self.dom0.knows(installed=INSTALLED, rules=f"{RULES}\npci-trial             next boot  -")
        self.dom0.fails("pci-passthrough abandon", "pci-passthrough: no space left")
        self.assertEqual(1, self.dom0.run("remove.sh").returncode)
        self.assertIsNotNone(self.dom0.installed())

    def test_no_vm_has_an_entry(self):
        self.dom0.knows(vms="")
        self.assertIn("none has other-config:pci", self.succeeds())

    def test_without_xapi(self):
        self.dom0.fails("xe vm-list", "Error: Connection refused")
        self.assertRegex(self.succeeds(), "xapi could not be asked .*Connection refused")
        self.dom0.knows(installed=INSTALLED)
        (self.dom0.bin / "xe").unlink()
        self.assertIn("xapi could not be asked", self.succeeds())
        self.assertIsNone(self.dom0.installed())

    def test_rules_cannot_be_read(self):
        self.dom0.fails("pci-passthrough rules", "pci-passthrough: no boot file")
        said = self.succeeds()
        self.assertIn("pci-passthrough: no boot file\nThey could not be read.", said)
        self.assertIsNone(self.dom0.installed())

    def test_rpm_fails(self):
        self.dom0.fails("rpm -e", "error: database\nis locked")
        result = self.dom0.run("remove.sh", "--purge")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"\Aremove\.sh: rpm .* failed: error: database is locked\n\Z")
        self.assertTrue(self.backups.exists() and self.copy.exists())

    def test_purge(self):
        self.assertNotIn("stay in", self.succeeds("--purge"))
        self.assertFalse(self.backups.exists() or self.copy.exists())
        self.assertTrue(self.boot_file.exists())

    def test_not_installed(self):
        (self.dom0.state / "installed").unlink()
        self.assertIn("is not installed", self.succeeds("--purge"))
        self.assertEqual(self.dom0.calls("rpm -e", "usr/sbin"), [])
        self.assertFalse(self.backups.exists())

    def test_dry_run(self):
        said = self.succeeds("--dry-run", "--purge")
        for command in (f"rpm --root {self.dom0.root} -e pci-passthrough", f"rm -rf {self.backups}", "find "):
            self.assertIn(f"+ {command}", said)
        self.assertIn(RULES, said)
        self.assertEqual(self.dom0.calls("rpm -e"), [])
        self.assertEqual(self.dom0.installed(), INSTALLED)
        self.assertTrue(self.backups.exists() and self.copy.exists())

    def test_only_root(self):
        self.dom0.knows(user="1000")
        result = self.dom0.run("remove.sh")
        self.assertEqual((result.returncode, self.dom0.installed()), (1, INSTALLED))
        self.succeeds("--dry-run")

    def test_misuse(self):
        for arguments in (["--prge"], ["somewhere"], ["--root"], ["--root", "nowhere"]):
            result = self.dom0.run("remove.sh", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
        self.assertEqual(self.dom0.calls(""), [])
        self.assertEqual(self.dom0.run("remove.sh", "--help").returncode, 0)


globals().update(for_each_shell(RemoveScript))

if __name__ == "__main__":
    unittest.main()
