"""Killed before any system call of a change, the boot file is the old one or the new one, and the
next call finds nothing in its way and leaves nothing behind."""

import functools
import random
import unittest

from strace import scenes, two_at_a_time

OTHERS = 200  # of the calls that change nothing, for each kind of boot file
MISSED = 5  # at most, of the calls whose number moves


class Killed(unittest.TestCase):
    def kill(self, scene, call):
        with scene.copy() as host:
            status, _ = scene.disturbed(host, call, "error=EIO:signal=KILL")
            path = host.path(scene.boot_file)
            self.assertIn(status, (0, -9) if call.name in scene.moving else (-9,), f"{call.label}: was not reached")
            scene.missed += status == 0
            found = path.read_bytes()
            self.assertIn(found, (scene.old, scene.new), call.label)
            self.assertEqual(found == scene.old, host.ask(*scene.change)["changed"], call.label)
            self.assertEqual(scene.new, path.read_bytes(), call.label)
            self.assertTrue(host.ask(*scene.back)["changed"], call.label)
            self.assertEqual(scene.old, path.read_bytes(), call.label)
            self.assertEqual([], scene.leftovers(host), call.label)
            return found == scene.new

    def test_at_any_call(self):
        runs = changing = new = 0
        for scene in scenes():
            with self.subTest(scene.kind), scene:
                writes = [call for call in scene.calls if call.changes]
                others = [call for call in scene.calls if not call.changes]
                chosen = writes + random.Random(1).sample(others, min(OTHERS, len(others)))
                self.assertGreater(len(writes), 10)
                results = two_at_a_time(functools.partial(self.kill, scene), [(c,) for c in chosen])
                self.assertLessEqual(scene.missed, MISSED)
                self.assertIn(True, results, "some kill came after the rename")
                self.assertIn(False, results, "some kill came before it")
                runs, changing, new = runs + len(chosen), changing + len(writes), new + sum(results)
        print(f"killed {runs} times, {changing} of them at a call that writes; "
              f"the file was the new one {new} times, else the old one")


if __name__ == "__main__":
    unittest.main()
