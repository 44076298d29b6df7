"""QEMU's blklogwrites: what a disk was told to write, in order (the format of dm-log-writes)."""

import struct

FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


def read(path):
    """[(offset, data, flags), ...]"""
    log = path.read_bytes()
    magic, _, count, sector_size = struct.unpack_from("<QQQI", log)
    assert magic == 0x6A736677736872
    at, entries = sector_size, []
    for _ in range(count):
        sector, sectors, flags, _ = struct.unpack_from("<QQQQ", log, at)
        at += sector_size
        size = 0 if flags & (DISCARD | MARK) else sectors * sector_size
        entries.append((sector * sector_size, log[at:at + size], flags))
        at += size
    return entries


class Replay:
    """Every disk that a power cut could have left. `look(disk, returned)` is called for each prefix
    of the writes, and for subsets of those that no flush had made durable: all of them where they are
    few, else each alone, each left out, and some at random."""

    def __init__(self, base, entries, mark, look, random, samples):
        self.disk, self.entries, self.mark, self.look = bytearray(base), entries, mark, look
        self.random, self.samples = random, samples
        self.durable, self.window = bytearray(base), []
        self.begun = self.returned = False

    def run(self):
        for offset, data, flags in self.entries:
            if flags & (FLUSH | FUA):
                self.cut_in_window()
                self.durable, self.window = bytearray(self.disk), []
            if offset == self.mark and data:
                self.begun = self.begun or data.startswith(b"LAB-BEGIN")
                self.returned = self.returned or data.startswith(b"LAB-END")
            elif data:
                self.write(offset, data, flags)
        self.cut_in_window()
        assert self.returned

    def write(self, offset, data, flags):
        self.disk[offset:offset + len(data)] = data
        if flags & FUA:
            self.durable[offset:offset + len(data)] = data
        else:
            self.window.append((offset, data))
        if self.begun:
            self.look(self.disk, self.returned)

    def cut_in_window(self):
        if not self.begun or not self.window:
            return
        aligned = all(offset % 4096 == len(data) % 4096 == 0 for offset, data in self.window)
        step = 4096 if aligned else 512
        parts = [(offset + at, data[at:at + step])
                 for offset, data in self.window for at in range(0, len(data), step)]
        for subset in subsets(len(parts), self.samples, self.random):
            disk = bytearray(self.durable)
            for number in subset:
                offset, data = parts[number]
                disk[offset:offset + len(data)] = data
            self.look(disk, self.returned)


def subsets(count, samples, random):
    """All of so many where they are few, else each alone, each left out, and some at random."""
    everything = range(count)
    if count <= 4:
        return [[n for n in everything if bits >> n & 1] for bits in range(1 << count)]
    some = random.sample(everything, min(count, samples))
    return ([[n] for n in some] + [[n for n in everything if n != one] for one in some] +
            [[n for n in everything if random.random() < 0.5] for _ in some])
