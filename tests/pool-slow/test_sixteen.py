"""What a roll asks of xapi and of the controller, per host: no more of sixteen than of three."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pool"))
from bed import OnBed, main

POLLS = {"task.get_record", "host.get_other_config", "host_metrics.get_live", "event.from"}


class Sixteen(OnBed):
    def counted(self, count):
        """Of the second host's turn: calls by method, and tasks."""
        bed = self.bed(count)
        result = self.succeeds(bed.run("roll.yml"))
        begins = [number for number, (method, _) in enumerate(bed.pool.asked) if method == "host.disable"]
        turn = Counter(method for method, _ in bed.pool.asked[begins[1]:begins[2]] if method not in POLLS)
        (recap,) = [line for line in result.text.splitlines() if line.startswith("h3 ")]
        tasks = sum(int(word.split("=")[1]) for word in recap.split() if word.startswith(("ok=", "skipped=")))
        print(f"{count} hosts: {sum(turn.values())} calls and {tasks} tasks a host; {len(bed.pool.asked)} calls in all, "
              f"{len(bed.pool.asked) / count:.1f} a host")
        self.doCleanups()
        return turn, tasks

    def test_no_more_a_host(self):
        few, many = self.counted(3), self.counted(16)
        self.assertEqual(few, many)


if __name__ == "__main__":
    main()
