"""A pool on a test xapi: Python's xmlrpc.client and xe call the plugin, which calls back."""

import fcntl
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
import xmlrpc.client
from pathlib import Path

from with_pool import NAMES, NOT_PERMITTED, UNAVAILABLE, WithPool
from host import Failure, Host, RECORDINGS, STATE  # pool knows where it lies
from wire import XapiError


XAPI_DEADLINE = 20  # seconds, of one call


def is_locked(directory):
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


class Questions(WithPool):
    def test_every_host_answers_with_its_own_devices(self):
        pool = self.start()
        client = self.client(pool)
        for ref, host in pool.hosts.items():
            reply = client.plugin(ref, "list")
            self.assertEqual(reply["host"]["uuid"], pool.records["host"][ref]["uuid"])
            self.assertNotIn("xapi", reply.get("unreadable", {}))
        verdict = client.plugin(pool.coordinator, "verify")["verdict"]
        self.assertEqual(verdict, "safe")

    def test_the_sessions_of_others_stay(self):
        pool = self.start()
        client = self.client(pool)
        before = set(pool.sessions)
        for ref in pool.hosts:
            client.plugin(ref, "list")
        self.assertEqual(set(pool.sessions), before)

    def test_a_shell_begins_a_session_and_ends_it(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        result = host.shell("list", "--json")
        self.assertNotIn("xapi", json.loads(result.stdout).get("unreadable", {}), result.stderr)
        calls = [body for _, body in pool.socket_of(pool.coordinator).calls]
        self.assertIn("login_with_password", calls[0])
        self.assertIn("session.logout", calls[-1])
        self.assertEqual(pool.sessions, {})

    def test_some_commands_never_touch_xapi(self):
        pool = self.start()
        client = self.client(pool)
        for function in ("rules", "backups", "version", "help"):
            client.plugin(pool.coordinator, function)
        self.assertEqual(pool.socket_of(pool.coordinator).calls, [])

    def test_a_key_that_breaks_xml_breaks_nothing_in_json(self):
        pool = self.start()
        pool.add("VM", name_label="odd", other_config={"a&b": "1", "a<b": "2", "</name>": "3"})
        host = pool.hosts[pool.coordinator]
        self.assertNotIn("unreadable", json.loads(host.shell("list", "--json").stdout))

    def test_on_6_2_it_breaks_nothing_either(self):
        pool = self.start(has_json=False, socket="var/xapi/xapi")
        host = pool.hosts[pool.coordinator]
        pool.add("VM", name_label="odd", affinity=pool.coordinator,
                 other_config={"a&b": "1", "a<b": "2", "</name>": "3", "pci": "0/0000:3b:00.0"})
        self.assertNotIn("unreadable", json.loads(host.shell("list", "--json").stdout))
        (odd,) = json.loads(host.shell("assignments", "--json").stdout)["assignments"]
        self.assertEqual((odd["name"], odd["value"]), ("odd", "0/0000:3b:00.0"))

    def test_on_6_2_a_key_that_is_markup_makes_the_vms_unreadable_and_no_more(self):
        pool = self.start(has_json=False, socket="var/xapi/xapi")
        host = pool.hosts[pool.coordinator]
        pool.add("VM", name_label="odd", other_config={"</name><value></struct>": "1"})
        unreadable = json.loads(host.shell("list", "--json").stdout)["unreadable"]
        self.assertEqual(list(unreadable), ["xapi VM"])
        self.assertIn("its XML is broken", unreadable["xapi VM"])

    def test_a_session_that_is_over_is_told(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        reply = json.loads(host.call("list"))  # its session is OpaqueRef:tests
        self.assertIn("SESSION_INVALID", reply["unreadable"]["xapi"])
        self.assertGreater(len(reply["devices"]), 5)


class Rights(WithPool):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.harmless = {host.name: host.harmless(1)[0] for host in cls.hosts}

    def hide(self, pool, call, host_ref, *first):
        host = pool.hosts[host_ref]
        path = host.boot_file()
        before = path.read_bytes()
        try:
            reply = call(*first, "pci-passthrough", "hide", {"devices": self.harmless[host.name]})
            self.assertTrue(json.loads(reply)["changed"])
            self.assertNotEqual(path.read_bytes(), before)
        except XapiError:
            self.assertEqual(path.read_bytes(), before)
            raise

    def test_an_administrator_hides_on_every_host(self):
        pool = self.start()
        for ref in pool.hosts:
            client = self.client(pool)
            self.hide(pool, lambda *more: client.ask("host.call_plugin", *more), ref, ref)

    def test_a_vm_operator_may_not_anywhere(self):
        pool = self.start()
        client = self.client(pool, "operator")
        for ref, why in zip(pool.hosts, ("lacks host.call_plugin", "Try again", "Try again")):
            vm = pool.add("VM", name_label="the VM", power_state="Running", resident_on=ref,
                          current_operations={})
            self.assert_refused("RBAC_PERMISSION_DENIED", "host.call_plugin", client.ask,
                                "host.call_plugin", ref, "pci-passthrough", "list", {})
            self.assert_refused(
                NOT_PERMITTED, why, self.hide, pool,
                lambda *more: client.ask("VM.call_host_plugin", *more), ref, vm)
            listed = json.loads(client.ask("VM.call_host_plugin", vm, "pci-passthrough", "list", {}))
            self.assertTrue(listed["devices"])  # a question is anybody's

    def test_a_session_that_is_less_is_refused_on_a_member_too(self):
        pool = self.start(xapi_build="25.21.9")
        member = list(pool.hosts)[1]
        host = pool.hosts[member]
        for role, superuser, words in (("operator", False, "lacks host.call_plugin"),
                                       ("pool-admin", False, ""), ("pool-admin", True, "")):
            process = host.start("hide", {"devices": self.harmless[host.name], "dry-run": "false"},
                                 session=pool.begin(role, superuser=superuser))
            (reply,), _ = xmlrpc.client.loads(process.communicate()[0])
            with self.subTest(role, superuser=superuser):
                if words:
                    self.assertEqual(NOT_PERMITTED, reply["ErrorDescription"][0])
                    self.assertIn(words, reply["ErrorDescription"][1])
                else:
                    self.assertEqual("Success", reply["Status"], reply)

    def test_a_member_of_a_pool_that_is_older_asks_no_vm(self):
        pool = self.start(xapi_build="25.21.9")
        member = list(pool.hosts)[1]
        pool.add("VM", power_state="Running", current_operations={"OpaqueRef:t": "call_plugin"})
        client = self.client(pool)
        self.hide(pool, lambda *more: client.ask("host.call_plugin", *more), member, member)

    def test_one_newer_or_unknown_xapi_is_enough(self):
        for build in ("25.22.0", "26.1.14", "", "unknown"):
            pool = self.start(xapi_build="25.21.9")
            member = list(pool.hosts)[1]
            pool.records["host"][pool.coordinator]["software_version"]["xapi_build"] = build
            pool.add("VM", name_label="", power_state="Running",
                     current_operations={"OpaqueRef:t": "call_plugin"})
            client = self.client(pool)
            with self.subTest(build):
                self.assert_refused(
                    NOT_PERMITTED, "Try again", self.hide, pool,
                    lambda *more: client.ask("host.call_plugin", *more), member, member)

    def test_another_operation_of_a_vm_hinders_nobody(self):
        pool = self.start()
        member = list(pool.hosts)[1]
        pool.add("VM", power_state="Running", current_operations={"OpaqueRef:t": "clean_reboot"})
        client = self.client(pool)
        self.hide(pool, lambda *more: client.ask("host.call_plugin", *more), member, member)

    def test_root_at_a_shell_needs_no_xapi(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        pool.socket_of(pool.coordinator).end()
        for words in (["hide", self.harmless[host.name]], ["rules"], ["unhide", self.harmless[host.name]]):
            result = host.shell(*words)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertEqual(host.boot_file().read_bytes(), self.boot_files[host.boot_file()])

    def test_xapi_is_asked_for_the_vms_once(self):
        pool = self.start()
        client = self.client(pool)
        for ref in list(pool.hosts)[:2]:
            self.hide(pool, lambda *more: client.ask("host.call_plugin", *more), ref, ref)
            asked = [body for _, body in pool.socket_of(ref).calls if "VM.get_all_records" in body]
            self.assertEqual(len(asked), 1)

    def test_root_waits_for_a_silent_xapi_without_the_lock(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        state = host.path(STATE)
        state.mkdir(mode=0o700, parents=True)
        pool.interfere = lambda *_: threading.Event().wait(60)
        begun = time.monotonic()
        held = 0
        hide = subprocess.Popen([host.program, "hide", self.harmless[host.name]], env=host.environment(),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        while hide.poll() is None:
            time.sleep(0.05)
            held += 0.05 * is_locked(state)
        self.assertIn("Done", hide.communicate()[0])
        self.assertGreater(time.monotonic() - begun, XAPI_DEADLINE)
        self.assertLess(held, 5)

    def test_without_an_answer_nothing_is_changed(self):
        pool = self.start()
        host = pool.hosts[pool.coordinator]
        session = pool.begin("pool-admin", superuser=True)
        pool.socket_of(pool.coordinator).end()
        process = host.start("hide", {"devices": self.harmless[host.name]}, session=session)
        (reply,), _ = xmlrpc.client.loads(process.communicate()[0])
        self.assertEqual(reply["ErrorDescription"][0], UNAVAILABLE)
        self.assertFalse(host.path("/var/lib/pci-passthrough").exists())

    def test_dry_run_is_a_question(self):
        pool = self.start()
        client = self.client(pool, "operator")
        vm = pool.add("VM", power_state="Running", resident_on=pool.coordinator, current_operations={})
        reply = client.ask("VM.call_host_plugin", vm, "pci-passthrough", "hide",
                           {"devices": self.harmless[NAMES[0]], "dry-run": "true"})
        self.assertFalse(json.loads(reply)["changed"])


class Recordings(WithPool):
    def test_a_recorded_host_with_xapi_has_nobody_to_judge_a_caller(self):
        recording = next(path for path in RECORDINGS if path.stem == "xcp-ng-8.3")
        with Host(recording) as host:
            host.path("/.xapi/session.get_is_local_superuser").unlink()
            path = host.boot_file()
            before = path.read_bytes()
            with self.assertRaises(Failure) as caught:
                host.call("hide", {"devices": host.harmless(1)[0]})
            self.assertIn(caught.exception.code, (UNAVAILABLE, NOT_PERMITTED))
            self.assertEqual(path.read_bytes(), before)

    def test_a_recording_keeps_what_xapi_said(self):
        pool = self.start()
        pool.add("VM", name_label='Böse "VM" </name>', power_state="Running",
                 other_config={"pci": "0/0000:06:00.0", "secret": "hidden away"})
        sr = pool.add("SR", name_label="store", type="nfs")
        pool.add("PBD", SR=sr, host=pool.coordinator,
                 device_config={"server": "nas.example.org", "password": "hidden away"})
        host = pool.hosts[pool.coordinator]
        plain, masked = host.shell("record").stdout, host.shell("record", "--mask").stdout
        self.assertIn("=== xapi VM.get_all_records", plain)
        self.assertIn("0/0000:06:00.0", masked)
        self.assertIn("nas.example.org", plain)
        for text in (plain, masked):
            self.assertNotIn("hidden away", text)
        for telling in ("nas.example.org", "VM\\\"", "store", pool.records["host"][pool.coordinator]["uuid"]):
            self.assertNotIn(telling, masked.partition("=== xapi")[2], telling)
        for text in (plain, masked):
            recording = host.scratch / "again.host"
            recording.write_text(text)
            with Host(recording) as again:
                self.assertNotIn("unreadable", json.loads(again.shell("list", "--json").stdout))
                kept = again.shell("record").stdout
                self.assertEqual(kept.partition("=== xapi")[2], text.partition("=== xapi")[2])


class Volumes(WithPool):
    """On the recorded XCP-ng 8.3, /dev/sdc lies behind the SAS controller 0000:18:00.0."""

    def with_volume(self, pool, device="/dev/sdc"):
        sr = pool.add("SR", name_label="local", type="lvm")
        pool.add("PBD", SR=sr, host=pool.coordinator, device_config={"device": device})
        pool.add("VDI", SR=pool.add("SR"), VBDs=["other"])
        vbd = "OpaqueRef:disk"
        pool.add("VDI", SR=sr, VBDs=[vbd])
        pool.add("VM", name_label="db", VBDs=[vbd])
        pool.add("VM", name_label="web", VBDs=["other"])

    def asked(self, pool):
        """What one verify says, and which volumes it asked for."""
        asked = []
        pool.interfere = lambda method, parameters: method.startswith("VDI.") and asked.append(
            (method, parameters[1:]))
        reply = json.loads(pool.hosts[pool.coordinator].shell(
            "verify", "18:00.0", "--json").stdout)
        return {one["code"]: one["message"] for one in reply["findings"]}, asked

    def test_names_the_vms_whose_disks_go(self):
        pool = self.start()
        self.with_volume(pool)
        found, asked = self.asked(pool)
        self.assertIn("carries disks of the VM 'db'. ", found["sr-vdi-of-other-vms"])
        self.assertEqual([method for method, _ in asked], ["VDI.get_all_records_where"])

    def test_asks_for_no_volume_where_no_sr_is_in_question(self):
        pool = self.start()
        for sr in list(pool.records["SR"]):
            del pool.records["SR"][sr]
        self.with_volume(pool, device="/dev/disk/by-id/gone")
        found, asked = self.asked(pool)
        self.assertNotIn("sr-vdi-of-other-vms", found)
        self.assertEqual(asked, [])


class Server(WithPool):
    """The test xapi itself, by Python's own client."""

    def test_maps_and_their_errors(self):
        pool = self.start()
        client = self.client(pool)
        vm = pool.add("VM", other_config={})
        client.ask("VM.add_to_other_config", vm, "pci", "0/0000:06:00.0")
        self.assertEqual(client.ask("VM.get_other_config", vm), {"pci": "0/0000:06:00.0"})
        self.assert_refused("MAP_DUPLICATE_KEY", "pci", client.ask, "VM.add_to_other_config", vm, "pci", "x")
        client.ask("VM.remove_from_other_config", vm, "pci")
        client.ask("VM.remove_from_other_config", vm, "pci")
        operator = self.client(pool, "operator")
        self.assert_refused("RBAC_PERMISSION_DENIED", "VM.add_to_other_config", operator.ask,
                            "VM.add_to_other_config", vm, "pci", "x")

    def test_the_rest_that_clients_use(self):
        pool = self.start()
        client = self.client(pool)
        self.assertIn("VM.get_all_records", client.ask_bare("system.listMethods"))
        self.assertEqual(client.ask("event.from", ["*"], "", 1.0)["events"], [])
        self.assert_refused("UUID_INVALID", "host", client.ask, "host.get_by_uuid", "x")
        self.assert_refused("MESSAGE_METHOD_UNKNOWN", "VM.nonsense", client.ask, "VM.nonsense")
        self.assert_refused("XENAPI_MISSING_PLUGIN", "other", client.ask, "host.call_plugin",
                            pool.coordinator, "other", "list", {})
        client.ask("session.logout")
        self.assert_refused("SESSION_INVALID", "OpaqueRef", client.ask, "pool.get_all")
        self.assert_refused("SESSION_AUTHENTICATION_FAILED", "root", client.ask_bare,
                            "session.login_with_password", "root", "")

    def test_xe(self):
        pool = self.start()
        uuid = pool.records["host"][pool.coordinator]["uuid"]

        def xe(user, *words):
            environment = {**os.environ, "XE_SERVER": pool.url, "XE_USER": user, "XE_PASSWORD": "secret"}
            return subprocess.run([Path(__file__).with_name("xe"), "host-call-plugin", f"host-uuid={uuid}",
                                   "plugin=pci-passthrough", *words], env=environment, text=True,
                                  capture_output=True)
        self.assertIn("ADDRESS", xe("admin", "fn=list", "args:format=text").stdout)
        result = xe("admin", "fn=nonsense")
        self.assertEqual((result.returncode, result.stderr),
                         (1, "Error code: UNKNOWN_XENAPI_PLUGIN_FUNCTION\nError parameters: nonsense\n"))
        self.assertIn("RBAC_PERMISSION_DENIED", xe("operator", "fn=list").stderr)


if __name__ == "__main__":
    unittest.main()
