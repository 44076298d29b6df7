"""A driver whose unbind never returns, under the real Xen: hide now=true answers all the same, what it cannot know it
says, and so does every later call, until the host reboots. The driver is a module, built with Debian's headers."""

import pathlib
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lab"))
from lab import Failure, Machine, image

NIC, NVME = "0000:02:00.0", "0000:03:00.0"
UNBOUND = f"""set -e
insmod /stuck.ko
echo {NIC} >/sys/bus/pci/drivers/e1000e/unbind
echo 8086 10d3 >/sys/bus/pci/drivers/stuck/new_id"""


def module(scratch):
    """stuck.ko for the lab's kernel."""
    kernel = subprocess.run(["file", "-b", image() / "kernel"], stdout=subprocess.PIPE, text=True, check=True).stdout
    version = kernel.split(" version ")[1].split()[0]
    headers = f"linux-headers-{version}"
    subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", headers,
                    headers.replace("-amd64", "-common"), f"linux-kbuild-{'.'.join(version.split('.')[:2])}"],
                   cwd=scratch, check=True)
    for package in scratch.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, scratch], check=True)
    makefile = scratch / f"usr/src/{headers}/Makefile"
    makefile.write_text(makefile.read_text().replace("/usr/src", f"{scratch}/usr/src"))
    shutil.copytree(HERE / "stuck", scratch / "stuck")
    subprocess.run(["make", "-s", "-C", makefile.parent, f"M={scratch}/stuck", "modules"], check=True)
    return scratch / "stuck/stuck.ko"


class Stuck(unittest.TestCase):
    def test_unknown_until_the_reboot(self):
        machine = self.enterContext(Machine("grub"))
        with machine.root() as root:
            shutil.copy(module(machine.scratch), root)
        machine.boot()
        machine.run(UNBOUND)
        with self.assertRaises(Failure) as failed:
            machine.call("hide", devices=f"{NIC},{NVME}", now="true")
        print(failed.exception, *failed.exception.details, sep="\n")
        self.assertIn("Unknown whether", str(failed.exception))
        self.assertEqual("nvme", machine.drivers()[NVME], "what comes behind it was not tried")
        self.assertIn(f"xen-pciback.hide=({NIC})({NVME})", machine.text())

        self.assertIn(NIC, machine.ask("rules")["unfinished"])
        with self.assertRaises(Failure) as refused:
            machine.call("hide", devices=NVME, now="true")
        self.assertIn("now-take-unfinished", " ".join(refused.exception.details))
        codes = {one["code"] for one in machine.ask("verify")["findings"]}
        self.assertIn("take-unfinished", codes)

        machine.run("sync")
        machine.power_off()  # reboot -f waits for the driver, too
        machine.boot("turned off and on")
        self.assertEqual([NIC, NVME], machine.held())
        self.assertNotIn("unfinished", machine.ask("rules"))


if __name__ == "__main__":
    unittest.main()
