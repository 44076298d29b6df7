"""Drives the built program as a person at a shell does."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["PCI_PASSTHROUGH"]
PATH = {"PATH": "/sbin:/usr/sbin:/bin:/usr/bin"}


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *arguments], **{
        "env": PATH, "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
        "timeout": 60, "text": True, **more})


def complete(line, addresses=("0000:06:00.0", "0000:06:00.1", "0000:07:00.0")):
    """What bash would offer after this line, by the script that the program prints."""
    script = run("--completion").stdout + f"""
ls() {{ printf '%s\\n' {' '.join(addresses)}; }}
COMP_LINE=$1 COMP_POINT=${{#1}}
_pci_passthrough
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    result = subprocess.run(["bash", "-euc", script, "bash", line], stdout=subprocess.PIPE, text=True,
                            check=True, timeout=60)
    return sorted(result.stdout.split())


class Shell(unittest.TestCase):
    def test_exit_status(self):
        for status, arguments in ((0, ["version"]), (0, ["--help"]), (0, ["--version"]), (2, []), (2, ["lsit"]),
                                  (2, ["version", "--lsit"]), (2, ["--host", "/nonexistent", "list"])):
            result = run(*arguments)
            self.assertEqual(result.returncode, status, (arguments, result))
            spoken, silent = (result.stdout, result.stderr) if status == 0 else (result.stderr, result.stdout)
            self.assertTrue(spoken, arguments)
            self.assertEqual(silent, "", arguments)

    def test_the_status_is_what_monitoring_reads(self):
        hosts = pathlib.Path(os.environ["PCI_PASSTHROUGH_SOURCE_DIR"]) / "tests/hosts"
        for status, words in ((1, ["--host", hosts / "xcp-ng-8.3.host", "verify", "--status", "3b:00.0"]),
                              (2, ["--host", hosts / "xcp-ng-8.3.host", "verify", "--status", "88:00.0"]),
                              (3, ["--host", hosts / "xcp-ng-8.3.host", "verify", "status=true"]),
                              (3, ["--host", "/nonexistent", "verify", "--status"]),
                              (3, ["verify", "--status", "--bogus"]), (3, ["verify", "--status", "zz:00.0"])):
            result = run(*words)
            self.assertEqual(result.returncode, status, (words, result))
            self.assertRegex(result.stdout, r"\Apci-passthrough (WARNING|CRITICAL|UNKNOWN): [^\n|]+\n\Z")
            self.assertEqual(result.stderr, "")

    def test_what_export_wrote_is_imported(self):
        host = pathlib.Path(os.environ["PCI_PASSTHROUGH_SOURCE_DIR"]) / "tests/hosts/xcp-ng-8.3.host"
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(run("--host", host, "export").stdout)
            file.flush()
            for words in (["import", file.name], ["import", "--file", file.name]):
                result = run("--host", host, *words, "--dry-run", "--json")
                self.assertEqual(json.loads(result.stdout)["plan"], [], result)
        self.assertIn("cannot read", run("import", "/nonexistent").stderr)

    def test_an_export_says_at_once_what_it_lacks(self):
        with tempfile.TemporaryDirectory() as root:
            pathlib.Path(root, "boot").mkdir()
            pathlib.Path(root, "boot/grub.cfg").mkdir()
            result = run("--root", root, "export")
        for told in (json.loads(result.stdout)["left_out"][0], result.stderr):
            self.assertRegex(told, "No rules: cannot read ")

    def test_a_mistake_says_what_is_known(self):
        self.assertRegex(run("lsit").stderr, r"\Apci-passthrough: .*lsit\ncommands: .*\blist\b")
        self.assertRegex(run("hide", "--dryrun").stderr, r"--dryrun\n.*--dry-run")

    def test_a_failure_is_one_sentence(self):
        with tempfile.TemporaryDirectory() as root:
            result = run("hide", "zz:00.0", "--root", root)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "")
        first, *details = result.stderr.splitlines()
        self.assertTrue(first.startswith("pci-passthrough: "), result.stderr)
        self.assertTrue(all(line.startswith("  ") for line in details), result.stderr)

    def test_json_and_tables_end_with_a_line_feed(self):
        for arguments in (["version"], ["version", "--json"], ["--json", "version"]):
            self.assertTrue(run(*arguments).stdout.endswith("\n"))
        self.assertTrue(run("version", "--json").stdout.startswith("{"))
        self.assertFalse(run("version").stdout.startswith("{"))

    def test_a_closed_pipe_just_ends_it(self):
        for restored, status in ((True, -signal.SIGPIPE), (False, 1)):
            reader, writer = os.pipe()
            os.close(reader)
            result = run("version", stdout=writer, restore_signals=restored)
            os.close(writer)
            self.assertEqual((result.returncode, result.stderr), (status, ""))

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "wb") as full:
            result = run("version", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn("No space left on device", result.stderr)

    def test_completion(self):
        self.assertIn("list", complete("pci-passthrough l"))
        self.assertIn("hide", complete("pci-passthrough "))
        self.assertIn("--root", complete("pci-passthrough --"))
        self.assertIn("--dry-run", complete("pci-passthrough hide --d"))
        self.assertNotIn("--dry-run", complete("pci-passthrough version --"))
        self.assertEqual(complete("pci-passthrough list --format "), ["json", "svg", "text"])
        self.assertEqual(complete("pci-passthrough rules --format "), ["json", "text"])

    def test_completion_of_addresses(self):
        # bash splits at colons: only what follows the last one is put in.
        self.assertEqual(complete("pci-passthrough hide 0000:06"), ["06:00.0", "06:00.1"])
        self.assertEqual(complete("pci-passthrough hide 0000:06:00.0 0000:07:"), ["00.0"])
        self.assertEqual(complete("pci-passthrough hide 0000:06:00.0,0000:07:00"), ["00.0"])
        self.assertEqual(complete("pci-passthrough --json hide --devices 00"),
                         ["0000:06:00.0", "0000:06:00.1", "0000:07:00.0"])

    def test_completion_knows_every_command_that_help_names(self):
        named = re.search(r"Subcommands:\n(.*)", run("--help").stdout, re.S).group(1)
        commands = re.findall(r"^  (\S+)", named, re.M)
        self.assertIn("list", commands)
        self.assertEqual(complete("pci-passthrough "), sorted(commands))


if __name__ == "__main__":
    unittest.main()
