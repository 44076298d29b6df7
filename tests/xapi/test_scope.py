"""list and verify with scope=pool: the plugin asks the plugins of all hosts through xapi."""

import json
import subprocess
import threading
import time
import unittest

from with_pool import NAMES, NOT_PERMITTED, UNAVAILABLE, WithPool
from host import PROGRAM, Failure
from wire import XapiError

SCOPE = {"scope": "pool"}
DEADLINE = 30  # seconds, of one question to one host
HANGS = 10 * DEADLINE


def missing(function, arguments):
    raise XapiError("XENAPI_MISSING_PLUGIN", "pci-passthrough")


def cannot_contact(function, arguments):
    raise XapiError("CANNOT_CONTACT_HOST", "OpaqueRef:host")


def canned(version="0.1.0", device_id="24b0", used_by=()):
    """A plugin with one device, at 06:00.0."""
    device = {"address": "0000:06:00.0", "vendor_id": "10de", "device_id": device_id,
              "used_by": list(used_by)}
    replies = {"version": {"schema": 1, "version": version},
               "list": {"schema": 1, "host": {}, "devices": [device]},
               "verify": {"schema": 1, "verdict": "safe", "findings": []}}
    return lambda function, arguments: json.dumps(replies[function])


class Scope(WithPool):
    def line(self, reply, pool, ref):
        (line,) = [one for one in reply["hosts"] if one["uuid"] == pool.records["host"][ref]["uuid"]]
        self.assertEqual(line["name"], pool.records["host"][ref]["name_label"])
        return line

    def lines(self, pool, function, client=None):
        reply = (client or self.client(pool)).plugin(pool.coordinator, function, SCOPE)
        self.assertEqual(len(reply["hosts"]), len(pool.hosts))
        return reply, [self.line(reply, pool, ref) for ref in pool.hosts]

    def start_canned(self, *answers):
        pool = self.start()
        pool.answers = dict(zip(pool.hosts, answers))
        return pool


class Answers(Scope):
    def test_list_is_each_hosts_own(self):
        pool = self.start()
        client = self.client(pool)
        own = [client.plugin(ref, "list")["devices"] for ref in pool.hosts]
        version = client.plugin(pool.coordinator, "version")["version"]
        reply, lines = self.lines(pool, "list", client)
        self.assertEqual([line["devices"] for line in lines], own)
        self.assertEqual([line["plugin_version"] for line in lines], [version] * 3)
        self.assertEqual((reply["scope"], reply["pool"]["name"]), ("pool", "tests & more"))

    def test_verify_is_each_hosts_own(self):
        pool = self.start()
        client = self.client(pool)
        own = [client.plugin(ref, "verify") for ref in pool.hosts]
        reply, lines = self.lines(pool, "verify", client)
        for line, alone in zip(lines, own):
            self.assertEqual((line["verdict"], line["findings"]), (alone["verdict"], alone["findings"]))
        self.assertEqual(reply["findings"], [])
        self.assertIn("unsafe", [line["verdict"] for line in lines])  # xenserver-9
        self.assertEqual(reply["verdict"], "unsafe")

    def test_nobody_asks_further(self):
        pool = self.start()
        client = self.client(pool)
        for function, inner in (("list", ["list", "version"]), ("verify", ["list", "verify", "version"])):
            del pool.plugin_calls[:]
            self.lines(pool, function, client)
            first, *others = pool.plugin_calls
            self.assertEqual(first, (pool.coordinator, function, SCOPE))
            for ref in pool.hosts:
                asked = sorted(call[1] for call in others if call[0] == ref)
                self.assertEqual(asked, inner)
            self.assertEqual([call[2] for call in others], [{"format": "json"}] * len(others))

    def test_as_a_table(self):
        pool = self.start_canned(canned(), missing, canned())
        host = pool.hosts[pool.coordinator]
        table = host.shell("list", "--scope", "pool").stdout
        self.assertIn("== xcp-ng-8.3 (0.1.0)\nxcp-ng-8.3: 1 function", table)
        self.assertIn("\n== xenserver-9: XENAPI_MISSING_PLUGIN: pci-passthrough is not installed there\n",
                      table)
        verify = host.shell("verify", "--scope", "pool").stdout
        self.assertTrue(verify.startswith("UNKNOWN: 1 unknown\n"), verify)
        self.assertIn("\n== xcp-ng-8.3 (0.1.0)\nSAFE\n", verify)

    def test_over_xml_too(self):
        pool = self.start(has_json=False, socket="var/xapi/xapi")
        host = pool.hosts[pool.coordinator]
        reply = json.loads(host.shell("list", "--scope", "pool", "--json").stdout)
        self.assertEqual(["error" in line for line in reply["hosts"]], [False] * 3)


class Troubles(Scope):
    def test_a_host_that_is_off_and_one_without_the_plugin_are_lines(self):
        pool = self.start()
        _, off, bare = pool.hosts
        pool.records["host_metrics"][pool.records["host"][off]["metrics"]]["live"] = False
        pool.answers[bare] = missing
        for function, member in (("list", "devices"), ("verify", "findings")):
            reply, (here, line_off, line_bare) = self.lines(pool, function)
            self.assertIn(member, here)
            self.assertEqual(line_off["error"], ["HOST_OFFLINE", "it is off, or xapi does not reach it"])
            self.assertEqual(line_bare["error"], ["XENAPI_MISSING_PLUGIN",
                                                  "pci-passthrough is not installed there"])
        self.assertEqual(here["verdict"], "safe")
        self.assertEqual(reply["verdict"], "unknown")

    def test_a_host_that_xapi_takes_for_alive_but_does_not_reach_is_a_line(self):
        pool = self.start_canned(canned(), cannot_contact, canned())
        for function in ("list", "verify"):
            reply = json.loads(pool.hosts[pool.coordinator].shell(function, "--scope", "pool", "--json").stdout)
            lines = [self.line(reply, pool, ref) for ref in pool.hosts]
            self.assertEqual([line.get("error") for line in lines],
                             [None, ["CANNOT_CONTACT_HOST", "it is off, or xapi does not reach it"], None])
        self.assertEqual(reply["verdict"], "unknown")

    def test_another_version_and_nonsense_are_lines(self):
        def fails(code):
            def answer(function, arguments):
                raise XapiError(code, "words")
            return answer

        def only(**changed):
            return lambda f, a: changed.get(f) or canned()(f, a)
        pool = self.start()
        client, (_, other, third) = self.client(pool), pool.hosts
        pool.answers[third] = canned()
        for answer, code, words in (
                (fails("UNKNOWN_XENAPI_PLUGIN_FUNCTION"), "UNKNOWN_XENAPI_PLUGIN_FUNCTION", "another version"),
                (fails("XENAPI_PLUGIN_FAILURE"), "XENAPI_PLUGIN_FAILURE", "failed there"),
                (fails("PCI_PASSTHROUGH_INVALID_ARGUMENT"), "PCI_PASSTHROUGH_INVALID_ARGUMENT", "words"),
                (lambda f, a: "hello", "PCI_PASSTHROUGH_INTERNAL_ERROR", "its answer to version"),
                (lambda f, a: 7, "PCI_PASSTHROUGH_INTERNAL_ERROR", "its answer to version"),
                (lambda f, a: "[" * 5000, "PCI_PASSTHROUGH_INTERNAL_ERROR", "its answer to version"),
                (only(list='{"devices": [7]}'), "PCI_PASSTHROUGH_INTERNAL_ERROR", "its answer to list"),
                (only(verify='{"verdict": "fine"}'), "PCI_PASSTHROUGH_INTERNAL_ERROR", "answer to verify")):
            pool.answers[other] = answer
            _, (here, bad, good) = self.lines(pool, "verify", client)
            self.assertEqual(bad["error"][0], code)
            self.assertIn(words, bad["error"][1])
            self.assertNotIn("error", here)
            self.assertNotIn("error", good)

    def test_a_host_that_hangs_costs_its_deadline_and_no_more(self):
        def hangs(function, arguments):
            threading.Event().wait(HANGS)
        pool = self.start()
        _, other, third = pool.hosts
        pool.answers = {other: hangs, third: canned()}
        begun = time.monotonic()
        _, (here, stuck, good) = self.lines(pool, "verify")
        took = time.monotonic() - begun
        self.assertEqual(stuck["error"], [UNAVAILABLE, "host.call_plugin: xapi did not answer in 30 s"])
        self.assertIn("verdict", here)
        self.assertIn("verdict", good)
        self.assertGreaterEqual(took, DEADLINE)
        self.assertLess(took, HANGS)

    def test_all_hosts_are_asked_at_once(self):
        all_here = threading.Barrier(3, timeout=HANGS)

        def waits_for_the_others(function, arguments):
            all_here.wait()
            return canned()(function, arguments)
        pool = self.start_canned(*[waits_for_the_others] * 3)
        host = pool.hosts[pool.coordinator]
        reply = json.loads(host.shell("verify", "--scope", "pool", "--json").stdout)
        self.assertEqual(["error" in line for line in reply["hosts"]], [False] * 3)

    def test_without_xapi(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        pool.socket_of(pool.coordinator).end()
        with self.assertRaises(Failure) as caught:
            host.call("list", SCOPE)
        self.assertEqual(caught.exception.code, UNAVAILABLE)


class Rights(Scope):
    def test_a_member_refuses_and_names_the_coordinator(self):
        pool = self.start()
        client = self.client(pool)
        member = list(pool.hosts)[1]
        self.assert_refused(NOT_PERMITTED, "coordinator (192.0.2.1)", client.plugin, member, "list", SCOPE)
        self.assertEqual(pool.plugin_calls, [(member, "list", SCOPE)])

    def test_root_at_a_shell_of_a_member_asks_all_and_leaves_no_session(self):
        pool = self.start()
        host = list(pool.hosts.values())[1]
        reply = json.loads(host.shell("list", "--scope", "pool", "--json").stdout)
        self.assertEqual(["error" in line for line in reply["hosts"]], [False] * 3)
        self.assertEqual(pool.sessions, {})

    def test_on_the_coordinator_the_caller_has_no_more_rights_than_its_own(self):
        pool = self.start()
        vm = pool.add("VM", name_label="v", power_state="Running", resident_on=pool.coordinator)
        operator = self.client(pool, "operator")
        before = set(pool.sessions)
        reply = json.loads(operator.ask("VM.call_host_plugin", vm, "pci-passthrough", "list", SCOPE))
        self.assertEqual([line["error"] for line in reply["hosts"]],
                         [["RBAC_PERMISSION_DENIED", "this session does not hold host.call_plugin"]] * 3)
        self.assertEqual(set(pool.sessions), before)


class Findings(Scope):
    def verified(self, *answers, vms=("nas",)):
        pool = self.start_canned(*answers)
        for name in vms:
            pool.add("VM", name_label=name, other_config={"pci": "0/0000:06:00.0"})
        reply = json.loads(pool.hosts[pool.coordinator].shell("verify", "--scope", "pool", "--json").stdout)
        return reply["verdict"], [(one["code"], one["state"]) for one in reply["findings"]]

    def test_hosts_that_agree(self):
        self.assertEqual(self.verified(canned(), canned(), canned()), ("safe", []))

    def test_each_check_of_a_pool_is_found(self):
        root = {"kind": "mount", "name": "/", "critical": True}
        cases = {"pool-version-mismatch": ("safe", canned("0.2.0"), ["nas"]),
                 "vm-address-on-other-host-differs": ("safe", canned(device_id="1b38"), ["nas"]),
                 "vm-address-on-other-host-dangerous": ("unsafe", canned(device_id="1b38", used_by=[root]), ["nas"]),
                 "device-in-two-vms-of-pool": ("safe", canned(), ["nas", "web"])}
        rows = json.loads(subprocess.check_output([PROGRAM, "explain", "--json"]))["checks"]
        self.assertEqual({row["code"] for row in rows if row["about"] == "pool"}, set(cases))
        for code, (verdict, other, vms) in cases.items():
            with self.subTest(code):
                self.assertEqual(self.verified(canned(), other, canned(), vms=vms), (verdict, [(code, "found")]))

    def test_an_affinity_is_no_pin(self):
        root = {"kind": "mount", "name": "/", "critical": True}
        pool = self.start_canned(canned(), canned(device_id="1b38", used_by=[root]), canned())
        pool.add("VM", name_label="nas", other_config={"pci": "0/0000:06:00.0"}, affinity=pool.coordinator)
        reply = json.loads(pool.hosts[pool.coordinator].shell("verify", "--scope", "pool", "--json").stdout)
        (finding,) = reply["findings"]
        self.assertEqual((finding["code"], finding["severity"]),
                         ("vm-address-on-other-host-dangerous", "error"))
        self.assertIn("prefers xcp-ng-8.3, but may start on any host", finding["message"])

    def test_two_vms_that_want_one_device_of_one_host(self):
        pool = self.start_canned(canned(), canned(), canned())
        _, second, third = pool.hosts

        def add(name, **more):
            return pool.add("VM", name_label=name, other_config={"pci": "0/0000:06:00.0"}, **more)

        def findings():
            text = pool.hosts[pool.coordinator].shell("verify", "--scope", "pool", "--json").stdout
            return [(one["code"], one["severity"], one["message"]) for one in json.loads(text)["findings"]]
        add("nas", affinity=second)
        other = add("web", affinity=third)
        self.assertEqual(findings(), [])
        pool.records["VM"][other].update(power_state="Running", resident_on=second)
        self.assertEqual(findings(), [("device-in-two-vms-of-pool", "error",
                                       "'nas' (Halted), 'web' (Running) want 0000:06:00.0 on xenserver-9. "
                                        "The second one's start resets it under the first.")])
        pool.records["VM"][other].update(power_state="Halted", affinity="OpaqueRef:NULL")
        self.assertEqual([one[1] for one in findings()], ["warn"])

    def test_a_host_that_does_not_answer(self):
        self.assertEqual(self.verified(canned(), missing, canned()),
                         ("unknown", [("vm-address-on-other-host-dangerous", "unknown"),
                                      ("pool-version-mismatch", "unknown")]))


if __name__ == "__main__":
    unittest.main()
