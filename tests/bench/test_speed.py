"""What a whole call costs, beside lspci and the same listing by a Python plugin, on hosts of 30, 300
and 4,096 functions. The gates leave room for what the machine does meanwhile."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parent)]
from generated import PCI_IDS, PYTHON_PLUGIN, make_host
from host import RELEASE

SIZES = (30, 300, 4096)
RUNS = 3
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def cost(*command):
    """Milliseconds of processor time, the least of a few runs; megabytes at the peak, which GNU time
    tells: what wait4 tells begins with the size of the process that forked."""
    times = []
    for _ in range(RUNS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, (command, process.returncode)
        times.append((usage.ru_utime + usage.ru_stime) * 1000)
    told = subprocess.run(["/usr/bin/time", "-f", "%M", *command], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=True).stderr
    return min(times), int(told.split()[-1]) / 1024


class Speed(unittest.TestCase):
    def test_a_whole_call(self):
        costs = {}
        print(f"{'functions':>9} {'list':>14} {'picture':>14} {'verify':>14} {'lspci':>14} {'Python':>14}")
        for size in SIZES:
            with tempfile.TemporaryDirectory(dir=MEMORY) as scratch:
                root = pathlib.Path(scratch)
                make_host(root, size)
                commands = {
                    "list": (RELEASE, "--root", scratch, "list", "--json"),
                    "picture": (RELEASE, "--root", scratch, "list", "--svg"),
                    "verify": (RELEASE, "--root", scratch, "verify", "--json"),
                    "lspci": ("lspci", "-i", PCI_IDS, "-O", f"sysfs.path={scratch}/sys/bus/pci", "-Dvmmnnk"),
                    "Python": (sys.executable, "-c", PYTHON_PLUGIN, scratch, str(PCI_IDS)),
                }
                costs[size] = {name: cost(*command) for name, command in commands.items()}
            cells = (f"{ms:6.1f} ms {mb:3.0f} MB" for ms, mb in costs[size].values())
            print(f"{size:>9}", *(f"{cell:>14}" for cell in cells))
        milliseconds = {size: {name: one[0] for name, one in row.items()} for size, row in costs.items()}
        for size, row in milliseconds.items():
            self.assertLess(row["list"], 2.5 * row["lspci"] + 5, size)
            self.assertLess(row["list"], 0.7 * row["Python"] + 5, size)
            self.assertLess(row["picture"], 2 * row["list"] + 5, size)
            self.assertLess(row["verify"], 2 * row["list"] + 5, size)
        for name in ("list", "verify"):
            of_one = [milliseconds[size][name] / size for size in (300, 4096)]
            self.assertLess(of_one[1], 2 * of_one[0], f"{name} is not linear")
            self.assertLess(costs[300][name][1], 8, f"{name} takes more than 8 MB")


if __name__ == "__main__":
    unittest.main()
