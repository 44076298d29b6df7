"""A good roll of three hosts with all that is put aside, and a second one, which finds nothing to do."""

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
            self.assertIn({"address": "0000:00:1a.0", "hidden": "now and at boot", "dom0_access": "disabled",
                           "driver": "pciback"},
                          bed.host(name).ask("rules")["devices"])
        self.assertFalse(bed.state_file().exists())
        self.assert_no_secret(bed, result)
        bed.begin_count()
        again = self.succeeds(bed.run("roll.yml"))
        self.assertIn("Nothing to change", again.text)
        self.assertEqual((again.changed(), bed.changing_calls()), (0, []))


if __name__ == "__main__":
    main()
