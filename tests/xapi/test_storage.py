"""PBDs that name their disks by udev's links or a SCSIid, and their servers by address: the controller
and the NIC that they stand on, on the host and in its recording."""

import json
import tempfile
import unittest
from pathlib import Path

from with_pool import WithPool
from host import Host  # pool knows where it lies

NAME = "xcp-ng-8.2-bios"
LOCAL = "/dev/disk/by-id/scsi-3600508b1001c8d7a3f4be0519c6e2d07-part3"
LUN = "3600a0b80005ad1d7000009a44f8c2e31"
RAID, FC, NIC = "0000:02:00.0", ("0000:04:00.0", "0000:04:00.1"), "0000:03:00.1"


class Storage(WithPool):
    names = [NAME]

    def start_with_storage(self):
        pool = self.start()
        for type_, config in (("ext", {"device": LOCAL}), ("lvmohba", {"SCSIid": LUN}),
                              ("nfs", {"server": "192.168.50.9", "serverpath": "/vms"})):
            sr = pool.add("SR", name_label=f"the {type_}", type=type_, shared=type_ != "ext")
            pool.add("PBD", SR=sr, host=pool.coordinator, device_config=config)
        return pool.hosts[pool.coordinator]

    def findings(self, host, *devices):
        """Of the SRs and their NICs: (code, device) to message and evidence."""
        shown = json.loads(host.shell("hide", ",".join(devices), "--dry-run", "--json").stdout)
        return {(one["code"], one["device"]): (one["message"], one["evidence"])
                for one in shown["findings"] if one["code"] in ("sr-controller-hidden", "storage-nic-hidden")}

    def assert_found(self, host):
        found = self.findings(host, RAID, *FC, NIC)
        for device in FC:
            self.assertIn("'the lvmohba'", found["sr-controller-hidden", device][0])
        self.assertIn("'the ext'", found["sr-controller-hidden", RAID][0])
        message, evidence = found["storage-nic-hidden", NIC]
        self.assertIn("carries xapi2, over which this host reaches 192.168.50.9 of the SR", message)
        self.assertIn("'the nfs'", message)
        self.assertIn("PBD.device_config:server, /proc/net/route", evidence)
        return found

    def test_on_the_host(self):
        self.assert_found(self.start_with_storage())

    def test_in_its_recordings(self):
        host = self.start_with_storage()
        here = self.assert_found(host)
        recordings = {mask: host.shell("record", *mask).stdout for mask in ((), ("--mask",))}
        self.assertIn(f"=== {LOCAL} -> ../../sda3\n", recordings[()])
        self.assertNotIn(LUN, recordings[("--mask",)])
        for mask, text in recordings.items():
            with tempfile.TemporaryDirectory() as directory:
                path = Path(directory) / "again.host"
                path.write_text(text)
                with Host(path) as again:
                    there = self.findings(again, RAID, *FC, NIC)
            self.assertEqual(there.keys(), here.keys(), mask)
            if mask:  # which subnet a made-up address is of, nobody knows
                self.assertIn("Unknown whether", there["storage-nic-hidden", NIC][0])
                self.assertNotIn("0032A8C0", text)
            else:
                self.assertEqual(there, here)


if __name__ == "__main__":
    unittest.main()
