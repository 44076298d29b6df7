"""The test xapi and the plugin behind it, seen by Xen Orchestra's own client: the npm package xen-api,
in the versions of xen-api/package-lock.json, installed into the build folder."""

import json
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from with_pool import WithPool
from host import PROGRAM  # with_pool knows where it lies
from wire import XapiError

SCRIPT = Path(__file__).with_name("xen-api")
INSTALLED = Path(PROGRAM).resolve().parent / "xen-api"


def why_there_is_no_client():
    """Installs it, where that is not done; None where it is there."""
    lock = SCRIPT / "package-lock.json"
    done = INSTALLED / "installed"
    if not shutil.which("npm"):
        return "there is no npm"
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        shutil.rmtree(INSTALLED, ignore_errors=True)
        shutil.copytree(SCRIPT, INSTALLED)
        result = subprocess.run(["timeout", "300", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
                                 "--fetch-retries=1"], cwd=INSTALLED, text=True, capture_output=True)
        if result.returncode != 0:
            said = result.stderr.strip() or f"status {result.returncode}"
            return f"npm cannot install it: {said.splitlines()[0]}"
        shutil.copy(lock, done)
    shutil.copy(SCRIPT / "client.mjs", INSTALLED)
    return None


class XenApi(WithPool):
    def setUp(self):
        self.pool = self.start()
        self.vm = self.pool.add("VM", name_label="nas & more", other_config={"a&b": "<"},
                                affinity=self.pool.coordinator)

    def connect(self, user="admin"):
        """Xen Orchestra's client, and the VMs that it sees."""
        url = self.pool.url.replace("://", f"://{user}:secret@")
        node = subprocess.Popen(["node", "client.mjs", url], cwd=INSTALLED, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(node.stdout.close)
        self.addCleanup(node.wait, 60)
        self.addCleanup(node.stdin.close)

        def call(*words):
            print(json.dumps(words), file=node.stdin, flush=True)
            answer = json.loads(node.stdout.readline())
            if "result" not in answer:
                raise XapiError(answer.get("code"), *answer.get("params") or [answer["message"]])
            return answer["result"]
        return call, json.loads(node.stdout.readline())

    def plugin(self, call, function, **arguments):
        host = arguments.pop("host", self.pool.coordinator)
        given = {key.replace("_", "-"): value for key, value in arguments.items()}
        return json.loads(call("host.call_plugin", host, "pci-passthrough", function, given))

    def test_it_lists_hides_and_assigns(self):
        call, vms = self.connect()
        self.assertIn("nas & more", vms)
        self.assertEqual(call("VM.get_record", self.vm)["other_config"], {"a&b": "<"})
        for host in self.pool.hosts:
            self.assertGreater(len(self.plugin(call, "list", host=host)["devices"]), 5)
        hidden = self.plugin(call, "hide", devices="18:00.0", dry_run="true")
        self.assertEqual((hidden["dry_run"], hidden["refused"], hidden["changed"]), (True, False, False))
        assigned = self.plugin(call, "assign", vm="nas & more", devices="3b:00.0,3b:00.1")
        self.assertTrue(assigned["changed"])
        self.assertEqual(call("VM.get_other_config", self.vm),
                         {"a&b": "<", "pci": "0/0000:3b:00.0,1/0000:3b:00.1"})

    def test_it_gets_our_errors(self):
        call, _ = self.connect()
        member = list(self.pool.hosts)[1]
        for host, function, arguments, code, why in (
                (None, "nonsense", {}, "UNKNOWN_XENAPI_PLUGIN_FUNCTION", "nonsense"),
                (None, "list", {"colour": "red"}, "PCI_PASSTHROUGH_INVALID_ARGUMENT", "colour"),
                (member, "list", {"colour": "red"}, "PCI_PASSTHROUGH_INVALID_ARGUMENT", "colour"),
                (None, "hide", {"devices": "99:00.0"}, "PCI_PASSTHROUGH_UNKNOWN_DEVICE", "0000:99:00.0"),
                (None, "hide", {"devices": "88:00.0"}, "PCI_PASSTHROUGH_REFUSED", "boot-controller-hidden"),
                (None, "assign", {"vm": "none", "devices": "3b:00.0"}, "PCI_PASSTHROUGH_INVALID_ARGUMENT",
                 "unknown VM 'none'")):
            self.assert_refused(code, why, lambda: self.plugin(call, function, **arguments,
                                                               **({"host": host} if host else {})))

    def test_an_operator(self):
        call, _ = self.connect("operator")
        self.assert_refused("RBAC_PERMISSION_DENIED", "host.call_plugin",
                            lambda: self.plugin(call, "list"))


if __name__ == "__main__":
    missing = why_there_is_no_client()
    if missing:
        print(f"skipped: Xen Orchestra's client is not here: {missing}")
        sys.exit(77)
    unittest.main()
