"""What hide reads, made unreadable one path at a time: each hide that was refused stays refused."""

import concurrent.futures
import json
import os
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import ALL_RECORDINGS, RELEASE, Host

# Found below a root by the unpacked program itself, or read by nothing but the stubs.
NO_FACTS = ("/usr/sbin/xl", "/.xapi/session")


def paths_read(recording):
    """Every path of the recording, of xapi's answers too, and the directories above but the topmost."""
    found = set()
    for kind, path in re.findall(r"^=== (xapi )?(\S+)", recording.read_text(errors="replace"), re.M):
        path = pathlib.PurePosixPath("/.xapi/" + path if kind else path)
        if not path.is_absolute():
            continue
        found.update(str(one) for one in [path, *path.parents] if len(one.parts) > 2)
    return sorted(found)


class Hiding:
    """All functions of a recorded host, hidden in one dry run."""

    def __init__(self, recording):
        self.host = Host(recording, RELEASE)
        functions = os.listdir(self.host.path("/sys/bus/pci/devices"))
        self.devices = ",".join(sorted(one for one in functions if len(one) == len("0000:00:00.0")))

    def refused(self):
        """The devices whose hide is refused, and what refuses every change of this host."""
        done = self.host.shell("hide", self.devices, "--dry-run", "--json")
        if done.returncode:
            assert done.returncode > 0, (done.returncode, done.stderr)  # no signal
            return set(), {done.stderr}
        refusals = json.loads(done.stdout)["refusals"]
        return ({one["device"] for one in refusals if one["device"] in self.devices.split(",")},
                {(one["code"], one["message"]) for one in refusals if not one["device"]})

    def without(self, path):
        """The same while a link to itself stands in the path's place: ELOOP."""
        real = self.host.path(path)
        aside = real.with_name(real.name + ".aside")
        real.rename(aside)
        real.symlink_to(real.name)
        try:
            return self.refused()
        finally:
            real.unlink()
            aside.rename(real)


def lost_on(recording, sample=None):
    """(paths tried, what is no longer refused without which)"""
    hiding = Hiding(recording)
    with hiding.host:
        before, of_host = hiding.refused()
        assert before or of_host, recording
        paths = [path for path in paths_read(recording)
                 if os.path.lexists(hiding.host.path(path)) and not path.startswith(NO_FACTS)]
        if sample and len(paths) > sample:
            paths = random.Random(recording.stem).sample(paths, sample)
        lost = []
        for path in paths:
            after, now_of_host = hiding.without(path)
            if now_of_host <= of_host and not before <= after:
                lost.append(f"{recording.stem}: without {path} {', '.join(sorted(before - after))}")
        return len(paths), lost


def lost_on_all(recordings, sample=None):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda one: lost_on(one, sample), recordings))
    return sum(tried for tried, _ in results), [line for _, lost in results for line in lost]
