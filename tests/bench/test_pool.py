"""Time and peak memory of `verify` with 5,000 VMs in the pool, beside the same with none, and with two
disks of each in an SR of this host: what xapi's records cost, without what the test xapi takes to
write them."""

import subprocess
import sys
import time
import unittest
import uuid
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "xapi")]
from host import RELEASE
from pool import Pool, recorded
from wire import json_response

VMS = 5000
MIB = 1 << 20


def measured(host):
    """Seconds and the peak of memory in bytes, of one `verify`. The peak is polled: what wait4 tells
    begins with the size of the process that forked."""
    begun = time.monotonic()
    process = subprocess.Popen([RELEASE, "verify"], env=host.environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        if status.startswith(f"Name:\t{Path(RELEASE).name[:15]}"):
            peak = max(peak, *(int(line.split()[1]) << 10 for line in status.splitlines()
                               if line.startswith("VmHWM")), 0)
        time.sleep(0.001)
    assert process.returncode in (0, 1), process.returncode
    return time.monotonic() - begun, peak


class Bench(unittest.TestCase):
    def test_many_vms(self):
        with recorded("xcp-ng-8.3") as host, Pool([host]) as pool:
            few = measured(host)
            for number in range(VMS):
                device = {"pci": "0/0000:18:00.0"} if number % 50 == 0 else {}
                pool.add("VM", name_label=f"VM {number}", recommendations="x" * 2000,
                         other_config={"mac_seed": "x" * 36, "folder": "/x", **device})
            size = len(json_response("1.0", 1, False, result=pool.records["VM"]))
            many = measured(host)
            sr = pool.add("SR", name_label="local", type="lvm")
            pool.add("PBD", SR=sr, host=pool.coordinator, device_config={"device": "/dev/sdc"})
            for record in pool.records["VM"].values():
                record["VBDs"] = [f"OpaqueRef:{uuid.uuid4()}" for _ in range(2)]
                for vbd in record["VBDs"]:
                    pool.add("VDI", SR=sr, VBDs=[vbd], name_description="x" * 500)
            disks_size = len(json_response("1.0", 1, False, result=pool.records["VDI"]))
            disks = measured(host)
        print(f"verify, no VM: {few[0]:.2f} s, {few[1] / MIB:.1f} MiB; with {VMS} VMs in {size / MIB:.0f} MiB "
              f"of JSON: {many[0]:.2f} s (the test xapi's own time in it), {many[1] / MIB:.1f} MiB")
        print(f"with {2 * VMS} disks in an SR of this host, {disks_size / MIB:.0f} MiB more: {disks[0]:.2f} s, "
              f"{disks[1] / MIB:.1f} MiB")
        self.assertLess(many[1] - few[1], 16 * MIB)
        self.assertLess(disks[1] - few[1], 16 * MIB)


if __name__ == "__main__":
    unittest.main()
