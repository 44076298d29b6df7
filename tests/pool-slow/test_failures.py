"""Each way in which a roll fails: where it stops, what is told, and that nothing else changed."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pool"))
from bed import NASTY, OnBed, main
from rolling import bind
from wire import XapiError

STOPPED_AT = {"h2 boot", "h2 enabled", "pool other_config"}
FC = "04:00.0"  # an SR lies behind it


class BeforeTheFirstChange(OnBed):
    def refused(self, bed, *words):
        before = bed.standing()
        bed.begin_count()
        result = self.fails(bed.run("roll.yml"), *words)
        self.assert_changed(before, bed.standing())
        self.assertEqual(bed.changing_calls(), [])
        self.assertFalse(bed.state_file().exists())
        return result

    def test_all_problems_at_once(self):
        bed = self.bed(3)
        pool = bed.pool
        bed.of_host["h3"]["pci_hidden"] = [FC]
        pool.add_vm("one", bed.ref("h1"), attached_PCIs=["OpaqueRef:card"])
        pool.add_vm(NASTY, bed.ref("h2"), attached_PCIs=["OpaqueRef:card"])
        pool.add("task", name_label="Async.VM.pool_migrate")
        pool.records["host"][bed.ref("h3")]["enabled"] = False
        self.refused(bed, "The VM 'one'", "The VM 'nas {{ lookup(", "cannot leave h1: VM_HAS_PCI_ATTACHED",
                     "xapi is busy: Async.VM.pool_migrate", "h3: the plan is refused.",
                     "The host h3 is disabled. Enable it: xe host-enable uuid=00000003")

    def test_versions_alike_and_live_and_room(self):
        bed = self.bed(2)
        pool = bed.pool
        own = pool.run_plugin

        def another(host, session, plugin, function, arguments):
            text = own(host, session, plugin, function, arguments)
            is_h2 = host is bed.host("h2") and function == "version"
            return text.replace('"version":"', '"version":"9.') if is_h2 else text
        pool.run_plugin = another
        big = pool.add_vm("big", bed.ref("h2"))
        pool.records["VM"][big]["memory_dynamic_max"] = str(1 << 50)
        self.refused(bed, "The hosts have different versions of the plugin: ", "h2: the other hosts have")
        pool.metrics(bed.ref("h2"))["live"] = False
        self.refused(bed, "The host h2 is not live.", "h2: the plugin does not answer. HOST_OFFLINE")

    def test_a_pool_of_one(self):
        bed = self.bed(1)
        bed.pool.add_vm("web", bed.ref("h1"))
        self.refused(bed, "The VM 'web'", "cannot leave h1: NO_HOSTS_AVAILABLE")
        bed.variables["pci_vms_that_may_stop"] = ["web"]
        before = bed.standing()
        self.succeeds(bed.run("roll.yml"))
        self.assert_changed(before, bed.standing(), "h1 boot")

    def test_another_host_joined_and_nothing_is_declared(self):
        bed = self.bed(2)
        del bed.of_host["h2"]
        self.refused(bed, "The host 'h2' is in the pool, and not in the inventory.")
        self.fails(bed.run("verify.yml"), "The host 'h2' is in the pool, and not in the inventory")
        del bed.of_pool["pci_hidden"]
        self.refused(bed, "pci_hidden of h1 is no list")

    def test_a_standing_danger(self):
        bed = self.bed(2)
        told = bed.host("h2").shell("hide", FC, "--accept", f"sr-controller-hidden@0000:{FC}")
        self.assertEqual(told.returncode, 0, told.stderr)
        bed.of_host["h2"]["pci_hidden"] = [FC]
        self.refused(bed, "h2: no reboot while this stands (sr-controller-hidden)")

    def test_one_roll_at_a_time(self):
        bed = self.bed(1)
        key = "pci-passthrough-roll"
        bed.pool.record["other_config"] = {key: "ann@desk 2026-11-01"}
        self.refused(bed, "Another roll has the pool: ann@desk 2026-11-01.", "-e pci_take_over='ann@desk 2026-11-01'")
        self.fails(bed.run("roll.yml", "-e", "pci_take_over='bob'"), "Another roll has the pool")
        self.succeeds(bed.run("roll.yml", "-e", "pci_take_over='ann@desk 2026-11-01'"))
        self.assertEqual(bed.pool.record["other_config"], {})

    def test_wrong_password_and_no_json(self):
        bed = self.bed(1)
        bed.variables["pci_password"] = "wrong"
        self.refused(bed, "SESSION_AUTHENTICATION_FAILED", "Check pci_user and pci_password.")
        for server in bed.pool.listening.values():
            server.has_json = False
        self.refused(bed, "gives no answer in JSON. XenServer 6.x has no JSON-RPC: set pci_reach to ssh")
        bed.variables["pci_reach"] = "ssh"
        self.refused(bed, "A roll needs XenServer 7.0")


class OnTheWay(OnBed):
    def stops(self, bed, *words, changed=frozenset(), hosts=STOPPED_AT):
        before = bed.standing()
        result = self.fails(bed.run("roll.yml"), "The roll stops at h2", *words)
        self.assert_changed(before, bed.standing(), *hosts, *changed)
        self.assertFalse(bed.standing()["h2 enabled"])
        self.assertIn("pci-passthrough-roll", bed.pool.record["other_config"])
        self.assertEqual(result.text.count("rescued=0"), result.text.count("rescued="))
        return result

    def settled(self, count=2, **more):
        bed = self.bed(count, **more)
        bed.put_all_at_stake()
        bed.nas_record = bed.pool.records["VM"][bed.nas]
        return bed

    def test_unbound_then_resumed(self):
        bed = self.settled()
        at_boot = lambda: bind(bed.host("h2"), "0000:00:1a.0", "ehci-pci")
        bed.pool.boots[bed.ref("h2")] = at_boot
        before = bed.standing()
        self.stops(bed, "0000:00:1a.0 is not held by pciback", changed={f"VM {NASTY}"})
        self.fails(bed.run("roll.yml"), "There is an unfinished roll", "is disabled")
        self.fails(bed.run("resume.yml"), "0000:00:1a.0 is not held by pciback")
        bind(bed.host("h2"), "0000:00:1a.0", "pciback")
        self.succeeds(bed.run("resume.yml"))
        self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot")

    def test_the_second_never_comes_back(self):
        bed = self.bed(3)
        bed.put_all_at_stake()
        bed.variables["pci_reboot_minutes"] = 0.1
        bed.pool.boots[bed.ref("h3")] = None
        before = bed.standing()
        result = self.fails(bed.run("roll.yml"), "h3 did not come back within 0.1 minutes", "The roll stops at h3, step reboot.",
                            # HA needs every host
                            "Not given back (HA_HOST_CANNOT_SEE_PEERS", "xe pool-ha-enable heartbeat-sr-uuids=",
                            "ha-config:timeout=60")
        self.assert_changed(before, bed.standing(), "h2 boot", "h3 boot", "h3 enabled", "PBD h3", "PIF h3", "pool ha_enabled",
                            "pool ha_statefiles", "pool ha_configuration", "pool other_config")
        self.assertFalse(bed.standing()["h3 enabled"])
        self.assertEqual(bed.pool.record["other_config"]["auto_poweron"], "true")
        self.assertNotIn("rescued=1", result.text)

    def test_another_device_then_aborted(self):
        bed = self.settled()
        device = bed.host("h2").path("/sys/bus/pci/devices/0000:00:1a.0")

        def another():
            (device / "device").write_text("0x1c26\n")
            uevent = device / "uevent"
            uevent.write_text(uevent.read_text().replace("8086:1D2D", "8086:1C26"))
        bed.pool.boots[bed.ref("h2")] = another
        self.stops(bed, "0000:00:1a.0 is another device than before the boot", changed={f"VM {NASTY}"})
        result = self.succeeds(bed.run("abort.yml"))
        self.assertIn("xe host-enable uuid=00000002", " ".join(result.text.split()))
        self.assertIn(f"xe vm-start uuid={bed.nas_record['uuid']}", " ".join(result.text.split()))
        self.assertNotIn("pci-passthrough-roll", bed.pool.record["other_config"])
        self.fails(bed.run("abort.yml"), "There is no unfinished roll")

    def test_a_pbd_is_missing(self):
        bed = self.settled()
        bed.variables["pci_attach_minutes"] = 0.05
        (pbd,) = [one for one in bed.pool.records["PBD"].values() if one["host"] == bed.ref("h2")]
        pbd["other_config"] = {"test": "does not come back"}
        self.stops(bed, f"Attached before the boot, and not after it: PBD {pbd['uuid']}.",
                   changed={f"VM {NASTY}", "PBD h2"})

    def test_evacuation_is_refused(self):
        bed = self.settled()
        own = bed.pool.host_evacuate

        def refuse(session, host, *more):
            raise XapiError("VM_LACKS_FEATURE", "OpaqueRef:web")
        bed.pool.host_evacuate = refuse
        before = bed.standing()
        self.stops(bed, "step evacuate", "host.evacuate failed: VM_LACKS_FEATURE", changed={f"VM {NASTY}"},
                   hosts=STOPPED_AT - {"h2 boot"})
        self.succeeds(bed.run("abort.yml"))
        self.assert_changed(before, bed.standing())
        bed.pool.host_evacuate = own
        self.succeeds(bed.run("roll.yml"))

    def test_a_block_appears_after_the_write(self):
        bed = self.settled()
        own, text = bed.pool.run_plugin, []

        def danger(host, session, plugin, function, arguments):
            answer = own(host, session, plugin, function, arguments)
            if host is bed.host("h2") and function == "hide" and "dry-run" not in arguments:
                text.append('"findings":[{"code":"boot-controller-hidden","severity":"block","state":"found",'
                            '"device":null,"vm":null,"message":"dom0 is gone","evidence":"","remedy":""}')
            return answer.replace('"findings":[', text[0] + ",").replace(",]", "]") if function == "verify" and text else answer
        bed.pool.run_plugin = danger
        before = bed.standing()
        self.stops(bed, "h2 is not rebooted.", "dom0 is gone", "step write", changed={f"VM {NASTY}"})
        self.assertEqual(bed.asked("host.reboot"), [])
        bed.pool.run_plugin = own
        self.succeeds(bed.run("abort.yml"))
        self.assert_changed(before, bed.standing())

    def test_the_coordinator_changes(self):
        bed = self.bed(2)

        def before(method, parameters):
            if method == "host.evacuate" or method == "Async.host.evacuate":
                bed.pool.coordinator = bed.ref("h2")
        bed.pool.before = before
        self.fails(bed.run("roll.yml"), "HOST_IS_SLAVE: 10.9.0.2.", "Set pci_coordinator", "run resume.yml")
        bed.pool.before = lambda *_: None
        self.assertFalse(bed.standing()["h2 enabled"])
        bed.pool.record["master"] = bed.ref("h2")
        bed.variables["pci_coordinator"] = bed.addresses[1]
        self.assertIn("h1 not begun", self.succeeds(bed.run("resume.yml")).text)

    def test_a_host_that_enables_itself(self):
        bed = self.settled(xapi_build="25.30.0")
        seen = bed.watch("host.enable", lambda: bed.standing()["h2 enabled"])
        result = self.succeeds(bed.run("roll.yml"))
        self.assertIn("h2 enables itself when it boots (xapi 25.30.0, before 25.31)", " ".join(result.text.split()))
        self.assertEqual(seen, [False, True])
        self.assertEqual([len(one) for one in bed.asked("host.disable")], [1] * 4)

    def test_a_failed_host_that_enables_itself_is_disabled_again(self):
        bed = self.settled(xapi_build="24.0.0")
        bed.pool.boots[bed.ref("h2")] = lambda: bind(bed.host("h2"), "0000:00:1a.0", "ehci-pci")
        self.stops(bed, "is not held by pciback", changed={f"VM {NASTY}"})

    def test_a_host_that_stays_live_for_ten_seconds(self):
        bed = self.bed(1)
        bed.pool.stays_live = 10
        seen = []
        bed.pool.after = lambda method, _: seen.append((method, time.time()))
        self.succeeds(bed.run("roll.yml"))
        at = dict(reversed([one for one in seen if one[0] == "host.reboot" or one[0] == "host.enable"]))
        self.assertGreater(at["host.enable"] - at["host.reboot"], 10)
        self.assertEqual(bed.host("h1").ask("rules")["devices"][0]["dom0_access"], "disabled")

    def test_answers_as_version_one(self):
        bed = self.settled()
        for server in bed.pool.listening.values():
            server.has_v2 = False
        bed.pool.has_v2 = False
        bed.pool.boots[bed.ref("h2")] = lambda: bind(bed.host("h2"), "0000:00:1a.0", "ehci-pci")
        self.stops(bed, "is not held by pciback", changed={f"VM {NASTY}"})
        for server in bed.pool.listening.values():
            server.has_v2, server.forwards = True, True  # the plain array
        bed.variables["pci_password"] = "wrong"
        self.fails(bed.run("resume.yml"), "SESSION_AUTHENTICATION_FAILED: root, Authentication failure")

    def test_the_canary_waits_for_a_yes(self):
        bed = self.settled(3)
        bed.variables["pci_go_on"] = False
        bed.variables["pci_canary"] = "h3"
        before = bed.standing()
        self.fails(bed.run("roll.yml"), "The canary h3 is done, and nobody said yes.")
        self.assert_changed(before, bed.standing(), "h3 boot", "pool other_config")
        self.assertTrue(all(bed.standing()[f"{name} enabled"] for name in bed.names))
        self.succeeds(bed.run("resume.yml", "-e", "pci_go_on=true"))
        self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot", "h3 boot")

    def test_ha_cannot_be_put_aside(self):
        bed = self.settled()

        def refuse(_):
            raise XapiError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")
        bed.pool.pool_disable_ha = refuse
        before = bed.standing()
        self.fails(bed.run("roll.yml"), "pool.disable_ha failed: HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")
        self.assert_changed(before, bed.standing(), "pool other_config")
        self.succeeds(bed.run("abort.yml"))
        self.assert_changed(before, bed.standing())


if __name__ == "__main__":
    main()
