"""What XenCenter reads: its description of the plugin against a schema of ours and its parser's traps, and the zip."""

import re
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import SOURCE

SCHEMA = Path(__file__).with_name("xcplugin.xsd")
FOLDER = "PciPassthrough/PciPassthrough/"
PLUGIN = (SOURCE / "wrapper/xencenter/PciPassthrough.xcplugin.xml").read_text()
SHELL = re.search("<Shell .*/>", PLUGIN)[0]
TRAPS = {  # what XenCenter rejects, or silently takes for something else: what of the file becomes what
    "a comment inside a MenuItem is a second child": (SHELL, f"<!-- opens the page -->{SHELL}"),
    "a MenuItem has one child": (SHELL, SHELL + SHELL),
    "a MenuItem without a command": (SHELL, ""),
    "a boolean is true or false": ('relative="true"', 'relative="1"'),
    "a window's too": ('window="false"', 'window="no"'),
    "a menu that is none": ('menu="server"', 'menu="host"'),
    "a menu's case": ('menu="vm"', 'menu="VM"'),
    "no menu": (' menu="pool"', ""),
    "a command without its file": ('filename="', 'file="'),
    "a version of its own": ('version="2" description', 'version="3" description'),
    "a tab without an address": ('url="', 'href="'),
    "an element that is not known": ("<TabPage ", "<Tab "),
    "a prefix": ("<TabPage ", '<x:TabPage xmlns:x="urn:x" '),
    "a search that is not there": ('search="5b0d', 'search="6b0d'),
    "a comment before Query": ("<Query>", "<!-- hosts --><Query>"),
    "a search of the old form": ('major_version="2"', 'major_version="1"'),
}
COUNTED = "count(//MenuItem/comment() | //GroupMenuItem/comment() | //Search/comment() | //Query/comment())"


def is_taken(text):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(text)
        file.flush()
        valid = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, file.name], capture_output=True)
        comments = subprocess.run(["xmllint", "--xpath", COUNTED, file.name], capture_output=True, text=True)
        return valid.returncode == 0 and comments.stdout.strip() == "0"


class XenCenter(unittest.TestCase):
    def test_the_description_is_taken(self):
        self.assertTrue(is_taken(PLUGIN))

    def test_each_trap_is_seen(self):
        for trap, (what, becomes) in TRAPS.items():
            with self.subTest(trap):
                self.assertIn(what, PLUGIN)
                self.assertFalse(is_taken(PLUGIN.replace(what, becomes, 1)))

    def test_the_zip_holds_what_is_named(self):
        with tempfile.TemporaryDirectory() as scratch:
            made = [subprocess.run(["sh", SOURCE / "packaging/build-xencenter", f"{scratch}/{i}"], check=True,
                                   capture_output=True, text=True, env={"PATH": "/usr/bin:/bin",
                                                                        "SOURCE_DATE_EPOCH": "1700000000"}).stdout.strip()
                    for i in range(2)]
            self.assertEqual(Path(made[0]).read_bytes(), Path(made[1]).read_bytes())
            files = zipfile.ZipFile(made[0])
            names = set(files.namelist())
            tab = files.read(f"{FOLDER}tab.html").decode()
        self.assertIn("INSTALL.txt", names)
        self.assertEqual({name for name in names if not name.startswith(FOLDER)}, {"INSTALL.txt"})
        for named in re.findall(r'(?:src|href)="([^"]+)"', tab):
            self.assertIn(FOLDER + named, names)
        for path in re.findall(r'(?:filename|url)="Plugins[/\\]([^"]+)"', PLUGIN):
            self.assertIn(path.replace("\\", "/"), names)

    def test_the_command_uses_neither_the_session_nor_arguments_of_ours(self):
        command = (SOURCE / "wrapper/xencenter/open.cmd").read_text()
        self.assertNotRegex(command, r"%~?2|%\*|>>?")
        self.assertNotIn("param=", PLUGIN)


if __name__ == "__main__":
    unittest.main()
