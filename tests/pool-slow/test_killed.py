"""The controller killed before and after each call that changes something: resume.yml goes on, and the pool ends as
it would have; abort.yml, at some of them, gives all back that no boot has proved."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pool"))
from bed import NASTY, OnBed, is_change, main
from rolling import HangUp

EVERY = int(os.environ.get("PCI_PASSTHROUGH_KILLS", "1"))  # 1: each; 5: every fifth
FIRST = int(os.environ.get("PCI_PASSTHROUGH_FIRST_KILL", "0"))


class Killed(OnBed):
    def start_bed(self):
        bed = self.bed(2)
        bed.put_all_at_stake()
        return bed

    def kill_at(self, bed, number, is_after):
        """Runs a roll that ends at its change of this number; False where there is none."""
        seen = []

        def at(method, parameters):
            if is_change(method, parameters):
                seen.append(method)
                if len(seen) == number + 1:
                    bed.kill()
                    raise HangUp
        setattr(bed.pool, "after" if is_after else "before", at)
        result = bed.run("roll.yml")
        bed.pool.before = bed.pool.after = lambda *_: None
        if len(seen) <= number:
            self.assertEqual(result.status, 0, result.text[-3000:])
            return None
        bed.pool.settle()
        return seen[-1]

    def each_kill(self):
        number = FIRST
        while True:
            for is_after in (False, True):
                bed = self.start_bed()
                before = bed.standing()
                method = self.kill_at(bed, number, is_after)
                if method is None:
                    return
                yield bed, before, f"{'after' if is_after else 'before'} {number} {method}"
                self.doCleanups()
            number += EVERY

    def test_resumed(self):
        count = 0
        for bed, before, where in self.each_kill():
            count += 1
            if not bed.state_file().exists():  # the last call of all, or none yet
                self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot")
                continue
            result = bed.run("resume.yml")
            self.assertEqual(result.status, 0, f"{where}: {result.text[-9000:]}")
            self.assertEqual({name for name, value in bed.standing().items() if before.get(name) != value},
                             {"h1 boot", "h2 boot"}, where)
            print(f"resumed: killed {where}", flush=True)
        print(f"{count} kills resumed")
        self.assertGreater(count, (20 - FIRST) // EVERY)

    def test_aborted(self):
        for bed, before, where in self.each_kill():
            if not bed.state_file().exists():
                continue
            result = bed.run("abort.yml")
            self.assertEqual(result.status, 0, f"{where}: {result.text[-9000:]}")
            changed = {name for name, value in bed.standing().items() if before.get(name) != value}
            rebooted = {parameters[0] for parameters in bed.asked("host.reboot")}
            allowed = {f"{name} boot" for name in bed.names if bed.ref(name) in rebooted}
            named = " ".join(result.text.split())
            for name in ("h1", "h2"):
                if f"xe host-enable uuid={bed.names.index(name) + 1:08d}" in named:
                    allowed |= {f"{name} enabled", f"{name} boot"}
                    if name == "h2":
                        allowed.add(f"VM {NASTY}")
            self.assertEqual(changed - allowed, set(), f"{where}: {result.text[-2000:]}")
            print(f"aborted: killed {where}", flush=True)


if __name__ == "__main__":
    main()
