"""The power is cut at every write of a change: the boot file is the old or the new one, both as the
boot loader reads the disk (GRUB's own code, which replays no journal) and as the kernel does; and only
the new one once the call has returned. The usual fsync-and-rename, beside it, must fail."""

import collections
import concurrent.futures
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

import write_log
from lab import HERE, MIB, binary, image, say

CASES = ["ext3:plugin", "ext4:plugin", "vfat16:plugin", "vfat32:plugin", "ext3:rename", "vfat16:rename"]
SIZES = {"ext3": 10, "ext4": 10, "vfat16": 12, "vfat32": 40}  # MB
MARK_AT = 41 * MIB
SAMPLES = 6
RULE = "xen-pciback.hide=(0000:00:03.0)"
GUEST_DEADLINE = 240


def boot_file(kind):
    """Within the file system, which is mounted at /boot."""
    return "extlinux.conf" if kind == "ext3" else "grub/grub.cfg"


def old_text(kind):
    """Of more than one block."""
    text = (HERE / "boot" / pathlib.Path(boot_file(kind)).name).read_text()
    return text + "".join(f"# line {n}: {'x' * 70}\n" for n in range(60))


def make_disk(path, kind, scratch):
    content = scratch / "content"
    (content / "grub").mkdir(parents=True)
    for name in ("xen.gz", "xen-fallback.gz", "vmlinuz-xen", "vmlinuz-fallback", "initrd-xen.img",
                 "initrd-fallback.img"):
        (content / name).write_bytes(random.randbytes(100_000))
    (content / boot_file(kind)).write_text(old_text(kind))
    with open(path, "wb") as disk:
        disk.truncate(42 * MIB)
    if kind.startswith("ext"):
        subprocess.run(["mke2fs", "-q", "-F", "-t", kind, "-b", "4096", "-J", "size=4", "-d", content,
                        path, f"{SIZES[kind]}M"], check=True,
                       stderr=subprocess.DEVNULL)
    else:
        few = ["-s", "1"] if kind == "vfat32" else []
        subprocess.run(["mkfs.vfat", "-F", kind[4:], *few, path, str(SIZES[kind] * 1024)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["mcopy", "-s", "-i", path, *content.iterdir(), "::/"], check=True)
    shutil.rmtree(content)


def record(scratch):
    """Runs the edits in bare Linux, each on a disk whose writes are logged."""
    source = image()
    tree = scratch / "tree"
    tree.mkdir()
    shutil.copy(binary(), tree)
    more = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, check=True,
                          input=b"pci-passthrough\n", stdout=subprocess.PIPE).stdout
    (scratch / "initrd").write_bytes(more + (source / "bare.initrd").read_bytes())
    disks = []
    for number, case in enumerate(CASES):
        disk, log = scratch / f"{number}.img", scratch / f"{number}.log"
        make_disk(disk, case.split(":")[0], scratch)
        shutil.copy(disk, scratch / f"{number}.base")
        with open(log, "wb") as file:
            file.truncate(32 * MIB)
        disks += ["-blockdev", f"driver=file,filename={disk},node-name=disk{number}",
                  "-blockdev", f"driver=file,filename={log},node-name=log{number}",
                  "-blockdev", f"driver=blklogwrites,node-name=logged{number},file=disk{number},"
                               f"log=log{number},log-sector-size=512",
                  "-device", f"virtio-blk-pci,drive=logged{number},write-cache=on,addr={number + 4}"]
    arguments = f"console=ttyS0 quiet panic=-1 cases={','.join(CASES)} mark={MARK_AT} device=00:03.0"
    started = time.monotonic()
    output = subprocess.run(
        ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64", "-m", "512", "-nodefaults",
         "-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", source / "kernel",
         "-initrd", scratch / "initrd", "-append", arguments,
         "-device", "virtio-rng-pci,addr=3", *disks],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=GUEST_DEADLINE).stdout.decode("utf-8", "replace")
    for case in CASES:
        assert f"LAB-EDITED {case}" in output, output[-5000:]
    say(f"bare Linux edited {len(CASES)} boot files in {time.monotonic() - started:.1f} s")


class Reader:
    """Says what stands in the boot file of a disk: "old", "new", or what else."""

    def __init__(self, scratch, kind):
        self.kind, self.old, self.new = kind, old_text(kind).encode(), None
        self.at = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.disk, self.copy, self.mounted = (self.at / name for name in ("disk", "copy", "mounted"))
        self.mounted.mkdir()

    def states(self, content):
        self.disk.write_bytes(content)
        return self.name(self.by_loader()), self.name(self.by_kernel())

    def name(self, text):
        if text == self.old:
            return "old"
        if text == self.new:
            return "new"
        if not text:
            return "missing" if text is None else "empty"
        return "short" if self.new.startswith(text) or self.old.startswith(text) else "garbage"

    def output(self, *command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout if done.stdout or done.returncode == 0 else None

    def by_loader(self):
        return self.output("grub-fstest", self.disk, "cat", f"(loop0)/{boot_file(self.kind)}")

    def by_kernel(self):
        if self.kind.startswith("vfat"):  # which not every kernel has: mtools
            return self.output("mtype", "-i", self.disk, f"::/{boot_file(self.kind)}")
        shutil.copy(self.disk, self.copy)  # for mounting it replays the journal
        subprocess.run(["mount", "-o", "loop", "-t", self.kind, self.copy, self.mounted], check=True)
        try:
            return (self.mounted / boot_file(self.kind)).read_bytes()
        except FileNotFoundError:
            return None
        finally:
            subprocess.run(["umount", self.mounted], check=True)


def replay(scratch, number):
    """What was read, and how often: while the call ran, and once it had returned."""
    kind = CASES[number].split(":")[0]
    size = SIZES[kind] * MIB
    reader = Reader(scratch, kind)
    with open(scratch / f"{number}.img", "rb") as disk:
        reader.disk.write_bytes(disk.read(size))
    reader.new = reader.by_kernel()
    assert [word for word in reader.new.split() if word != RULE.encode()] == reader.old.split()
    assert RULE.encode() in reader.new
    seen = collections.Counter(), collections.Counter()

    def look(disk, returned):
        for state in reader.states(disk):
            seen[returned][state] += 1

    base = (scratch / f"{number}.base").read_bytes()[:size]
    started = time.monotonic()
    write_log.Replay(base, write_log.read(scratch / f"{number}.log"), MARK_AT, look,
                     random.Random(number), SAMPLES).run()
    return *seen, time.monotonic() - started


class PowerCut(unittest.TestCase):
    def test_every_write(self):
        memory = pathlib.Path("/dev/shm")
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="lab-", dir=memory if memory.is_dir() else None))
        self.addCleanup(shutil.rmtree, scratch)
        record(scratch)
        with concurrent.futures.ProcessPoolExecutor(2) as pool:
            results = list(pool.map(replay, [scratch] * len(CASES), range(len(CASES))))
        for case, (during, after, seconds) in zip(CASES, results):
            say(f"{case}: {dict(during)}, after it returned {dict(after)}, in {seconds:.1f} s")
            with self.subTest(case):
                self.assertGreater(during.total(), 50)
                self.assertGreater(after.total(), 0)
                if case.endswith(":plugin"):
                    self.assertEqual({"old", "new"}, set(during))
                    self.assertEqual({"new"}, set(after))
                else:
                    self.assertTrue(set(during) - {"old", "new"} or set(after) - {"new"}, "no bite")


if __name__ == "__main__":
    unittest.main()
