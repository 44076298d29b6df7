"""What changed between a kill and resume.yml is named, and nothing is done."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pool"))
from bed import OnBed, main
from rolling import HangUp


class Differs(OnBed):
    def killed_before(self, method):
        bed = self.bed(2)
        bed.put_all_at_stake()

        def before(name, _):
            if name == method:
                bed.kill()
                raise HangUp
        bed.pool.before = before
        bed.run("roll.yml")
        bed.pool.before = lambda *_: None
        return bed

    def names(self, bed, *words):
        host = bed.standing()
        self.fails(bed.run("resume.yml"), *words)
        self.assertEqual({name: host[name] for name in host if "boot" in name},
                         {name: bed.standing()[name] for name in host if "boot" in name})

    def test_each(self):
        bed = self.killed_before("host.reboot")
        pool = bed.pool
        self.assertEqual(bed.host("h2").shell("hide", "01:00.4").returncode, 0)
        pool.records["VM"][bed.nas].update(power_state="Running", resident_on=bed.ref("h2"))
        pool.records["host"][bed.ref("h2")]["enabled"] = True
        pool.records["host"][bed.ref("h2")]["other_config"]["agent_start_time"] = "1700000000."
        self.names(bed, "are neither those that the roll found nor those that it wrote", "h2 was rebooted meanwhile",
                   "h2 was enabled meanwhile.", "which the roll stopped, was started meanwhile.", "abort.yml")

    def test_the_lock_and_a_host(self):
        bed = self.killed_before("Async.host.evacuate")
        bed.pool.record["other_config"]["pci-passthrough-roll"] = "bob"
        self.names(bed, "Another roll has the pool now: bob.")
        bed.pool.record["other_config"]["pci-passthrough-roll"] = bed.state()["name"]
        bed.pool.records["host"][bed.ref("h1")]["enabled"] = False
        self.names(bed, "The host h1 was disabled meanwhile.")

    def test_another_pool(self):
        bed = self.killed_before("Async.host.evacuate")
        bed.pool.record["uuid"] = "another"
        self.names(bed, "is of the pool", "and this is another")


if __name__ == "__main__":
    main()
