"""The order of calls in which a boot file is replaced (plugin/host/README.md, "Replacing a boot
file"), by strace: each flush stands where a power cut would need it. What the disk makes of it,
tests/lab/test_powercut.py shows."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from strace import SOURCE, STATE, Scene

BOOT = "/boot/grub/grub.cfg"
TEMPORARY = ".pci-passthrough.tmp"


def replacement(folder, name):
    """What must follow another in the trace of one replaced boot file: a name, and what is in its arguments."""
    file = re.escape(f"{folder}/{name}{TEMPORARY}")
    new = rf"{folder}/{name}(\(deleted\))?>"
    return [
        ("openat", rf'"{name}{re.escape(TEMPORARY)}", .*O_CREAT'),
        ("write", rf"<[^>]*{file}>"),
        ("fsync", rf"<[^>]*{file}>"),
        ("syncfs", rf"<[^>]*{file}>"),
        ("rename", rf'"{name}{re.escape(TEMPORARY)}", .*"{name}"'),
        ("fsync", rf"<[^>]*{new}"),
        ("fsync", rf"<[^>]*{folder}>"),
        ("syncfs", rf"<[^>]*{new}"),
    ]


def backup(ending):
    name = rf"[0-9TZ.]+-[0-9a-f]+\.{ending}"
    return [
        ("write", rf"{STATE}/backups/{name}{re.escape(TEMPORARY)}>"),
        ("fsync", rf"{STATE}/backups/{name}{re.escape(TEMPORARY)}>"),
        ("rename", rf'"{name}{re.escape(TEMPORARY)}", .*"{name}"'),
        ("fsync", rf"<[^>]*{STATE}/backups>"),
    ]


def missing(calls, wanted):
    """The first of these steps that does not follow those before it; None where all do."""
    at = 0
    for name, pattern in wanted:
        while at < len(calls) and not (calls[at].name.startswith(name)
                                       and re.search(pattern, calls[at].arguments)):
            at += 1
        if at == len(calls):
            return name, pattern
        at += 1
    return None


class Flushes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = Scene("grub, BIOS", "xcp-ng-8.2-bios")
        cls.addClassCleanup(cls.scene.__exit__)
        folder, name = cls.scene.boot_file.rsplit("/", 1)
        cls.steps = backup("content") + backup("json") + replacement(folder, name)

    def test_each_stands_in_its_place(self):
        self.assertIsNone(missing(self.scene.calls, self.steps))

    def test_each_that_is_left_out_is_noticed(self):
        """Of the trace, with every call taken out that one step needs."""
        for name, pattern in self.steps:
            left = [call for call in self.scene.calls
                    if not (call.name.startswith(name) and re.search(pattern, call.arguments))]
            self.assertIsNotNone(missing(left, self.steps), (name, pattern))

    def test_the_old_file_is_held_open_until_the_end(self):
        """Its blocks must not be free before the new file is on the disk."""
        calls = self.scene.calls
        last = max(i for i, call in enumerate(calls) if call.name == "syncfs")
        opened = [i for i, call in enumerate(calls) if call.name == "openat" and call.arguments.rstrip().endswith(">")
                  and re.search(r'"grub\.cfg", O_RDONLY\|O_NOCTTY\|O_NONBLOCK\|O_NOFOLLOW', call.arguments)]
        self.assertTrue(opened)
        descriptor = re.search(r"= (\d+)<[^>]*>$", calls[opened[-1]].arguments.rstrip()).group(1)
        closed = [i for i, call in enumerate(calls)
                  if i > opened[-1] and call.name == "close" and call.arguments.startswith(f"{descriptor}<")]
        self.assertTrue(closed and closed[0] > last, "closed too soon")


if __name__ == "__main__":
    unittest.main()
