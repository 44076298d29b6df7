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

    def assert_at_most(self, most, cost, other, what):
        print(f"{what}: {cost / 1000:,.0f} of {other / 1000:,.0f} thousand instructions, {cost / other:.2f}; at most {most}")
        self.assertLess(cost, most * other, what)

    def assert_linear(self, hosts, sizes, function):
        """Each function more costs the same, however many there are."""
        small, middle, large = (host.cost(function) for host in hosts)
        self.assert_at_most(1.1, (large - middle) / (sizes[2] - sizes[1]), (middle - small) / (sizes[1] - sizes[0]),
                            f"{function}, a function more of {sizes[2]} beside one more of {sizes[1]}")
        return middle

    def test_flat(self):
        sizes = 30, 300, 1200
        hosts = [self.host(make_host, size) for size in sizes]
        costs = {function: self.assert_linear(hosts, sizes, function) for function in ("list", "verify")}
        self.assert_at_most(0.7, costs["list"], hosts[1].lspci(), "list beside lspci, 300 functions")
        self.assert_at_most(1.2, costs["verify"], costs["list"], "verify beside list, 300 functions")

    def test_behind_bridges(self):
        bridges = 2, 8, 32
        hosts, sizes = [self.host(make_bridged_host, one) for one in bridges], [1 + 33 * one for one in bridges]
        costs = {function: self.assert_linear(hosts, sizes, function) for function in ("list", "verify")}
        self.assert_at_most(1.2, costs["verify"], costs["list"], f"verify beside list, {sizes[1]} functions behind bridges")

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
