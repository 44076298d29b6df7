"""An xl that hangs: what it would have told is unknown, soon. An extlinux that hangs, a child of its own with it: xapi gets its answer, the old file stands, and
until then others are answered or told to try again."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import SOURCE, Failure, Host, read_reply

DEADLINE, LOCK_DEADLINE, XL_DEADLINE, SLACK = 60, 20, 5, 60  # the stubs hang for 600 s


class Hang(unittest.TestCase):
    def test_an_xl_that_hangs_is_not_waited_for(self):
        with Host(SOURCE / "tests/hosts/xcp-ng-8.3.host") as host:
            stub = host.path("/usr/sbin/xl")
            head = "".join(stub.read_text().splitlines(keepends=True)[:2])
            for timeouts in ("", 'trap "" TERM\n'):
                stub.write_text(f'{head}{timeouts}echo $$ >"$0.pid"\nsleep 600 & sleep 600\n')
                began = time.monotonic()
                self.assertNotIn("iommu", host.ask("list")["host"])
                self.assertLess(time.monotonic() - began, XL_DEADLINE + SLACK)
                group = int(host.path("/usr/sbin/xl.pid").read_text())
                self.assertEqual([], members_of(group), "xl or a child of it still runs")
            for question in ("rules", "backups"):
                host.ask(question)
                self.assertEqual(group, int(host.path("/usr/sbin/xl.pid").read_text()), question)
            unknown = [finding for finding in host.ask("verify")["findings"]
                       if finding["code"] == "iommu-disabled"]
            self.assertEqual(["unknown"], [finding["state"] for finding in unknown])
            self.assertIn("it did not answer within 5 s", unknown[0]["message"])

    def test_the_deadline_of_a_program(self):
        with Host(SOURCE / "tests/hosts/xenserver-6.2.host") as host:
            before = host.boot_file().read_bytes()
            stub = host.path("/sbin/extlinux")
            head = "".join(stub.read_text().splitlines(keepends=True)[:2])
            stub.write_text(f'{head}trap "" TERM\necho $$ >"$0.pid"\nsleep 600 & sleep 600\n')

            began = time.monotonic()
            hanging = host.start("hide", {"devices": "06:00.0"})
            while not host.path("/sbin/extlinux.pid").exists():
                time.sleep(0.05)

            asked = time.monotonic()
            self.assertTrue(host.ask("list")["devices"])
            self.assertLess(time.monotonic() - asked, SLACK)
            with self.assertRaises(Failure) as busy:
                host.call("hide", {"devices": "01:00.0"})
            self.assertEqual("PCI_PASSTHROUGH_BUSY", busy.exception.code)
            self.assertLess(time.monotonic() - asked, LOCK_DEADLINE + 2 * SLACK)

            output, _ = hanging.communicate(timeout=DEADLINE + SLACK)
            self.assertGreater(time.monotonic() - began, DEADLINE - 1)
            self.assertEqual(0, hanging.returncode)
            with self.assertRaises(Failure) as failure:
                read_reply(output)
            self.assertEqual("PCI_PASSTHROUGH_INTERNAL_ERROR", failure.exception.code)
            self.assertIn("/sbin/extlinux -i /boot did not end within 60 s", str(failure.exception))
            self.assertIn("the old file stands", str(failure.exception))
            self.assertEqual(before, host.boot_file().read_bytes())
            group = int(host.path("/sbin/extlinux.pid").read_text())
            self.assertEqual([], members_of(group), "the program or a child of it still runs")


def members_of(group):
    """The processes of a process group that are no zombies."""
    alive = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            alive.append(stat.parent.name)
    return alive


if __name__ == "__main__":
    unittest.main()
