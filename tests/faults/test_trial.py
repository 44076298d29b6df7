"""A trial armed, confirmed and abandoned, killed before each call that changes something, and each of these failing:
the mark never stands without its entry, the state is told, and the way back is open."""

import errno
import functools
import itertools
import os
import re
import unittest

from strace import Failure, Scene, read_reply, two_at_a_time
from trials import Trials

ERRORS = ("ENOSPC", "EIO", "EROFS")


class TrialScene(Scene):
    """The change is one of a trial; the host is what came before it."""

    def __init__(self, recording, change, boots=None, can_write=True, trial="true"):
        self.boots, self.can_write, self.trial = boots, can_write, trial
        self.every = 1 if recording == "xenserver-9" and trial == "true" else 2  # what differs little: half of it
        super().__init__(f"{recording}, {change[0]}, trial={trial}", recording, change)

    def prepare(self, host):
        trials = Trials(host)
        self.device = host.harmless(1)[0]
        if self.trial == "auto":
            trials.make_auto()
        if self.change[0] == "hide":
            self.change = ("hide", {"devices": self.device, "trial": self.trial})
        if self.boots is not None:
            host.call("hide", {"devices": self.device, "trial": self.trial})
            for _ in range(self.boots):
                trials.boot(self.can_write)


class OfTrial(unittest.TestCase):
    def state(self, host):
        """What stands, and what is said of it."""
        text = host.boot_file().read_bytes()
        on_disk = Trials.of(host).mark()
        entry = b"pci-passthrough trial" in text
        self.assertFalse(on_disk and not entry, "a mark without its entry")
        stage = host.ask("rules").get("trial", {"stage": "none"})["stage"]
        return text, bool(on_disk), stage

    def ends(self, scene, host, label):
        """Whatever stands, it can be taken back, and nothing is left."""
        host.ask("abandon")
        host.ask("unhide", {"devices": scene.device})  # what was confirmed; and all may begin again
        host.ask("hide", {"devices": scene.device, "trial": "true"})
        host.ask("abandon")
        _, mark, stage = self.state(host)
        self.assertEqual((False, "none"), (mark, stage), label)
        self.assertEqual([], [name for name in scene.leftovers(host) if "grubenv" in name or ".tmp" in name], label)

    def kill(self, scene, call):
        with scene.copy() as host:
            scene.disturbed(host, call, "error=EIO:signal=KILL")
            text, mark, stage = self.state(host)
            self.assertIn(text, (scene.old, scene.new), call.label)
            if scene.change[0] != "abandon" and stage != "none" and text == scene.old:
                host.ask(*scene.change)
                self.assertEqual((scene.new, scene.last), (host.boot_file().read_bytes(), self.state(host)[1:]),
                                 call.label)
            self.ends(scene, host, call.label)
            return stage

    def break_off(self, scene, call, error):
        label = f"{error} at {call.label}"
        with scene.copy() as host:
            _, output = scene.disturbed(host, call, f"error={error}")
            text, mark, stage = self.state(host)
            try:
                read_reply(output)
                self.assertEqual((scene.new, scene.last), (text, (mark, stage)), label)
            except Failure as failure:
                self.assertIn(os.strerror(getattr(errno, error)), str(failure), label)
                is_said = re.search("mark was taken away|see rules", str(failure))
                self.assertTrue(is_said or (text, mark, stage) == scene.first, f"{label}: {failure}")
            self.ends(scene, host, label)
            return stage

    def each(self, scene, judge, cases):
        with scene.copy() as host:
            scene.first = self.state(host)
            host.ask(*scene.change)
            scene.last = self.state(host)[1:]
        return two_at_a_time(functools.partial(judge, scene), cases)

    def scenes(self):
        for recording in ("xenserver-9", "xenserver-6.2"):
            yield TrialScene(recording, ("hide", {}))
            yield TrialScene(recording, ("confirm", {}), 1)
            yield TrialScene(recording, ("abandon", {}), 0)
            yield TrialScene(recording, ("confirm", {}), 1, can_write=False)
        yield TrialScene("xenserver-9", ("hide", {}), trial="auto")
        yield TrialScene("xenserver-9", ("confirm", {}), 1, trial="auto")

    def test_killed(self):
        runs = 0
        for scene in self.scenes():
            with self.subTest(scene.kind), scene:
                cases = [(call,) for call in scene.calls if call.changes][::scene.every]
                self.assertGreater(len(cases), 10 // scene.every)
                stages = self.each(scene, self.kill, cases)
                runs += len(cases)
                self.assertGreater(len(set(stages)), 1, "before and after")
        print(f"killed {runs} times")

    def test_failing(self):
        runs = 0
        for scene in self.scenes():
            with self.subTest(scene.kind), scene:
                calls = [call for call in scene.calls if call.changes and not call.replies]
                cases = list(zip(calls, itertools.cycle(ERRORS)))[::scene.every]
                self.each(scene, self.break_off, cases)
                runs += len(cases)
        print(f"{runs} errors injected")


if __name__ == "__main__":
    unittest.main()
