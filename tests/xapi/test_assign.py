"""assign, unassign and repair of a VM's entry, through the test xapi, as xapi runs the plugin."""

import concurrent.futures
import functools
import threading
import time
import unittest

from with_pool import NAMES, NOT_PERMITTED, UNAVAILABLE, WithPool
from listener import HangUp
from wire import XapiError

BUSY = "PCI_PASSTHROUGH_BUSY"
GPU, AUDIO, USB = "0000:3b:00.0", "0000:3b:00.1", "0000:8b:00.0"  # pciback has them
HBA, ROOT_DISK = "0000:18:00.0", "0000:88:00.0"  # dom0 has them
OTHERS = {"mac_seed": "a-b", "folder": "/nas & co", "a&b": "1", "a<b": "2", "</name>": "</value>", "": "x"}


class WithVm(WithPool):
    more = {}

    def setUp(self):
        self.pool = self.start(**self.more)
        self.admin = self.client(self.pool)
        self.here, self.member, self.far = self.pool.hosts
        self.vm = self.nas(self.here)

    def nas(self, host, **more):
        return self.pool.add("VM", **{"name_label": "nas", "affinity": host, "power_state": "Halted",
                                      "other_config": dict(OTHERS), **more})

    def call(self, function, *devices, client=None, host=None, vm=None, **more):
        given = {"vm": self.pool.records["VM"][vm or self.vm]["uuid"], "devices": ",".join(devices), **more}
        given = {key.replace("_", "-"): value for key, value in given.items() if value != ""}
        return (client or self.admin).plugin(host or self.here, function, given)

    def assign(self, *devices, **more):
        return self.call("assign", *devices, **more)

    def config(self, vm=None):
        return self.pool.records["VM"][vm or self.vm]["other_config"]

    def entry(self, vm=None):
        """Of the key pci; every other key must stand as it was."""
        config = self.config(vm)
        self.assertEqual({key: value for key, value in config.items() if key != "pci"}, OTHERS)
        return config.get("pci")

    def writes(self):
        return [body for server in self.pool.servers for _, body in server.calls
                if "_to_other_config" in body or "_from_other_config" in body]

    def interfere_once(self, method, action):
        """Before the first call of the method, or instead of it where the action raises."""
        def interfere(called, parameters):
            if called == method:
                self.pool.interfere = lambda *_: None
                action(parameters)
        self.pool.interfere = interfere

    def assert_fails(self, code, why, *call, **more):
        with self.assertRaises(XapiError) as caught:
            self.call(*call, **more)
        self.assertEqual(caught.exception.description[0], code, caught.exception)
        self.assertIn(why, " ".join(caught.exception.description))
        return " ".join(caught.exception.description)


class Assign(WithVm):
    def test_in_the_order_given_and_after_those_that_are_there(self):
        reply = self.assign(AUDIO, "3b:00.0")
        self.assertEqual(self.entry(), f"0/{AUDIO},1/{GPU}")
        self.assertTrue(reply["changed"])
        (one,) = reply["assignments"]
        self.assertEqual([device["address"] for device in one["devices"]], [AUDIO, GPU])
        self.assign(USB)
        self.assertEqual(self.entry(), f"0/{AUDIO},1/{GPU},2/{USB}")
        self.assign(USB, GPU, replace="true")
        self.assertEqual(self.entry(), f"0/{USB},1/{GPU}")

    def test_what_is_so_already_writes_nothing(self):
        self.assign(GPU, AUDIO)
        written = len(self.writes())
        self.assertFalse(self.assign(AUDIO)["changed"])
        self.assertFalse(self.assign(GPU, AUDIO, replace="true")["changed"])
        self.assertFalse(self.call("unassign", USB)["changed"])
        self.assertEqual((len(self.writes()), self.entry()), (written, f"0/{GPU},1/{AUDIO}"))

    def test_unassign_devices_and_all(self):
        self.assign(GPU, AUDIO, USB)
        self.call("unassign", "3b:00.1")
        self.assertEqual(self.entry(), f"0/{GPU},1/{USB}")
        self.call("unassign")
        self.assertIsNone(self.entry())
        self.assertNotIn("pci", self.config())

    def test_undo_and_redo_of_an_entry(self):
        self.assign(GPU)
        before = self.entry()
        self.assign(AUDIO)
        after = self.entry()
        undo = functools.partial(self.admin.plugin, self.here, "undo", {})
        for words, entry in (("takes back 'assign'", before), ("is a redo", after), ("once more", before)):
            reply = undo()
            self.assertTrue(reply["changed"])
            self.assertIn(words, " ".join(reply["remarks"]))
            self.assertEqual(entry, self.entry())
        kinds = {backup["kind"] for backup in self.admin.plugin(self.here, "backups")["backups"]}
        self.assertEqual({"VM entry"}, kinds)
        self.config()["pci"] = "0/" + USB
        self.assert_refused("PCI_PASSTHROUGH_REFUSED", "somebody changed it since", undo)
        self.assertEqual("0/" + USB, self.entry())

    def test_dry_run_shows_and_writes_nothing(self):
        reply = self.assign(GPU, dry_run="true")
        self.assertIn(f"+0/{GPU}", reply["plan"][0]["diff"])
        self.assertFalse(reply["changed"])
        refused = self.assign(ROOT_DISK, dry_run="true")
        self.assertTrue(refused["refused"])
        self.assertEqual((self.entry(), self.writes()), (None, []))

    def test_repair_writes_what_xapi_drops(self):
        self.config()["pci"] = "0/0000:3b:00.0, 1/0000:3b:00.1"
        (vm,) = self.admin.plugin(self.here, "assignments")["assignments"]
        self.assertEqual([device["address"] for device in vm["devices"]], [GPU])
        self.assertEqual([piece["read"] for piece in vm["misread"]], [False])
        self.admin.plugin(self.here, "repair", {"dry-run": "true"})
        self.assertEqual(self.writes(), [])
        self.assertTrue(self.admin.plugin(self.here, "repair")["changed"])
        self.assertEqual(self.entry(), f"0/{GPU},1/{AUDIO}")
        self.assertFalse(self.admin.plugin(self.here, "repair")["changed"])

    def test_a_running_vm_takes_notice_later(self):
        running = self.nas(self.here, name_label="web", power_state="Running", resident_on=self.here)
        self.assertIn("takes effect at its next start; a reboot from inside may", " ".join(self.assign(GPU, vm=running)["remarks"]))
        self.assertNotIn("remarks", self.assign(AUDIO))

    def test_refused_and_accepted(self):
        self.assert_fails("PCI_PASSTHROUGH_REFUSED", f"accept=assigned-not-hidden@{HBA}", "assign", HBA)
        self.assertEqual((self.entry(), self.writes()), (None, []))
        reply = self.assign(HBA, accept=f"assigned-not-hidden@{HBA}")
        self.assertIn("assigned-not-hidden", [finding["code"] for finding in reply["findings"]])
        self.assertEqual(self.entry(), f"0/{HBA}")
        self.assert_fails("PCI_PASSTHROUGH_REFUSED", "boot-controller-assigned", "assign", ROOT_DISK,
                          accept=f"assigned-not-hidden@{ROOT_DISK},boot-controller-assigned@{ROOT_DISK}")
        self.assertEqual(self.entry(), f"0/{HBA}")

    def test_a_vm_of_another_host(self):
        for fields in ({"affinity": self.member},
                       {"power_state": "Running", "resident_on": self.member}):
            vm = self.nas(self.here, **{"name_label": "elsewhere", **fields})
            self.assert_fails("PCI_PASSTHROUGH_INVALID_ARGUMENT", self.hosts[1].name, "assign", GPU, vm=vm)
            self.assertIsNone(self.entry(vm))

    def test_on_a_member(self):
        vm = self.nas(self.far, name_label="there")
        self.assertTrue(self.assign("00:1a.0", vm=vm, host=self.far)["changed"])
        self.assertEqual(self.entry(vm), "0/0000:00:1a.0")


class Xml(WithVm):
    """As on 6.2, whose XML leaves a map's keys unescaped."""

    more = {"has_json": False, "socket": "var/xapi/xapi"}

    def test_it_is_done(self):
        self.assign(GPU)
        self.assign(AUDIO)
        self.assertEqual(self.entry(), f"0/{GPU},1/{AUDIO}")
        self.call("unassign")
        self.assertIsNone(self.entry())

    def test_or_told(self):
        self.config()["</name><value></struct>"] = "1"
        self.assert_fails(UNAVAILABLE, "its XML is broken", "assign", GPU)
        self.assertEqual(self.writes(), [])


class Rights(WithVm):
    def test_a_session_that_may_not_call_plugins(self):
        operator = self.client(self.pool, "operator")
        vm = self.nas(self.here, name_label="theirs", power_state="Running", resident_on=self.here)
        for function, devices in (("assign", GPU), ("unassign", ""), ("repair", None)):
            given = {"vm": "nas", "devices": devices} if devices is not None else {}
            self.assert_refused(NOT_PERMITTED, "lacks host.call_plugin", operator.ask,
                                "VM.call_host_plugin", vm, "pci-passthrough", function,
                                {key: value for key, value in given.items() if value})
        self.assertEqual((self.entry(), self.writes()), (None, []))

    def test_on_a_member_while_a_plugin_is_called_through_a_vm(self):
        vm = self.nas(self.far, name_label="there")
        busy = self.pool.add("VM", name_label="busy", current_operations={"OpaqueRef:t": "call_plugin"})
        self.assert_fails(NOT_PERMITTED, "Try again", "unassign", vm=vm, host=self.far)
        self.pool.records["VM"][busy]["current_operations"] = {}
        self.assertFalse(self.call("unassign", vm=vm, host=self.far)["changed"])


class AtOnce(WithVm):
    def test_two_callers_at_one_host(self):
        for _ in range(5):
            outcomes, begin = {}, threading.Barrier(2)

            def caller(device, client):
                begin.wait()
                try:
                    outcomes[device] = self.assign(device, client=client)["changed"]
                except XapiError as error:
                    outcomes[device] = error.description[0]
            callers = [threading.Thread(target=caller, args=(device, self.client(self.pool)))
                       for device in (GPU, AUDIO)]
            for one in callers:
                one.start()
            for one in callers:
                one.join()
            done = [device for device, outcome in outcomes.items() if outcome is True]
            self.assertLessEqual(set(outcomes.values()), {True, BUSY})
            self.assertTrue(done)
            self.assertEqual(sorted(part[2:] for part in self.entry().split(",")), sorted(done))
            self.call("unassign")

    def test_another_hosts_change_before_ours(self):
        self.assign(GPU)
        self.interfere_once("VM.get_other_config",
                            lambda _: self.config().update(pci=f"0/{GPU},1/{USB}"))
        self.assert_fails(BUSY, f"the entry that stands: '0/{GPU},1/{USB}'", "assign", AUDIO)
        self.assertEqual(self.entry(), f"0/{GPU},1/{USB}")

    def test_another_hosts_change_in_the_midst_of_ours(self):
        for before in (None, f"0/{GPU}"):
            if before:
                self.config()["pci"] = before
            else:
                self.config().pop("pci", None)
            self.interfere_once("VM.add_to_other_config", lambda _: self.config().update(pci=f"0/{USB}"))
            self.assert_fails(BUSY, f"the entry that stands: '0/{USB}'", "assign", AUDIO)
            self.assertEqual(self.entry(), f"0/{USB}")

    def test_what_somebody_else_has_set_to_the_same_is_done(self):
        for before in (None, f"0/{GPU}"):
            self.config().pop("pci", None)
            if before:
                self.config()["pci"] = before
            wanted = f"{before},1/{AUDIO}" if before else f"0/{AUDIO}"
            self.interfere_once("VM.add_to_other_config", lambda _: self.config().update(pci=wanted))
            self.assign(AUDIO)
            self.assertEqual(self.entry(), wanted)

    def test_two_hosts_and_the_one_that_is_held_between_reading_and_removing_fails(self):
        """Both read the old entry; the first writes, reads back and is done; only then the second removes
        what the first wrote. It cannot know that, but not claim that nothing of others is lost either."""
        vm = self.nas("OpaqueRef:NULL", name_label="anywhere")
        self.config(vm)["pci"] = f"0/{GPU}"
        first, second = self.client(self.pool), self.client(self.pool)
        both_read, first_is_done = threading.Event(), threading.Event()

        def interfere(method, parameters):
            if method == "VM.remove_from_other_config":
                one = parameters[0] == first.session
                self.assertTrue(both_read.wait(60) if one else both_read.set() or first_is_done.wait(60))
        self.pool.interfere = interfere
        with concurrent.futures.ThreadPoolExecutor() as callers:
            loser = callers.submit(self.assert_fails, BUSY, "so long to remove", "assign", "00:1a.0",
                                   client=second, host=self.far, vm=vm)
            self.assertTrue(self.assign(AUDIO, client=first, vm=vm)["changed"])
            first_is_done.set()
            loser.result()
        self.assertEqual(self.entry(vm), f"0/{GPU}")

    def test_two_hosts_and_the_one_whose_entry_is_written_over_hears_of_it(self):
        """Both read the old entry; the first writes; the second removes that at once and writes its own."""
        vm = self.nas("OpaqueRef:NULL", name_label="anywhere")
        self.config(vm)["pci"] = f"0/{GPU}"
        first, second = self.client(self.pool), self.client(self.pool)
        both_read = threading.Event()

        def first_has_written():
            while AUDIO not in self.config(vm).get("pci", ""):
                time.sleep(0.001)

        def interfere(method, parameters):
            one = parameters[0] == first.session  # the coordinator's plugin has its caller's own
            if method == "VM.remove_from_other_config":
                self.assertTrue(both_read.wait(60) if one else both_read.set() or True)
                if not one:
                    first_has_written()
        self.pool.interfere = interfere
        with concurrent.futures.ThreadPoolExecutor() as callers:
            winner = callers.submit(self.assign, "00:1a.0", client=second, host=self.far, vm=vm)
            stands = f"the entry that stands: '0/{GPU},1/0000:00:1a.0'"
            words = self.assert_fails(BUSY, "", "assign", AUDIO, client=first, vm=vm)
            if "so long to remove" not in words:  # as on a machine that is busy for a second
                self.assertIn(stands, words)
            self.assertTrue(winner.result()["changed"])
        self.assertIn(self.entry(vm), stands)

    def test_a_key_that_somebody_else_adds_meanwhile_survives(self):
        self.assign(GPU)
        self.interfere_once("VM.add_to_other_config", lambda _: self.config().update(XenCenter="new"))
        self.assign(AUDIO)
        self.assertEqual(self.config(), {**OTHERS, "XenCenter": "new", "pci": f"0/{GPU},1/{AUDIO}"})


class Alone(WithPool):
    names = NAMES[:1]

    def test_a_slow_xapi_is_waited_for(self):
        pool = self.start()
        vm = pool.add("VM", name_label="nas", other_config={"pci": f"0/{GPU}"})
        pool.interfere = lambda method, _: method == "VM.remove_from_other_config" and time.sleep(1.2)
        reply = self.client(pool).plugin(pool.coordinator, "assign", {"vm": "nas", "devices": AUDIO})
        self.assertTrue(reply["changed"])
        self.assertEqual(pool.records["VM"][vm]["other_config"], {"pci": f"0/{GPU},1/{AUDIO}"})


class Trouble(WithVm):
    def test_an_add_that_fails_puts_the_old_entry_back(self):
        def fails(_):
            raise XapiError("INTERNAL_ERROR", "the database is sad")
        for before in (f"0/{GPU}", None):
            if before:
                self.assign(GPU)
            else:
                self.call("unassign")
            self.interfere_once("VM.add_to_other_config", fails)
            self.assert_fails("INTERNAL_ERROR", "the old entry stands: " + (f"'{before}'" if before else "none"),
                              "assign", AUDIO)
            self.assertEqual(self.entry(), before)

    def test_a_remove_that_fails_leaves_the_old_entry(self):
        def fails(_):
            raise XapiError("RBAC_PERMISSION_DENIED", "VM.remove_from_other_config/key:pci", "no")
        self.assign(GPU)
        for function, device in (("assign", AUDIO), ("unassign", GPU)):
            self.interfere_once("VM.remove_from_other_config", fails)
            self.assert_fails("RBAC_PERMISSION_DENIED", f"the old entry stands: '0/{GPU}'", function, device)
            self.assertEqual(self.entry(), f"0/{GPU}")

    def test_an_answer_that_is_lost(self):
        self.assign(GPU)

        def added(parameters):
            self.config()["pci"] = parameters[3]
            raise HangUp

        def not_added(_):
            raise HangUp
        for action, stands in ((not_added, f"the old entry stands: '0/{GPU}'"),
                               (added, f"the entry that stands: '0/{GPU},1/{AUDIO}'")):
            self.interfere_once("VM.add_to_other_config", action)
            self.assert_fails(UNAVAILABLE, stands, "assign", AUDIO)
            self.assertIn(self.entry(), stands)

    def test_a_session_that_ends_in_between(self):
        self.assign(GPU)
        for method in ("VM.get_other_config", "VM.remove_from_other_config", "VM.add_to_other_config"):
            client = self.client(self.pool)
            self.interfere_once(method, lambda parameters: self.pool.sessions.pop(parameters[0]))
            self.assert_fails(UNAVAILABLE, "SESSION_INVALID", "assign", AUDIO, client=client)
            self.assertEqual(self.entry(), f"0/{GPU}", method)
        self.assertEqual(list(self.pool.sessions), [self.admin.session])

    def test_an_xapi_that_is_gone_after_the_remove_is_told_with_the_old_entry(self):
        self.assign(GPU)

        def gone(*_):
            raise HangUp
        self.interfere_once("VM.add_to_other_config", lambda _: (setattr(self.pool, "interfere", gone), gone()))
        self.assert_fails(UNAVAILABLE, f"the old entry was: '0/{GPU}'", "assign", AUDIO)


if __name__ == "__main__":
    unittest.main()
