"""install/host.sh, in each shell, on a scratch dom0."""

import shutil
import subprocess
import unittest

from dom0 import FLAVOURS, REPLY, SOURCE, VERSION, Dom0, for_each_shell

CHANGES = ("rpm -U", "rpm -e", "xe", "etc/xapi.d/plugins")


class HostScript:
    def setUp(self):
        self.dom0 = Dom0(self.shell)
        self.addCleanup(self.dom0.__exit__)
        self.dom0.is_release("XCP-ng", "8.3.0", "3.4.0")
        self.dom0.offer(*FLAVOURS)

    def run_script(self, *arguments):
        return self.dom0.run("host.sh", *arguments, str(self.dom0.packages))

    def succeeds(self, *arguments):
        result = self.run_script(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        return result.stdout

    def refuses(self, words, *arguments, installed=None, calls=()):
        """One sentence with these words on stderr, status 1, and installed is what was."""
        result = self.run_script(*arguments)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertRegex(result.stderr, r"\Ahost\.sh: [^\n]+\n\Z")
        self.assertIn(words, result.stderr)
        self.assertEqual(self.dom0.installed(), installed)
        self.assertEqual([call.split(" /")[0] for call in self.dom0.calls("rpm -U", "rpm -e")], list(calls))
        return result.stderr

    def test_unknown_release(self):
        for brand, version, platform in (("XenServer", "10.0.0", "4.0.0"), ("XCP-ng", "8.4.0", "3.5.0"),
                                         ("XenServer", "6.1.0", "1.6.10"), ("Other", "8.3.0", "3.4.0")):
            family = "xs6" if platform.startswith("1.") else "xs7"
            with self.subTest(brand=brand, version=version):
                self.dom0.is_release(brand, version, platform)
                said = self.refuses(f"never tried on {brand} {version}")
                self.assertIn(f"{family}.x86_64", said)
                self.assertIn("--force", said)
                self.assertIn("never tried", self.succeeds("--force"))
                self.assertEqual(self.dom0.installed(), f"{VERSION}-1.{family}")
                (self.dom0.state / "installed").unlink()

    def test_no_host(self):
        inventory = self.dom0.root / "etc/xensource-inventory"
        for key in ("PRODUCT_BRAND", "PRODUCT_VERSION", "PLATFORM_VERSION", "INSTALLATION_UUID"):
            lines = inventory.read_text().splitlines(True)
            inventory.write_text("".join(line for line in lines if not line.startswith(f"{key}=")))
            self.refuses(f"no XenServer or XCP-ng dom0: there is no {key}=")
            inventory.write_text("".join(lines))
        inventory.unlink()
        self.refuses("no XenServer or XCP-ng dom0", "--force")

    def test_too_little_space(self):
        self.dom0.knows(freeroot="8191")
        self.refuses(f"8191 kB free on {self.dom0.root}/, and 8192 kB are needed")
        self.dom0.knows(freeroot="8192", freeboot="255")
        self.refuses(f"255 kB free on {self.dom0.root}/boot, and 256 kB are needed")
        self.dom0.knows(freeboot="256")
        self.succeeds()
        (self.dom0.state / "installed").unlink()
        self.dom0.fails("df -k", "df: no such file")
        self.refuses("unknown kB free")

    def test_which_rpm(self):
        self.dom0.offer("xs7.x86_64", version="0.2.0")
        self.refuses("has 2 files pci-passthrough-*.xs7.x86_64.rpm")
        for path in self.dom0.packages.glob("*.xs7.*"):
            path.unlink()
        self.refuses("XCP-ng 8.3.0 needs pci-passthrough-*.xs7.x86_64.rpm")

    def test_checksum(self):
        sums = self.dom0.packages / "SHA256SUMS"
        right = sums.read_text()
        for written in (" *", "  ./"):
            sums.write_text(right.replace("  ", written))
            self.assertNotIn("not checked", self.succeeds())
        (self.dom0.state / "installed").unlink()
        sums.write_text("".join(line for line in right.splitlines(True) if "xs7" not in line))
        self.refuses("(none)")
        sums.write_text(right)
        rpm_file = self.dom0.packages / f"pci-passthrough-{VERSION}-1.xs7.x86_64.rpm"
        rpm_file.write_text(rpm_file.read_text() + "x")
        self.refuses(f"{rpm_file} has not the checksum that {sums} gives")
        sums.unlink()
        rpm_file.write_text(f"{VERSION}-1.xs7\n")
        self.assertIn("Checksum not checked", self.succeeds())

    def test_damaged_rpm(self):
        self.dom0.offer("xs7.x86_64", version=VERSION, release="damaged")
        (self.dom0.packages / f"pci-passthrough-{VERSION}-1.xs7.x86_64.rpm").unlink()
        self.refuses("is no RPM that this host's rpm can read")

    def test_same_version(self):
        self.dom0.knows(installed=f"{VERSION}-1.xs7")
        self.assertIn(f"{VERSION}-1.xs7 is installed already.", self.succeeds())
        self.assertEqual(self.dom0.calls("rpm -U"), [])
        self.assertEqual(len(self.dom0.calls("xe host-call-plugin")), 1)

    def test_upgrade(self):
        self.dom0.knows(installed="0.0.9-3.xs7")
        self.assertIn("installed is 0.0.9-3.xs7", self.succeeds())
        self.assertEqual(self.dom0.installed(), f"{VERSION}-1.xs7")

    def test_downgrade(self):
        newer = "0.2.0-1.xs7"
        self.dom0.knows(installed=newer)
        said = self.refuses(f"{newer} is newer than {VERSION}-1.xs7", installed=newer, calls=["rpm -U"])
        self.assertIn("--downgrade", said)
        self.succeeds("--downgrade")
        self.assertEqual(self.dom0.installed(), f"{VERSION}-1.xs7")

    def test_rpm_fails(self):
        self.dom0.fails("rpm -U", "error: can't create transaction lock\n(Permission denied)")
        said = self.refuses("error: can't create transaction lock (Permission denied)", calls=["rpm -U"])
        self.assertIn("is not installed", said)
        self.assertEqual(self.dom0.calls("xe"), [])

    def test_plugin_fails(self):
        answers = {
            "another version": lambda: self.dom0.knows(**{"xe-reply": '{"version":"0.0.9"}'}),
            "a longer version": lambda: self.dom0.knows(**{"xe-reply": f'{{"version":"1{VERSION}"}}'}),
            "nothing": lambda: self.dom0.knows(**{"xe-reply": ""}),
            "xe fails": lambda: self.dom0.fails("xe host-call-plugin", f'Error: stdout: "{VERSION}"'),
        }
        for name, break_it in answers.items():
            with self.subTest(name):
                break_it()
                self.refuses("It was taken off again", calls=["rpm -U", "rpm -e pci-passthrough"])
        self.dom0.knows(installed="0.0.9-3.xs7")
        self.refuses("It stays installed (before: 0.0.9-3.xs7)", installed=f"{VERSION}-1.xs7", calls=["rpm -U"])

    def test_plugin_fails_and_rpm_cannot_take_it_off(self):
        self.dom0.fails("xe host-call-plugin", "Error code: X")
        self.dom0.fails("rpm -e", "error: busy")
        result = self.run_script()
        self.assertEqual(result.returncode, 1)
        self.assertIn("could not be taken off again", result.stderr)

    def test_without_xapi(self):
        def down():
            self.dom0.fails("xe host-list", "Error: Connection refused")

        def another_host():
            (self.dom0.state / "xe host-list.fails").unlink()
            self.dom0.knows(**{"xapi-host": ""})

        for without in (down, another_host, (self.dom0.bin / "xe").unlink):
            without()
            self.assertIn("xapi was not asked", self.succeeds())
            self.assertEqual(self.dom0.calls("xe host-call-plugin"), [])
            self.assertEqual(self.dom0.calls("etc/"), [
                "etc/xapi.d/plugins/pci-passthrough <methodCall><methodName>version</methodName><params>"
                "<param><value>OpaqueRef:none</value></param><param><value><struct/></value></param>"
                "</params></methodCall>"])
        (self.dom0.state / "installed").unlink()
        self.dom0.knows(**{"plugin-reply": REPLY.replace(VERSION, "0.0.9")})
        self.refuses("It was taken off again", calls=["rpm -U", "rpm -e pci-passthrough"])

    def test_dry_run(self):
        said = self.succeeds("--dry-run")
        rpm_file = self.dom0.packages / f"pci-passthrough-{VERSION}-1.xs7.x86_64.rpm"
        self.assertIn(f"+ rpm --root {self.dom0.root} -U {rpm_file}\n", said)
        self.assertIn("+ xe host-call-plugin", said)
        self.assertEqual(self.dom0.calls(*CHANGES), [])
        self.assertIsNone(self.dom0.installed())

    def test_only_root(self):
        self.dom0.knows(user="1000")
        self.refuses("Only root can install")
        self.succeeds("--dry-run")

    def test_misuse(self):
        for arguments in (["--frce"], ["-h"], ["nowhere"], ["--root"], ["--root", "nowhere"]):
            result = self.dom0.run("host.sh", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertIn("Usage: sh host.sh", result.stderr)
        self.assertEqual(self.dom0.calls(""), [])
        self.assertEqual(self.dom0.run("host.sh", "--help").returncode, 0)


globals().update(for_each_shell(HostScript))


class Form(unittest.TestCase):
    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        for script in ("host.sh", "remove.sh"):
            path = SOURCE / "install" / script
            self.assertNotIn("shellcheck disable", path.read_text())
            subprocess.run(["shellcheck", "--shell=sh", path], check=True)


if __name__ == "__main__":
    unittest.main()
