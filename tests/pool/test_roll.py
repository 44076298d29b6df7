"""A good roll of three hosts with all that is put aside, a second one, and a host that does not come back."""

from bed import OnBed, main


class Roll(OnBed):
    def test_good_and_again(self):
        bed = self.bed(3)
        pool = bed.pool
        bed.put_all_at_stake()
        pool.comes_back = 1.5  # seconds: the PBDs and PIFs
        before = bed.standing()
        rebooted = bed.watch("host.reboot", lambda: [name for name in bed.names
                                                     if bed.standing()[f"{name} boot"] != before[f"{name} boot"]])
        result = self.succeeds(bed.run("roll.yml"))
        self.assertIn("Rolled and verified: h2, h3, h1.", result.text)
        self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot", "h3 boot")
        self.assertEqual(rebooted, [["h2"], ["h2", "h3"], ["h1", "h2", "h3"]], "a rule stood before its host's turn")
        self.assertEqual([vm for vm in bed.asked("VM.clean_shutdown") + bed.asked("VM.start_on")], [[bed.nas]] + [
            [bed.nas, bed.ref("h2"), False, False]])
        for name in bed.names:
            self.assertIn({"address": "0000:00:1a.0", "dom0_access": "disabled", "driver": "pciback"},
                          bed.host(name).ask("rules")["devices"])
        self.assertFalse(bed.state_file().exists())
        self.assert_no_secret(bed, result)
        bed.begin_count()
        again = self.succeeds(bed.run("roll.yml"))
        self.assertIn("Nothing to change", again.text)
        self.assertEqual((again.changed(), bed.changing_calls()), (0, []))

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


if __name__ == "__main__":
    main()
