"""install/host.sh and remove.sh with the real rpm: on small RPMs made here, and on build/packages."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from dom0 import REPLY, SOURCE, VERSION, Dom0

PACKAGES = SOURCE / "build/packages"
PROGRAM = "usr/libexec/pci-passthrough/pci-passthrough"
LINK = "etc/xapi.d/plugins/pci-passthrough"
SPEC = """
Name: pci-passthrough
Version: {version}
Release: 1.xs7
Summary: Answers as the plugin does
License: MIT
AutoReqProv: no
%description
%{{summary}}.
%install
mkdir -p %{{buildroot}}/usr/libexec/pci-passthrough %{{buildroot}}/etc/xapi.d/plugins
cat >%{{buildroot}}/{program} <<'END'
#!/bin/sh
echo '{reply}'
END
chmod 755 %{{buildroot}}/{program}
ln -s ../../../{program} %{{buildroot}}/{link}
%files
/{program}
/{link}
"""


def build(directory, version, answers):
    """An RPM of this version, whose plugin says that it is version `answers`."""
    with tempfile.TemporaryDirectory() as top:  # rpmbuild takes no blank in its path
        spec = pathlib.Path(top, "made.spec")
        spec.write_text(SPEC.format(version=version, program=PROGRAM, link=LINK,
                                    reply=REPLY.replace(VERSION, answers)))
        subprocess.run(["rpmbuild", "-bb", "--quiet", "--target", "x86_64-pc-linux", "--define",
                        f"_topdir {top}", str(spec)], check=True, capture_output=True)
        (made,) = pathlib.Path(top, "RPMS").rglob("*.rpm")
        return pathlib.Path(shutil.move(made, directory))


class RealRpm(unittest.TestCase):
    def setUp(self):
        self.dom0 = Dom0("dash")
        self.addCleanup(self.dom0.__exit__)
        self.dom0.is_release("XCP-ng", "8.3.0", "3.4.0")
        for path in (self.dom0.bin / "rpm", self.dom0.bin / "xe", self.dom0.root / LINK,
                     self.dom0.root / "usr/sbin/pci-passthrough"):
            path.unlink()

    def installed(self):
        result = subprocess.run(["rpm", "--root", self.dom0.root, "-q", "pci-passthrough"],
                                capture_output=True, text=True)
        return result.stdout.strip() if result.returncode == 0 else None

    def run_script(self, status, words, *arguments, script="host.sh"):
        result = self.dom0.run(script, *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        self.assertIn(words, result.stderr if status else result.stdout)

    def assert_nothing_installed(self):
        self.assertIsNone(self.installed())
        left = [path for path in self.dom0.root.rglob("*pci-passthrough*") if path.is_file()]
        self.assertEqual(left, [])


@unittest.skipUnless(shutil.which("rpmbuild"), "rpmbuild is not installed")
class MadeHere(RealRpm):
    def offer(self, version=VERSION, answers=None):
        directory = self.dom0.scratch / f"{version}-{answers}"
        directory.mkdir()
        self.rpm_file = build(directory, version, answers or version)
        return str(directory)

    def test_up_and_down(self):
        old, new = self.offer(), self.offer("0.10.0")
        self.run_script(0, "xapi was not asked", old)
        self.run_script(0, f"installed is {VERSION}-1.xs7", old)
        self.run_script(0, f"installed is {VERSION}-1.xs7", new)
        self.assertEqual(self.installed(), "pci-passthrough-0.10.0-1.xs7.x86_64")
        self.run_script(1, f"0.10.0-1.xs7 is newer than {VERSION}-1.xs7", old)
        self.assertEqual(self.installed(), "pci-passthrough-0.10.0-1.xs7.x86_64")
        self.run_script(0, "and answers", old, "--downgrade")
        self.assertEqual(self.installed(), f"pci-passthrough-{VERSION}-1.xs7.x86_64")
        self.run_script(0, "is removed", script="remove.sh")
        self.assert_nothing_installed()

    def test_wrong_answer_is_taken_off(self):
        self.run_script(1, "It was taken off again", self.offer(answers="0.0.1"))
        self.assert_nothing_installed()

    def test_damaged(self):
        directory = self.offer()
        whole = self.rpm_file.read_bytes()
        for name, data in (("cut", whole[:-100]), ("header", whole[:2000]), ("empty", b""),
                           ("changed", whole[:-40] + bytes(40))):
            with self.subTest(name):
                self.rpm_file.write_bytes(data)
                self.run_script(1, str(self.rpm_file), directory)
                self.assert_nothing_installed()

    def test_dry_run(self):
        self.run_script(0, "+ rpm --root", self.offer(), "--dry-run")
        self.assert_nothing_installed()


@unittest.skipUnless(shutil.which("rpm") and list(PACKAGES.glob("*.rpm")),
                     "build/packages has no RPM (packaging/build-rpm makes them), or rpm is not installed")
class Packages(RealRpm):
    def test_each_release(self):
        for brand, version, platform, machine, flavour in (
                ("XenServer", "6.2.0", "1.8.0", "i686", "xs6.i686"),
                ("XenServer", "6.5.0", "1.9.0", "x86_64", "xs6.x86_64"),
                ("XCP-ng", "8.3.0", "3.4.0", "x86_64", "xs7.x86_64")):
            with self.subTest(flavour):
                self.dom0.is_release(brand, version, platform, machine)
                self.run_script(0, "and answers", str(PACKAGES))
                self.assertIn(f".{flavour.split('.')[0]}.", self.installed())
                self.run_script(0, "is removed", script="remove.sh")
                self.assert_nothing_installed()


if __name__ == "__main__":
    unittest.main()
