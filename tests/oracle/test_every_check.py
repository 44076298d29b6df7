"""Every check of the catalogue, through the probe: it fires on a recorded host, and is silent on
another."""

import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import ALL_RECORDINGS, PROGRAM, SOURCE, Host
from trials import Trials

# No host that runs has such a boot file: they refuse a restore that would bring it about.
OF_ANOTHER_BOOT_FILE = {"boot-root-foreign": (" root=LABEL=root-", " root=LABEL=other-"),
                        "boot-entry-stops": (" ro nolvm ", " ro single "),
                        "boot-dom0-memory": (" dom0_mem=8192M,max:8192M ", " dom0_mem=8192 ")}
OF_ANOTHER_NEXT_BOOT = {"next-boot-differs"}
OF_A_RESCUED_HOST = {"rescue-entry-stale", "vm-starts-in-rescue"}
OF_A_TRIAL = {f"trial-{one}" for one in ("auto-no-unit", "auto-unmet", "cannot-end", "entry-stale", "kernel-pending", "mark-kept", "mark-taken", "over",
                                         "pending", "vm-starts", "with-ha")}
PARTS = sorted((SOURCE / "tests/hosts/xen").glob("*.part"))
CASES = sorted(path.parent for path in (SOURCE / "tests/cases/boot").glob("*/base"))
OF_A_RUNNING_DOM0 = "now-"  # hide now=true alone asks them
OF_A_DRIVER_THAT_HANGS = {"take-unfinished"}
OF_A_LIST_THAT_IS_NOT_READ = {"functions-unknown"}
NEVER_FOUND = {"vms-unknown"}  # it says that something is not known


def sections(path):
    """By what they are of, without a section's options."""
    found = re.findall(r"^(=== .*)\n((?:(?!=== ).*\n)*)", path.read_text(), re.M)
    return {re.sub(r"(( mode=\S+| no-newline| hex| file| program| directory| error=\S+)+| -> .*)$", "", head):
            f"{head}\n{text}" for head, text in found}


def overlaid(part, directory):
    """A recording: what the hosts of the folder have in common, and over it this one's own."""
    whole = sections(part.with_name("z97.base")) | sections(part)
    path = pathlib.Path(directory) / f"{part.stem}.host"
    path.write_text("pci-passthrough recording 1\n" + "".join(whole.values()))
    return path


def lay_over(host, case):
    """A boot file as somebody left it, over the host that it was left on."""
    shutil.copytree(case / "root", host.root, dirs_exist_ok=True)
    for path in (case / "remove").read_text().split() if (case / "remove").exists() else ():
        gone = host.path(path)
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()


def rows():
    reply = subprocess.run([PROGRAM, "explain", "--json"], capture_output=True, check=True, text=True)
    return json.loads(reply.stdout)["checks"]


def pool_rows():
    """The checks that compare the replies of a pool's hosts; a recording is one host, and
    tests/xapi/test_scope.py has pools."""
    return [row["code"] for row in rows() if row["about"] == "pool"]


def of_a_running_dom0():
    return {row["code"] for row in rows() if row["code"].startswith(OF_A_RUNNING_DOM0)}


def refused_now(host):
    """Of each device by itself, were it taken at once: found or not."""
    for device in host.ask("list")["devices"]:
        if len(device["address"]) == len("0000:00:00.0"):
            reply = host.ask("hide", {"devices": device["address"], "now": "true", "dry-run": "true"})
            yield {one["code"] for one in reply["findings"]}


def vms_with_devices(host):
    records = host.path("/.xapi/VM.get_all_records")
    for vm in json.loads(records.read_text()).values() if records.exists() else ():
        if "pci" in vm["other_config"] and not vm["is_a_template"]:
            yield vm["uuid"]


def questions(host):
    """The host; all functions, and every second, so that what belongs together is split; each VM."""
    yield []
    functions = sorted(path.name for path in host.path("/sys/bus/pci/devices").iterdir())
    nameable = [address for address in functions if len(address) == len("0000:00:00.0")]
    yield from ([",".join(some)] for some in (nameable, nameable[::2], nameable[1::2]))
    yield from (["--vm", uuid] for uuid in vms_with_devices(host))


def set_next_boot(host):
    block = "# GRUB Environment Block\noverride_entry=2\n"
    host.path("/boot/efi/EFI/xenserver/grubenv").write_text(block.ljust(1024, "#"))


def findings_of(host, words):
    done = host.shell("verify", *words, "--json")
    assert (done.returncode, done.stderr) == (0, ""), (host.name, words, done)
    return json.loads(done.stdout)["findings"]


def codes_of(recording):
    """Of the host as it stands, found or not; and those found, whatever is asked."""
    case = recording if recording.is_dir() else None
    base = SOURCE / f"tests/hosts/{(case / 'base').read_text().strip()}.host" if case else recording
    with Host(base) as host:
        if case:
            lay_over(host, case)
        first, *others = [findings_of(host, words) for words in questions(host)]
    return ({finding["code"] for finding in first},
            {finding["code"] for finding in sum(others, first)
             if finding["state"] == "found" or finding["code"] in NEVER_FOUND})


class EveryCheck(unittest.TestCase):
    def test_each_fires_on_one_host_and_is_silent_on_another(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool, tempfile.TemporaryDirectory() as directory:
            recordings = ALL_RECORDINGS + CASES + [overlaid(part, directory) for part in PARTS]
            spoken, found = zip(*pool.map(codes_of, recordings))
        self.assertEqual({row["code"] for row in rows()} - set(pool_rows()) - set(OF_ANOTHER_BOOT_FILE)
                         - OF_ANOTHER_NEXT_BOOT - OF_A_RESCUED_HOST - OF_A_DRIVER_THAT_HANGS - of_a_running_dom0()
                         - OF_A_TRIAL - OF_A_LIST_THAT_IS_NOT_READ,
                         set.union(*found))
        self.assertEqual(set(), set.intersection(*spoken))

    def test_each_that_asks_a_running_dom0(self):
        with Host(SOURCE / "tests/hosts/xcp-ng-8.3.host") as host:
            host.path("/proc/2711/fd").mkdir(parents=True)
            host.path("/proc/2711/fd/7").symlink_to("/dev/sda")
            (host.path("/sys/class/block/sda").resolve() / "uevent").write_text("DEVNAME=sda\n")
            of_devices = list(refused_now(host))
            self.assertEqual(set(), OF_A_DRIVER_THAT_HANGS & {one["code"] for one in findings_of(host, [])})
        with Host(SOURCE / "tests/hosts/xcp-ng-8.2-bios.host") as host:
            of_devices += refused_now(host)
        with Host(SOURCE / "tests/hosts/xenserver-9.host") as host:
            set_next_boot(host)
            host.path("/sys/bus/pci/drivers/pciback").rename(host.path("/gone"))
            host.path("/var/lib/pci-passthrough").mkdir(parents=True)
            host.path("/var/lib/pci-passthrough/taking").write_text('{"device": "0000:00:02.0"}')
            of_devices += refused_now(host)
            self.assertLess(OF_A_DRIVER_THAT_HANGS, {one["code"] for one in findings_of(host, [])})
        self.assertEqual(of_a_running_dom0(), of_a_running_dom0() & set.union(*of_devices))
        self.assertEqual(set(), of_a_running_dom0() & set.intersection(*of_devices))

    def test_a_list_of_functions_that_is_not_read_is_said_and_refuses_every_change(self):
        with Host(SOURCE / "tests/hosts/xcp-ng-8.3.host") as host:
            file = host.boot_file()
            file.write_text(file.read_text().replace("hide=(0000:3b:00.0)", "hide=(0000:3b:00.*)"))
            before = file.read_bytes()
            self.assertEqual(set(), OF_A_LIST_THAT_IS_NOT_READ & {one["code"] for one in findings_of(host, [])})
            host.path("/sys/bus/pci/devices").rename(host.path("/gone"))
            self.assertLess(OF_A_LIST_THAT_IS_NOT_READ, {one["code"] for one in findings_of(host, [])})
            for words in (("unhide", "3b:00.0"), ("hide", "10de:24b0"), ("hide", "?10de:24b0"), ("repair",)):
                done = host.shell(*words)
                self.assertEqual((1, ""), (done.returncode, done.stdout), words)
                self.assertIn("cannot read /sys/bus/pci/devices (No such file or directory)",
                              " ".join(done.stderr.split()), words)
            self.assertEqual(before, file.read_bytes())

    def test_another_next_boot_is_found(self):
        with Host(SOURCE / "tests/hosts/xenserver-9.host") as host:
            (code,) = OF_ANOTHER_NEXT_BOOT
            self.assertNotIn(code, {finding["code"] for finding in findings_of(host, [])})
            set_next_boot(host)
            self.assertIn(code, {finding["code"] for finding in findings_of(host, [])})

    def test_what_undoes_a_rescue_is_found(self):
        """dom0's disk is hidden by hand, a VM that starts by itself names it; then a kernel's update."""
        with Host(SOURCE / "tests/hosts/sick/xcp-ng-8.3-desktop.host") as host:
            host.call("rescue")
            self.assertEqual(set(), OF_A_RESCUED_HOST & {one["code"] for one in findings_of(host, [])})
            records = host.path("/.xapi/VM.get_all_records")
            vms = json.loads(records.read_text())
            vm = next(one for one in vms.values() if "pci" in one["other_config"])
            vm["other_config"] |= {"pci": "0/0000:00:1f.2", "auto_poweron": "true"}
            records.write_text(json.dumps(vms))
            file = host.path("/boot/efi/EFI/xenserver/grub.cfg")
            file.write_text(re.sub(r"hide=\S+", "hide=(0000:00:1f.2)", file.read_text())
                            .replace(" nolvm ", " nolvm quiet ", 1))
            self.assertEqual(set(), OF_A_RESCUED_HOST - {one["code"] for one in findings_of(host, [])})

    def trial(self, recording, change=lambda host: None):
        """What stands in the way of a trial on this host, changed."""
        with Host(SOURCE / f"tests/hosts/{recording}.host") as host:
            (device,) = host.harmless(1)
            Trials(host)
            change(host)
            asked = {"devices": device, "trial": "true", "dry-run": "true"}
            return {one["code"] for one in host.ask("hide", asked)["findings"] if one["state"] == "found"}

    def test_what_stands_in_the_way_of_a_trial_is_found(self):
        def other_kernel(host):
            host.path("/proc/sys/kernel/osrelease").write_text("4.4.0+9\n")

        def other_initrd(host):
            link = host.path("/boot/initrd-4.19.316-xen.img")
            link.unlink()
            link.symlink_to("initrd-4.19.0+1.img")

        def note(path):
            def change(host):
                host.path(path).parent.mkdir(parents=True, exist_ok=True)
                host.path(path).write_text("5ae1b4a1-0000-4000-8000-000000000001\n")
            return change

        def other_mark(host):
            block = "# GRUB Environment Block\noverride_entry=2\n"
            Trials.of(host).environment().write_text(block.ljust(1024, "#"))

        def ha(host):
            records = host.path("/.xapi/pool.get_all_records")
            pools = json.loads(records.read_text())
            for pool in pools.values():
                pool["ha_enabled"] = True
            records.write_text(json.dumps(pools))

        def wanted(host):
            records = host.path("/.xapi/VM.get_all_records")
            vms = json.loads(records.read_text())
            vm = next(one for one in vms.values() if "pci" in one["other_config"])
            vm["other_config"] |= {"pci": "0/" + host.harmless(1)[0], "auto_poweron": "true"}
            records.write_text(json.dumps(vms))
        free = "xcp-ng-8.3-kernel-alt"
        self.assertEqual(set(), OF_A_TRIAL & self.trial(free))
        for code, recording, change in (
                ("trial-cannot-end", "xcp-ng-8.3", lambda host: None),
                ("trial-kernel-pending", free, other_kernel),
                ("trial-kernel-pending", free, other_initrd),
                ("trial-kernel-pending", free, note("/run/reboot-required.d/xen/4.17.5-3")),
                ("trial-kernel-pending", free, note("/run/reboot-required.hfxs")),
                ("trial-kernel-pending", free, note("/var/lib/rpm-state/regenerate-initrd-4.19.316")),
                ("trial-mark-taken", free, other_mark),
                ("trial-with-ha", free, ha),
                ("trial-vm-starts", "sick/xcp-ng-8.3-desktop", wanted)):
            with self.subTest(code):
                self.assertIn(code, self.trial(recording, change))

    def test_what_stands_in_the_way_of_a_trial_that_confirms_itself_is_found(self):
        with Host(SOURCE / "tests/hosts/xcp-ng-8.3-kernel-alt.host") as host:
            trials, (device,) = Trials(host), host.harmless(1)
            trials.make_auto()
            asked = {"devices": device, "trial": "auto", "dry-run": "true"}
            for path, code in (("/usr/lib/systemd/system/pci-passthrough-auto.service", "trial-auto-no-unit"),
                               ("/var/run/xapi_init_complete.cookie", "trial-auto-unmet")):
                self.assertFalse(host.ask("hide", asked)["refused"])
                host.path(path).rename(host.path("/away"))
                self.assertEqual([code], [one["code"] for one in host.ask("hide", asked)["refusals"]])
                host.path("/away").rename(host.path(path))

    def test_what_is_left_of_a_trial_is_found(self):
        found = set()
        for can_write in (True, False):
            with Host(SOURCE / "tests/hosts/xcp-ng-8.3-kernel-alt.host") as host:
                trials = Trials(host)
                host.call("hide", {"devices": host.harmless(1)[0], "trial": "true"})
                text = trials.file.read_text()
                others, ours = text.split("menuentry 'pci-passthrough trial'")
                others = re.sub(r"(vmlinuz\S*) ", r"\1 quiet ", others)
                trials.file.write_text(f"{others}menuentry 'pci-passthrough trial'{ours}")
                found |= {finding["code"] for finding in findings_of(host, [])}
                trials.file.write_text(text)
                for _ in range(3):
                    found |= {finding["code"] for finding in findings_of(host, [])}
                    trials.boot(can_write=can_write)
        self.assertLessEqual({f"trial-{one}" for one in ("entry-stale", "mark-kept", "over", "pending")}, found)

    def test_another_installations_boot_file_is_found(self):
        for code, (ours, theirs) in OF_ANOTHER_BOOT_FILE.items():
            with self.subTest(code), Host(SOURCE / "tests/hosts/xcp-ng-8.3.host") as host:
                self.assertNotIn(code, {finding["code"] for finding in findings_of(host, [])})
                file = host.path("/boot/efi/EFI/xenserver/grub.cfg")
                text = file.read_text()
                self.assertIn(ours, text)
                file.write_text(text.replace(ours, theirs))
                found = {finding["code"]: finding["state"] for finding in findings_of(host, [])}
                self.assertEqual("found", found[code])


if __name__ == "__main__":
    unittest.main()
