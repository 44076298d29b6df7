"""What a whole call costs, counted in instructions, which are the same however busy the machine is: beside lspci, verify
beside list, and a host beside one of four times its size. The peak of memory, too. tests/bench/run measures time."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parent)]
from counted import instructions
from generated import PCI_IDS, MEMORY, make_bridged_host, make_host
from host import RELEASE

MILLION = 1e6


def peak(*command):
    """MB. GNU time tells it: what wait4 tells begins with the size of the process that forked."""
    told = subprocess.run(["/usr/bin/time", "-f", "%M", *command], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=True).stderr
    return int(told.split()[-1]) / 1024


class Host:
    def __init__(self, make, *size):
        self.scratch = tempfile.TemporaryDirectory(dir=MEMORY)
        self.name = self.scratch.name
        make(pathlib.Path(self.name), *size)

    def command(self, *words):
        return (RELEASE, "--root", self.name, *words)

    def cost(self, *words):
        return instructions(*self.command(*words, "--json"))

    def lspci(self):
        return instructions("lspci", "-i", PCI_IDS, "-O", f"sysfs.path={self.name}/sys/bus/pci", "-Dvmmnnk")


class Speed(unittest.TestCase):
    def host(self, make, *size):
        host = Host(make, *size)
        self.addCleanup(host.scratch.cleanup)
        return host

    def assertRatio(self, cost, other, most, what):
        print(f"{what}: {cost / MILLION:.1f} M of {other / MILLION:.1f} M instructions, {cost / other:.2f}; at most {most}")
        self.assertLess(cost, most * other, what)

    def test_beside_lspci_and_the_same_again_for_each_function(self):
        small, large = self.host(make_host, 300), self.host(make_host, 1200)
        costs = {(function, host): host.cost(function) for function in ("list", "verify") for host in (small, large)}
        self.assertRatio(costs["list", large], large.lspci(), 0.7, "list beside lspci, 1,200 functions")
        for host, size in ((small, "300"), (large, "1,200")):
            self.assertRatio(costs["verify", host], costs["list", host], 1.2, f"verify beside list, {size} functions")
        for function in ("list", "verify"):
            self.assertRatio(costs[function, large], 4 * costs[function, small], 1.05,
                             f"{function}, 1,200 functions beside four times 300")

    def test_behind_bridges(self):
        small, large = self.host(make_bridged_host, 8), self.host(make_bridged_host, 32)
        for function in ("list", "verify"):
            self.assertRatio(large.cost(function), 4 * small.cost(function), 1.05,
                             f"{function}, 1,057 functions behind 32 bridges beside four times 265 behind 8")

    def test_memory(self):
        few = peak(*self.host(make_host, 30).command("list", "--json"))
        for name, make, size in (("4,096 flat", make_host, 4096), ("4,225 behind bridges", make_bridged_host, 128)):
            host = self.host(make, size)
            for most, words in ((8, ("list", "--json")), (8, ("verify", "--json")), (16, ("list", "--svg"))):
                megabytes = peak(*host.command(*words))
                print(f"{name}: {' '.join(words)} peaks at {megabytes:.1f} MB, {few:.1f} of it with 30 functions")
                self.assertLess(megabytes, most, f"{name}: {words}")


if __name__ == "__main__":
    unittest.main()
