"""What the packages carry beside the program: manual page, completion, status report."""

import gzip
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RECORDINGS, Host
from packages import BINARIES, below, packages, run


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.top = pathlib.Path(scratch.name)
        cls.package = packages()["main x86_64"]
        run("sh", "-c", 'rpm2cpio "$1" | cpio -idm --quiet', "sh", cls.package, cwd=cls.top)
        with gzip.open(cls.top / "usr/share/man/man8/pci-passthrough.8.gz", "rt") as page:
            cls.page = page.read()

    def test_the_manual_page_renders(self):
        source = self.top / "pci-passthrough.8"
        source.write_text(self.page)
        shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-Tutf8", "-l", source],
                               env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True,
                               text=True, check=True)
        self.assertEqual("", shown.stderr)
        text = re.sub(".\b", "", shown.stdout)  # bold and underlined by striking twice
        for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "FUNCTIONS", "OPTIONS", "FILES"):
            self.assertRegex(text, rf"(?m)^{heading}$")
        self.assertIn("--devices 06:00.0,0000:07:00.0", text)

    def test_the_manual_page_knows_what_help_knows(self):
        with Host(RECORDINGS[0], BINARIES["x86_64"]) as host:
            functions = host.ask("help")["functions"]
        self.assertGreater(len(functions), 8)
        for function in functions:
            self.assertIn(f".SS {function['name']}\n", self.page)
            section = self.page.split(f".SS {function['name']}\n")[1].split("\n.S")[0]
            drawn = function["name"] == "list"  # and --svg, which is format=svg
            self.assertEqual(len(function["arguments"]) + drawn, section.count("\n.TP\n"))
            for argument in function["arguments"]:
                self.assertIn("\\-\\-" + argument["name"].replace("-", "\\-"), section)

    def test_the_completion_completes(self):
        script = self.top / "etc/bash_completion.d/pci-passthrough"
        told = run("bash", "-c", 'set -u; . "$1"; COMP_LINE="pci-passthrough hi"; '
                   'COMP_POINT=${#COMP_LINE}; COMP_WORDBREAKS=" "; _pci_passthrough; '
                   'echo "${COMPREPLY[@]}"; complete -p pci-passthrough', "bash", script)
        self.assertEqual("hide\ncomplete -F _pci_passthrough pci-passthrough\n", told)

    def test_the_status_report(self):
        """As xen-bugtool's load_plugins reads it: a capability, and beside it what to collect."""
        folder = self.top / "etc/xensource/bugtool"
        capability = xml.dom.minidom.parse(str(folder / "pci-passthrough.xml")).documentElement
        self.assertEqual("capability", capability.tagName)
        self.assertIn(capability.getAttribute("pii"), ("no", "yes", "maybe", "if_customized"))
        self.assertGreater(int(capability.getAttribute("max_time")), 0)  # unset would stop it at once
        collect = xml.dom.minidom.parse(str(folder / "pci-passthrough/stuff.xml")).documentElement
        self.assertEqual("collect", collect.tagName)
        commands = {each.getAttribute("label"): each.firstChild.data
                    for each in collect.getElementsByTagName("*")}
        self.assertEqual({"command"}, {each.tagName for each in collect.getElementsByTagName("*")})
        with Host(RECORDINGS[0], BINARIES["x86_64"]) as host:
            below(host.root, "rpm", "-i", self.package)
            host.ask("hide", {"devices": host.harmless(1)[0]})
            for label, command in commands.items():
                with self.subTest(label):
                    told = run("sh", "-c", command.replace("/usr/sbin/", f"{host.root}/usr/sbin/"),
                               env=host.environment())
                    expected = {"rules": "pciback.hide", "backups": "hide",
                                "record": "pci-passthrough recording 1"}
                    self.assertIn(expected[label.removeprefix("pci-passthrough-")], told)


if __name__ == "__main__":
    unittest.main()
