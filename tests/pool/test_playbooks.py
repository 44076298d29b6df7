"""What the playbooks promise that can be read from their text."""

import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import SOURCE

POOL = SOURCE / "install/pool"
FILES = sorted([*POOL.glob("*.yml"), *POOL.glob("roles/**/*.yml")])
TOLERANT = {"call_xapi.yml", "install_host.yml"}  # each has an assert behind it
SECRETS = ("pci_session", "pci_secret", "pci_password", "pci_given_password", "typed.user_input")


def tasks_of(text):
    return re.split(r"(?m)^\s*- name: ", text)[1:]


class Text(unittest.TestCase):
    def test_no_failure_is_turned_into_success(self):
        self.assertGreater(len(FILES), 30)
        for path in FILES:
            words = re.sub("#.*", "", path.read_text())
            for word in ("rescue", "ignore_errors", "ignore_unreachable", "max_fail_percentage"):
                self.assertNotRegex(words, rf"(?m)^\s*{word}\s*:", path)
            if path.name not in TOLERANT:
                self.assertNotRegex(words, r"failed_when\s*:\s*false", path)

    def test_who_tolerates_a_failed_call_reads_it(self):
        for path in FILES:
            text = path.read_text()
            if re.search(r"tolerate: true", text) and path.name not in ("stop_roll.yml", "log_out.yml"):
                self.assertRegex(text, "pci_error|pci_unasked|pci_has_begun|pci_text", path)

    def test_secrets_are_in_no_log(self):
        for path in FILES:
            if "defaults" in path.parts or "vars" in path.parts or "inventory" in path.name:
                continue
            for task in tasks_of(path.read_text()):
                shows = re.search(r"\b(uri|debug|set_fact|command|shell|pause|copy):", task)
                if shows and any(re.search(rf"{re.escape(one)}\b(?! is (?:not )?defined)", task) for one in SECRETS):
                    self.assertIn("no_log: true", task, f"{path}: {task}")

    def test_one_place_calls_xapi(self):
        self.assertEqual([path.name for path in FILES if "ansible.builtin.uri" in path.read_text()], ["call_xapi.yml"])

    def test_only_installing_goes_by_ssh(self):
        over_ssh = {path.name for path in FILES if re.search(r"builtin\.(raw|script):", path.read_text())}
        self.assertEqual(over_ssh, {"call_over_ssh.yml", "install_host.yml", "remove_from_host.yml"})

    def test_every_variable_is_documented_in_one_place(self):
        defaults = (POOL / "roles/pci/defaults/main.yml").read_text()
        known = set(re.findall(r"^#? ?(pci_\w+):", defaults, re.M)) | {"pci_coordinator"}
        made = set()
        for path in FILES:
            made |= set(re.findall(r"^\s+\"?(pci_\w+)\"?:", path.read_text(), re.M))
        made |= set(re.findall(r"^(pci_\w+):", (POOL / "roles/pci/vars/main.yml").read_text(), re.M))
        made |= set(re.findall(r"groups: (pci_\w+)", "".join(path.read_text() for path in FILES)))
        used = set()
        for path in FILES:
            used |= set(re.findall(r"\bpci_\w+", re.sub("#.*", "", path.read_text())))
        self.assertEqual(used - known - made, set())
        for name in re.findall(r"^(pci_\w+):", (POOL / "roles/pci/defaults/main.yml").read_text(), re.M):
            self.assertRegex("".join(path.read_text() for path in FILES if "defaults" not in path.parts) + defaults,
                             rf"\b{name}\b[^:]", name)

    def test_lint(self):
        if not shutil.which("ansible-lint"):
            self.skipTest("ansible-lint is not installed")
        result = subprocess.run(["ansible-lint", "-p", "--nocolor", *(path.name for path in POOL.glob("*.yml")), "roles"],
                                cwd=POOL, text=True, capture_output=True)
        self.assertEqual(result.returncode, 0, result.stdout)
        skipped = re.findall(r"^\s*- (\S+)(.*)$", re.sub(r"(?s).*skip_list:|kinds:.*", "", (POOL / ".ansible-lint").read_text()), re.M)
        for rule, why in skipped:
            self.assertIn("#", why, f"{rule} is skipped without a reason")
        self.assertNotRegex("".join(path.read_text() for path in FILES), "noqa")

    def test_the_example_is_an_inventory(self):
        told = subprocess.run(["ansible-inventory", "-i", POOL / "inventory.example.yml", "--list"], text=True,
                              capture_output=True)
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        self.assertIn("xcp3", told.stdout)

    def test_syntax(self):
        for path in POOL.glob("*.yml"):
            if path.name != "inventory.example.yml":
                told = subprocess.run(["ansible-playbook", "--syntax-check", "-i", POOL / "inventory.example.yml", path],
                                      text=True, capture_output=True)
                self.assertEqual(told.returncode, 0, told.stderr)


if __name__ == "__main__":
    if not shutil.which("ansible-playbook"):
        print("skipped: ansible-playbook is not installed")
        sys.exit(77)
    unittest.main()
