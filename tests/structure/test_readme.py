"""The README names every function, argument and error code that the program has."""
import json
import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["PCI_PASSTHROUGH_SOURCE_DIR"])
README = (SOURCE / "README.md").read_text()
CHECKS = (SOURCE / "plugin/checks/README.md").read_text()
GOLDEN = SOURCE / "tests/hosts/golden"


def in_one_line(text):
    return " ".join(text.split())


def told_by_help():
    reply = subprocess.run([os.environ["PCI_PASSTHROUGH"], "help", "--json"], capture_output=True, check=True, text=True)
    return json.loads(reply.stdout)


class Readme(unittest.TestCase):
    def test_the_table_is_what_list_prints(self):
        shown = README[README.index("xcp-ng-nas1"):README.index("## Install it on a host")]
        lines = shown[:shown.index("```")].splitlines()
        self.assertGreater(len(lines), 12)
        golden = (GOLDEN / "xcp-ng-8.3.list.txt").read_text().splitlines()
        self.assertEqual([], [line for line in lines if line not in golden])

    def test_the_refusal_is_what_hide_answers(self):
        shown = README[README.index("    $ pci-passthrough hide 00:1f.2"):README.index("The API sees")]
        golden = in_one_line((GOLDEN / "xenserver-6.2.hide+00:1f.2.txt").read_text())
        for part in in_one_line(shown.partition("\n")[2]).split("…"):
            self.assertIn(part.strip(), golden)

    def test_every_function_and_argument(self):
        for function in told_by_help()["functions"]:
            row = re.search(rf"^\|[^|\n]*`{function['name']}`.*$", README, re.M)
            self.assertTrue(row, f"no row for {function['name']}")
            for argument in function["arguments"]:
                if function["name"] != "help":
                    self.assertIn(f"`{argument['name']}`", row[0])

    def test_every_error_code(self):
        for code in told_by_help()["error_codes"]:
            self.assertIn(f"`{code}`", README)

    def test_it_says_where_the_checks_are(self):
        self.assertIn("(plugin/checks/README.md)", README)

    def test_every_check_that_it_names_is_one(self):
        words = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", README))
        checks = set(re.findall(r"^\| \[`([a-z0-9-]+)`\]", CHECKS, re.M))
        others = {"at-boot", "dry-run", "pci-passthrough", "pci-rescue", "xen-arguments"}
        self.assertEqual(set(), words - checks - others)

    def test_each_boot_loader_has_its_way_back(self):
        rescue = README[README.index("## My host does not boot"):README.index("## Troubleshooting")]
        for word in ("extlinux", "GRUB", "BIOS", "UEFI", "`safe`", "xen_module", ".pci-passthrough.bak",
                     "xen-pciback.hide"):
            self.assertIn(word, rescue)

    def test_it_is_read_in_minutes(self):
        self.assertLessEqual(README.count("\n"), 256)


if __name__ == "__main__":
    unittest.main()
