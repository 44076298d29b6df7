"""tests/bench/run: see there."""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parent)]
from counted import instructions
from generated import PCI_IDS, PYTHON_PLUGIN, make_bridged_host, make_host
from host import RECORDINGS, RELEASE, SOURCE

ARCHIVE = SOURCE.parent / "shared/hosts/sysfs/hwloc-32em64t-nvme.tar.bz2"


def hosts(scratch):
    """Name and root of each."""
    for recording in RECORDINGS:
        root = scratch / recording.stem
        subprocess.run([RELEASE, "--host", recording, "--unpack", root], check=True)
        yield recording.stem, root
    if ARCHIVE.exists():
        root = scratch / "137"
        root.mkdir()
        subprocess.run(["tar", "-xf", ARCHIVE, "-C", root, "--no-same-owner", "--mode=u+rwX"], stderr=subprocess.DEVNULL)
        (root := next(root.iterdir())).joinpath("usr/share/hwdata").mkdir(parents=True)
        (root / "usr/share/hwdata/pci.ids").write_bytes(PCI_IDS.read_bytes())
        yield "137 real", root
    for size in (30, 300, 4096):
        make_host(scratch / f"flat{size}", size)
        yield f"{size} flat", scratch / f"flat{size}"
    for bridges in (16, 128):
        make_bridged_host(scratch / f"bridged{bridges}", bridges)
        yield f"{1 + 33 * bridges} bridged", scratch / f"bridged{bridges}"


def programs(scratch, root, binaries):
    ours = {}
    for number, binary in enumerate(binaries):
        mark = "" if number == 0 else f" [{number + 1}]"
        for name, words in (("list", ("list", "--json")), ("table", ("list",)), ("picture", ("list", "--svg")),
                            ("verify", ("verify", "--json"))):
            ours[name + mark] = (binary, "--root", root, *words)
    return {**ours,
            "lspci": ("lspci", "-i", PCI_IDS, "-O", f"sysfs.path={root}/sys/bus/pci", "-Dvmmnnk"),
            "Python": (sys.executable, "-c", PYTHON_PLUGIN, root, PCI_IDS),
            "floor": (scratch / "floor", root, PCI_IDS)}


def run_once(command):
    """Wall and processor time, in ms."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    return (time.monotonic() - begun) * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def can_read(command):
    """Not lspci, where a recording has no file `vendor`, which we do not read."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def told(*command):
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         text=True, errors="replace")
    return run.stderr


def system_calls(command):
    found = re.search(r"^100\.00.*?\s(\d+)\s+\d*\s*total", told("strace", "-c", "-f", *command), re.M)
    return int(found[1]) if found else 0


def main():
    scratch, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
    quick = "--quick" in words
    binaries = [word for word in words if word != "--quick"] or [RELEASE]
    print(f"{'host':<24}{'program':<12}{'wall ms':>9}{'(least-most)':>15}{'cpu ms':>8}{'peak MB':>9}"
          f"{'M instr':>9}{'calls':>8}{'cpu/lspci':>10}{'instr/lspci':>12}")
    for name, root in hosts(scratch):
        commands = {program: command for program, command in programs(scratch, root, binaries).items()
                    if program != "lspci" or can_read(command)}
        runs = {program: [] for program in commands}
        for _ in range(3 if quick else 9):  # alternating
            for program, command in commands.items():
                runs[program].append(run_once(command))
        counted = {} if quick else {program: instructions(*command) / 1e6 for program, command in commands.items()
                                    if program != "Python"}  # a minute, and nobody asks
        cpu = {program: statistics.median(one for _, one in pairs) for program, pairs in runs.items()}
        for program, command in commands.items():
            walls = sorted(wall for wall, _ in runs[program])
            peak = int(told("/usr/bin/time", "-f", "%M", *command).split()[-1]) / 1024
            count = counted.get(program, float("nan"))
            print(f"{name:<24}{program:<12}{statistics.median(walls):>9.1f}{f'({walls[0]:.1f}-{walls[-1]:.1f})':>15}"
                  f"{cpu[program]:>8.1f}{peak:>9.1f}{count:>9.1f}{system_calls(command):>8}"
                  f"{cpu[program] / (cpu.get('lspci') or float('nan')):>10.2f}{count / counted.get('lspci', float('nan')):>12.2f}",
                  flush=True)


if __name__ == "__main__":
    main()
