"""The packages: what they say of themselves, and their whole life on a recorded host."""

import json
import os
import pathlib
import re
import shutil
import stat
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, SOURCE, STATE, Failure, Host, method_call, read_reply
from packages import BINARIES, NAME, OLDER, below, older_packages, packages, run

FILES = """
-rw-r--r-- /etc/bash_completion.d/pci-passthrough
lrwxrwxrwx /etc/xapi.d/plugins/pci-passthrough -> ../../../usr/libexec/pci-passthrough/pci-passthrough
drwxr-xr-x /etc/xensource/bugtool/pci-passthrough
-rw-r--r-- /etc/xensource/bugtool/pci-passthrough.xml
-rw-r--r-- /etc/xensource/bugtool/pci-passthrough/stuff.xml
drwxr-xr-x /opt/xensource/www/pci-passthrough
-rw-r--r-- /opt/xensource/www/pci-passthrough/change.js
-rw-r--r-- /opt/xensource/www/pci-passthrough/index.html
-rw-r--r-- /opt/xensource/www/pci-passthrough/page.css
-rw-r--r-- /opt/xensource/www/pci-passthrough/page.js
-rw-r--r-- /opt/xensource/www/pci-passthrough/picture.js
-rw-r--r-- /opt/xensource/www/pci-passthrough/words.js
-rw-r--r-- /opt/xensource/www/pci-passthrough/xapi.js
drwxr-xr-x /usr/libexec/pci-passthrough
-rwxr-xr-x /usr/libexec/pci-passthrough/pci-passthrough
lrwxrwxrwx /usr/sbin/pci-passthrough -> ../libexec/pci-passthrough/pci-passthrough
drwxr-xr-x /usr/share/doc/pci-passthrough
-rw-r--r-- /usr/share/doc/pci-passthrough/LICENSE
-rw-r--r-- /usr/share/doc/pci-passthrough/README.md
-rw-r--r-- /usr/share/man/man8/pci-passthrough.8.gz
drwx------ /var/lib/pci-passthrough
-rw------- /var/lib/pci-passthrough/README
""".strip().splitlines()
SYSTEMD = """
lrwxrwxrwx /usr/lib/systemd/system/multi-user.target.wants/pci-passthrough-trial.service -> ../pci-passthrough-trial.service
-rw-r--r-- /usr/lib/systemd/system/pci-passthrough-trial.service
drwxr-xr-x /usr/lib/systemd/system/emergency.target.wants
lrwxrwxrwx /usr/lib/systemd/system/emergency.target.wants/pci-passthrough-auto.service -> ../pci-passthrough-auto.service
lrwxrwxrwx /usr/lib/systemd/system/multi-user.target.wants/pci-passthrough-auto.service -> ../pci-passthrough-auto.service
-rw-r--r-- /usr/lib/systemd/system/pci-passthrough-auto.service
""".strip().splitlines()
SYSV = """
-rwxr-xr-x /etc/rc.d/init.d/pci-passthrough-trial
lrwxrwxrwx /etc/rc.d/rc3.d/S99pci-passthrough-trial -> ../init.d/pci-passthrough-trial
""".strip().splitlines()
CALLS = {"/sbin/extlinux.calls", "/usr/bin/extlinux.calls"}  # a stub's own note
MD5, SHA256 = "1", "8"


def asked(package, tags):
    return run("rpm", "-qp", "--qf", tags, package)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.packages = packages()

    def test_files(self):
        for flavour, package in self.packages.items():
            files = FILES + (SYSV if flavour.startswith("legacy") else SYSTEMD)
            listed = asked(package, "[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} "
                                    "%{FILENAMES} -> %{FILELINKTOS}\n]").splitlines()
            self.assertEqual({"root:root"}, {line.split()[1] for line in listed})
            self.assertEqual(sorted(files, key=lambda line: line.split()[1]), [line.replace(" root:root ", " ").removesuffix(" -> ")
                                     for line in listed])

    def test_nothing_is_required_but_rpm(self):
        for package in self.packages.values():
            required = run("rpm", "-qp", "--requires", package).splitlines()
            self.assertTrue(required)
            self.assertEqual([], [line for line in required if not line.startswith("rpmlib(")])
            for what in ("--triggers", "--filetriggers"):
                self.assertEqual("", run("rpm", "-qp", what, package))
            scripts = run("rpm", "-qp", "--scripts", package).splitlines()
            self.assertEqual(["preuninstall scriptlet (using <lua>):"], [line for line in scripts if "scriptlet" in line])

    def test_made_for_the_rpm_of_its_hosts(self):
        for flavour, package in self.packages.items():
            digest = MD5 if flavour.startswith("legacy") else SHA256
            told = asked(package, "%{PAYLOADFORMAT} %{PAYLOADCOMPRESSOR} %{PAYLOADFLAGS} "
                                  "%|FILEDIGESTALGO?{%{FILEDIGESTALGO}}:{1}| %{ARCH} %{OS} %{RELEASE}")
            architecture = flavour.split()[1]
            release = "1.xs6" if flavour.startswith("legacy") else "1.xs7"
            self.assertEqual(f"cpio gzip 9 {digest} {architecture} linux {release}", told)
            lengths = set(asked(package, "[%{FILEDIGESTS}\n]").split())
            self.assertEqual({32 if digest == MD5 else 64}, {len(each) for each in lengths})
            needed = run("rpm", "-qp", "--requires", package)
            self.assertEqual(digest == SHA256, "rpmlib(FileDigests)" in needed)

    def test_the_binary_is_the_one_that_was_tested(self):
        for flavour, package in self.packages.items():
            unpacked = run("sh", "-c", "rpm2cpio \"$1\" | cpio -i --quiet --to-stdout "
                           "./usr/libexec/pci-passthrough/pci-passthrough | cmp - \"$2\"",
                           "sh", package, BINARIES[flavour.split()[1]])
            self.assertEqual("", unpacked)

    def test_checksums(self):
        run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=SOURCE / "build/packages")
        self.assertEqual(4, len((SOURCE / "build/packages/SHA256SUMS").read_text().splitlines()))

    def test_nothing_of_the_build_machine(self):
        for package in self.packages.values():
            self.assertNotIn(str(SOURCE), run("rpm", "-qp", "--xml", package))
            self.assertEqual("reproducible", asked(package, "%{BUILDHOST}"))

    def test_rpmlint(self):
        told = run("rpmlint", "-c", SOURCE / "packaging/rpmlint.toml", *self.packages.values())
        self.assertIn("3 packages and 0 specfiles checked; 0 errors, 0 warnings", told)
        told = run("rpmlint", "-c", SOURCE / "packaging/rpmlint.toml",
                   SOURCE / "packaging/pci-passthrough.spec")
        self.assertIn("0 errors, 0 warnings", told)


@unittest.skipUnless(os.geteuid() == 0, "rpm --root needs root")
class Life(unittest.TestCase):
    """Install, upgrade, downgrade, erase; the plugin is called by its link after each."""

    @classmethod
    def setUpClass(cls):
        cls.newer, cls.older = packages(), older_packages()

    def check(self, host, package_version):
        self.assertEqual("", below(host.root, "rpm", "-V", NAME))
        self.assertEqual(package_version, below(host.root, "rpm", "-q", "--qf", "%{VERSION}", NAME))
        self.assertEqual(["pci-passthrough"], os.listdir(host.path("/etc/xapi.d/plugins")))
        self.assertTrue(host.ask("list")["devices"])

    def test_life(self):
        version = re.search(r"project\(.* VERSION ([0-9.]+)",
                            (SOURCE / "CMakeLists.txt").read_text())[1]
        for recording in RECORDINGS:
            for flavour in self.newer:
                with self.subTest(f"{flavour} on {recording.name}"), \
                        Host(recording, BINARIES["x86_64"]) as host:
                    before = files_of(host)
                    below(host.root, "rpm", "-i", self.older[flavour])
                    host.program = host.path("/etc/xapi.d/plugins/pci-passthrough")
                    self.check(host, OLDER)
                    (address,) = host.harmless(1)
                    self.assertTrue(host.ask("hide", {"devices": address})["changed"])
                    kept = backups_of(host)
                    self.assertTrue(kept)

                    below(host.root, "rpm", "-U", self.newer[flavour])
                    self.check(host, version)
                    self.assertEqual(kept, backups_of(host))
                    below(host.root, "rpm", "-U", "--oldpackage", self.older[flavour])
                    self.check(host, OLDER)
                    self.assertEqual(kept, backups_of(host))
                    self.assertIn(f"warning: {STATE}/README saved as {STATE}/README.rpmsave\n",
                                  below(host.root, "rpm", "-e", NAME))
                    self.assertEqual(kept, backups_of(host))
                    self.assertIn("pci-passthrough restore",
                                  host.path(f"{STATE}/README.rpmsave").read_text())
                    copies = inside(host, host.root.rglob("*.pci-passthrough.bak"))
                    self.assertEqual({*kept, *copies, f"{STATE}/README.rpmsave", f"{STATE}/devices.json"} - before,
                                     files_of(host) - before - CALLS)
                    self.assertEqual(0o700, host.path(STATE).stat().st_mode & 0o7777)

    def test_without_a_backup_nothing_stays(self):
        for flavour, package in self.newer.items():
            with self.subTest(flavour), Host(RECORDINGS[0], BINARIES["x86_64"]) as host:
                before = files_of(host)
                below(host.root, "rpm", "-i", package)
                self.assertNotIn("warning", below(host.root, "rpm", "-e", NAME))
                self.assertEqual(before, files_of(host))
                self.assertFalse(host.path(STATE).exists())

    def test_as_the_live_host(self):
        """In a chroot, where "/" is the host, called by the paths that xapi and a person use."""
        recording = SOURCE / "tests/hosts/xenserver-6.2.host"
        for flavour, package in self.newer.items():
            with self.subTest(flavour), Host(recording, BINARIES["x86_64"]) as host:
                host.path("/bin").mkdir(exist_ok=True)
                shutil.copy("/bin/busybox", host.path("/bin/sh"))
                host.path("/dev/fd").mkdir(parents=True)
                os.mknod(host.path("/dev/null"), 0o666 | stat.S_IFCHR, os.makedev(1, 3))
                below(host.root, "rpm", "-i", package)
                plugin = ["/usr/sbin/chroot", host.root, "/etc/xapi.d/plugins/pci-passthrough"]
                person = ["/usr/sbin/chroot", host.root, "/usr/sbin/pci-passthrough"]
                with self.assertRaises(Failure) as refused:  # no xapi, nobody's rights
                    read_reply(run(*plugin, method_call("hide", {"devices": "06:00.0"}), env={}))
                self.assertEqual("PCI_PASSTHROUGH_XAPI_UNAVAILABLE", refused.exception.code)
                unknown = "storage-nic-hidden@06:00.0"  # no xapi, nobody tells of its networks
                hidden = run(*person, "hide", "06:00.0", "--accept", unknown, "--json", env={})
                self.assertTrue(json.loads(hidden[hidden.index("{"):])["changed"])
                told = read_reply(run(*plugin, method_call("rules", {}), env={}))
                self.assertIn("disable_on_reboot", told)


def inside(host, paths):
    return {"/" + str(path.relative_to(host.root)) for path in paths}


def backups_of(host):
    return {path: host.path(path).read_bytes()
            for path in inside(host, host.path(f"{STATE}/backups").iterdir())}


def files_of(host):
    """What stands on the host, but rpm's own database."""
    files = (path for path in host.root.rglob("*") if path.is_symlink() or not path.is_dir())
    return {path for path in inside(host, files) if not path.startswith("/var/lib/.rpmdb/")}


if __name__ == "__main__":
    unittest.main()
