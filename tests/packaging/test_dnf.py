"""The packages from a repository, with dnf: install, upgrade, downgrade, remove."""

import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, STATE, Host
from packages import BINARIES, NAME, OLDER, below, older_packages, packages, run


@unittest.skipUnless(os.geteuid() == 0, "dnf --installroot needs root")
class Dnf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = pathlib.Path(scratch.name)
        cls.repository = cls.scratch / "repository"
        cls.repository.mkdir()
        for made in (packages(), older_packages()):
            shutil.copy(made["main x86_64"], cls.repository)
        run("createrepo_c", "--general-compress-type=gz", cls.repository)

    def dnf(self, host, *arguments):
        return below(host.root, "dnf", "-y", "--releasever", "8", "--nogpgcheck",
                     "--setopt=reposdir=/nonexistent",
                     f"--repofrompath=ours,file://{self.repository}", "--repo=ours", *arguments)

    def test_life(self):
        with Host(RECORDINGS[-1], BINARIES["x86_64"]) as host:
            host.path("/var/log").mkdir(parents=True, exist_ok=True)
            self.dnf(host, "install", f"{NAME}-{OLDER}")
            self.assertEqual(OLDER, self.version(host))
            host.program = host.path("/etc/xapi.d/plugins/pci-passthrough")
            self.assertTrue(host.ask("hide", {"devices": host.harmless(1)[0]})["changed"])
            backups = host.ask("backups")["backups"]
            self.assertTrue(backups)
            for step in ("upgrade", "downgrade"):
                self.dnf(host, step, NAME)
                self.assertEqual(step == "downgrade", self.version(host) == OLDER)
                self.assertEqual("", below(host.root, "rpm", "-V", NAME))
                self.assertEqual(backups, host.ask("backups")["backups"])
            self.dnf(host, "remove", NAME)
            self.assertFalse(host.path("/usr/libexec/pci-passthrough").exists())
            self.assertTrue(list(host.path(STATE).glob("backups/*.content")))

    def version(self, host):
        return below(host.root, "rpm", "-q", "--qf", "%{VERSION}", NAME)


if __name__ == "__main__":
    unittest.main()
