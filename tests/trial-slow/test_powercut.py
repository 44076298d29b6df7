"""The power is cut at every write of a trial's life: armed, abandoned, the boot loader taking its mark away, confirmed.
No disk that is left has a mark without its entry, or an everyday entry that is neither the old nor the new one."""

import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "lab"))
import write_log
from lab import MIB, say
from trial import DEVICES, TrialMachine

MARK_AT = MIB - 4096  # before the first partition, behind GRUB
LOG_SIZE = 512 * MIB
SAMPLES = 4
RULE = "xen-pciback.hide=" + "".join(f"({device})" for device in DEVICES)
ENTRY = {"extlinux": "label pci-trial", "grub": "menuentry 'pci-passthrough trial'"}
NOTHING, WRITTEN, ARMED = (False, False), (True, False), (True, True)  # is there an entry, a mark
SECTIONS = {  # in the order of a session: what may be found within, and what must be found behind it
    "arm": ({NOTHING, WRITTEN, ARMED}, ARMED),
    "abandon": ({ARMED, WRITTEN, NOTHING}, NOTHING),
    "boot": ({ARMED, WRITTEN}, WRITTEN),
    "confirm": ({WRITTEN, NOTHING}, NOTHING)}


class LoggedMachine(TrialMachine):
    """Whatever its disk is told to write stands in a log, one for each time that the power is on."""

    def power_on(self, entry=""):
        self.write_log = self.scratch / "writes"
        self.write_log.unlink(missing_ok=True)
        with open(self.write_log, "wb") as log:
            log.truncate(LOG_SIZE)
        subprocess.run(["cp", "--sparse=always", self.disk, self.scratch / "base"], check=True)
        super().power_on(entry)

    def command(self):
        words = super().command()
        at = words.index(f"file={self.disk},format=raw,if=none,id=disk,cache=unsafe")
        words[at - 1:at + 1] = [
            "-blockdev", f"driver=file,filename={self.disk},node-name=file",
            "-blockdev", f"driver=file,filename={self.write_log},node-name=log",
            "-blockdev", "driver=blklogwrites,node-name=disk,file=file,log=log,log-sector-size=512"]
        return words

    def section(self, name, command):
        mark = ("{ printf %s '%s'; head -c 4096 /dev/zero; } | head -c 4096 >/tmp/mark; "
                f"dd if=/tmp/mark of=/dev/sda bs=4096 seek={MARK_AT // 4096} oflag=direct conv=notrunc 2>/dev/null")
        self.run("\n".join(["set -e", mark % ("%s", f"LAB-BEGIN {name}"), command, mark % ("%s", f"LAB-END {name}")]))


def is_whole_vector(vector):
    words = struct.unpack("<128I", vector)
    return (words[0], sum(words[1:127]) & 0xFFFFFFFF, words[127]) == (0x5A2D2FA5, 0xA3041767, 0xDD28BF64)


def once_of(loader):
    """What syslinux (core/adv.inc) boots once: the first copy that is whole counts."""
    for vector in (loader[-1024:-512], loader[-512:]):
        if is_whole_vector(vector):
            return vector[8] == 1 and vector[10:10 + vector[9]] == b"pci-trial"
    return False


class Reader:
    """What the boot loader reads on a disk: GRUB's own code, which replays no journal."""

    def __init__(self, machine, disk):
        self.disk, self.loader = disk, machine.loader
        part, folder = ("msdos2", "/EFI/xenserver") if machine.loader == "uefi" else ("msdos1", "/boot")
        at = f"(loop0,{part}){folder}"
        names = {"extlinux": ("extlinux.conf", "ldlinux.sys"), "grub": ("grub/grub.cfg", "grub/grubenv"),
                 "uefi": ("grub.cfg", "grubenv")}[machine.loader]
        self.boot_file, self.mark = (f"{at}/{name}" for name in names)
        self.entry = ENTRY.get(machine.loader, ENTRY["grub"])
        self.old = machine.first_text.rstrip()

    def cat(self, path):
        return subprocess.run(["grub-fstest", self.disk, "cat", path], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def state(self):
        """((is there an entry, a mark), is the everyday rule there)."""
        text = self.cat(self.boot_file).decode()
        everyday = text.partition(self.entry)[0].rstrip()
        has_rule = RULE in everyday
        plain = re.sub(rf" {re.escape(RULE)}(?= |$)", "", everyday, flags=re.MULTILINE)
        assert plain == self.old, f"neither the old nor the new file:\n{text}"
        return (self.entry in text, self.has_mark()), has_rule

    def has_mark(self):
        block = self.cat(self.mark)
        if self.loader == "extlinux":
            return once_of(block)
        signed = len(block) == 1024 and block.startswith(b"# GRUB Environment Block\n")
        return signed and bool(re.search(rb"^override_entry=.", block, re.MULTILINE))


class Cuts:
    """Each disk that a power cut could leave, one after the other, in one file: what is tried is undone."""

    def __init__(self, machine, section=None):
        self.file = open(machine.scratch / "base", "r+b")
        self.reader = Reader(machine, machine.scratch / "base")
        self.random, self.section, self.returned = random.Random(machine.loader), section, set()
        self.seen, self.window, self.count = {}, [], 0
        for offset, data, flags in write_log.read(machine.write_log):
            if flags & (write_log.FLUSH | write_log.FUA):
                self.cut_in_window()
                self.window = []
            if offset == MARK_AT and data:
                self.turn(data)
            elif data:
                self.window.append((offset, data, self.write(offset, data)))
                self.look()
        self.cut_in_window()
        self.file.close()

    def turn(self, data):
        word, name = data.rstrip(b"\0").decode().split()
        if word == "LAB-BEGIN":
            self.end(self.section)
            self.section = name
        else:
            self.returned.add(name)
            self.look()

    def end(self, name):
        if name == "boot":
            self.returned.add(name)
            self.look()

    def write(self, offset, data):
        self.file.seek(offset)
        before = self.file.read(len(data))
        self.file.seek(offset)
        self.file.write(data)
        self.file.flush()
        return before

    def look(self):
        if not self.section:
            return
        within, behind = SECTIONS[self.section]
        state, has_rule = self.reader.state()
        self.count += 1
        allowed = {behind} if self.section in self.returned else within
        assert state in allowed, f"{self.section}: {state}, allowed is {allowed}"
        assert has_rule is False or self.section == "confirm", f"{self.section}: the everyday rule is there"
        assert has_rule or state == WRITTEN or self.section != "confirm", "confirm: neither trial nor rule"
        self.seen.setdefault(self.section, set()).add((state, has_rule))

    def cut_in_window(self):
        """Some of what no flush had made durable, in every order that a disk may choose."""
        parts = [(offset + at, data[at:at + 512], old[at:at + 512])
                 for offset, data, old in self.window for at in range(0, len(data), 512)]
        if not self.section or not parts:
            return
        for subset in write_log.subsets(len(parts), SAMPLES, self.random):
            for offset, _, old in reversed(parts):
                self.write(offset, old)
            for number in subset:
                self.write(*parts[number][:2])
            self.look()
        for offset, data, _ in parts:
            self.write(offset, data)


class PowerCut:
    """A class below names the loader."""

    loader = None

    def test_a_trials_life(self):
        machine = self.enterContext(LoggedMachine(self.loader))
        machine.boot()
        hide = f"pci-passthrough hide {','.join(DEVICES)} --trial"
        machine.section("arm", hide)
        machine.section("abandon", "pci-passthrough abandon")
        machine.run("sync")
        machine.go_down()
        self.check(machine, {"arm": ARMED, "abandon": NOTHING})

        machine.boot("to be armed")
        machine.run(hide)
        machine.go_down()
        machine.boot("on trial")
        machine.section("confirm", "pci-passthrough confirm")
        self.assertEqual(machine.held(), DEVICES)
        machine.go_down()
        self.check(machine, {"boot": WRITTEN, "confirm": NOTHING}, "boot")

    def check(self, machine, ends, section=None):
        cuts = Cuts(machine, section)
        for name, end in ends.items():
            states = cuts.seen[name]
            say(f"{self.loader}: {name}: {sorted(states)}")
            self.assertIn((end, name == "confirm"), states)
            self.assertGreater(len(states), 1, "nothing was cut through")
        say(f"{self.loader}: {cuts.count} disks")


class Extlinux(PowerCut, unittest.TestCase):
    loader = "extlinux"


class Grub(PowerCut, unittest.TestCase):
    loader = "grub"


class Uefi(PowerCut, unittest.TestCase):
    loader = "uefi"


if __name__ == "__main__":
    unittest.main()
