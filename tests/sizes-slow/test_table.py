"""What a host can have takes little time and memory, whatever is asked of it: tests/sizes/inputs.py, each of its
inputs with each call of tests/sizes/measured.py, and a live xapi that tells of as many VMs."""

import json
import os
import pathlib
import sys
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / name) for name in ("sizes", "xapi", ".")]
from host import Host, RELEASE, SOURCE
from inputs import export_of, vm_records
from measured import INPUTS, MEGABYTES, SECONDS, calls, cost, host_with
from pool import Pool

SLACK = 3  # of time: another processor, or one that others use as well
ONLY = os.environ.get("SIZES", "")  # a part of the inputs' names


class Table(unittest.TestCase):
    def fits(self, host, *words, **labels):
        one = cost(host, *words)
        with self.subTest(**labels):
            self.assertLessEqual(one.seconds, SLACK * SECONDS, one.errors[:200])
            self.assertLessEqual(one.megabytes, MEGABYTES, one.errors[:200])
            self.assertIn(one.status, (0, 1, 2), one.errors[:200])
        return one

    def test_every_input_with_every_call(self):
        for name in INPUTS:
            if ONLY not in name:
                continue
            host, device = host_with(name)
            with host:
                for call, words in calls(device).items():
                    self.fits(host, *words, input=name, call=call)

    def test_a_live_xapi_with_thousands_of_vms(self):
        for count in (5000, 10000):
            with Host(SOURCE / "tests/hosts/xcp-ng-8.3.host", RELEASE) as host, Pool([host]) as pool:
                records = vm_records(count, 1, 4096)
                for number, (one, record) in enumerate(records.items()):
                    record["other_config"] = {} if number % 5 else record["other_config"]
                    pool.records["VM"][one] = {**pool.records["VM"].get(one, {}), **record}
                pool.records["VM"] = dict(pool.records["VM"])
                for words in (("list",), ("verify", "--json"), ("assignments", "--json"), ("record", "--mask"),
                              ("export",), ("hide", "8b:00.0", "--dry-run", "--json"),
                              ("assign", "--vm", "VM 3", "8b:00.0", "--dry-run", "--json")):
                    one = self.fits(host, *words, vms=count, call=words)
                if count == 5000:
                    self.assertTrue(json.loads(one.output)["plan"], one.errors)

    def test_a_large_export_is_imported(self):
        with Host(SOURCE / "tests/hosts/xcp-ng-8.3.host", RELEASE) as host:
            self.fits(host, "import", export_of(host, 1400 << 10), "--dry-run", "--json", call="import")


if __name__ == "__main__":
    unittest.main()
