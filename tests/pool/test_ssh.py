"""What goes by ssh: installing and removing on three hosts, a link that is cut, and a pool of 6.2 with its old ssh."""

import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "install"))
from bed import PLAYBOOKS, PLUGIN, OnBed, main, namespaces
from dom0 import VERSION, Dom0
from wire import XapiError

EXAMPLE = (PLAYBOOKS / "inventory.example.yml").read_text()
LINK = re.search(r"ansible_ssh_common_args: >-\n +(.*)\n", EXAMPLE)[1]
OLD = " ".join(line.strip(" #") for line in re.search(r"#   ansible_ssh_common_args: >-\n((?:  #     .*\n)+)", EXAMPLE)[1].splitlines())
NOTICED = 60  # seconds


class WithSsh(OnBed):
    def ssh(self, bed, name, environment, old=False):
        server = namespaces.Ssh(name, bed.addresses[bed.names.index(name)], bed.scratch, environment, old)
        self.addCleanup(server.end)
        begun = time.monotonic()
        while not namespaces.answers(bed.addresses[bed.names.index(name)]):
            self.assertLess(time.monotonic() - begun, 60)
            time.sleep(0.05)

    def begin(self, count=3, options=LINK, **more):
        bed = self.bed(count, **more)
        namespaces.make_keys(bed.scratch)
        bed.of_pool.update(ansible_user="root", ansible_ssh_use_tty=False, ansible_ssh_common_args=options + (
            f" -F none -i {bed.scratch}/id -o UserKnownHostsFile={bed.scratch}/known -o StrictHostKeyChecking=no"))
        return bed


class OverSsh(WithSsh):
    def with_dom0s(self):
        bed = self.begin()
        self.dom0s = {}
        for name in bed.names:
            dom0 = self.dom0s[name] = self.enterContext(Dom0("dash"))
            dom0.is_release("XCP-ng", "8.3.0", "3.4.0")
            dom0.log.write_text("")
            self.ssh(bed, name, {"PATH": f"{dom0.bin}:/usr/bin:/bin", "PCI_PASSTHROUGH_ROOT": dom0.root})
            bed.of_host[name].update(pci_install_options=f"--root '{dom0.root}'", pci_remove_options=f"--root '{dom0.root}'")
        first = self.dom0s["h1"]
        first.offer("xs6.i686", "xs7.x86_64")
        bed.variables["pci_package_directory"] = str(first.packages)
        own = bed.pool.run_plugin

        def run_plugin(host, *more):
            if not self.dom0s[host.name].installed():
                raise XapiError("XENAPI_MISSING_PLUGIN", "pci-passthrough")
            return own(host, *more)
        bed.pool.run_plugin = run_plugin
        return bed

    def installed(self):
        return [dom0.installed() for dom0 in self.dom0s.values()]

    def test_install_and_remove(self):
        bed = self.with_dom0s()
        checked = self.succeeds(bed.run("install.yml", "--check"))
        self.assertEqual((self.installed(), checked.changed()), ([None] * 3, 0))
        self.assertIn("A dry run: nothing was changed.", checked.text)
        self.dom0s["h2"].fails("rpm -U", "error: package is not signed: NOKEY")
        self.fails(bed.run("install.yml"), "NOKEY", "This release installs only packages that its vendor signed")
        self.assertIsNotNone(self.dom0s["h1"].installed(), "the coordinator is first")
        (self.dom0s["h2"].state / "rpm -U.fails").unlink()
        result = self.succeeds(bed.run("install.yml"))
        self.assertEqual(self.installed(), [f"{VERSION}-1.xs7"] * 3)
        self.assertIn("All 3 hosts answer through xapi with version", " ".join(result.text.split()))
        again = self.succeeds(bed.run("install.yml"))
        self.assertEqual(again.changed(), 0)
        self.assertIn("is installed already", again.text)
        self.assertEqual(len(self.dom0s["h3"].calls("rpm -U")), 1)
        self.assertEqual(self.succeeds(bed.run("remove.yml", "--check")).changed(), 0)
        self.succeeds(bed.run("remove.yml"))
        self.assertEqual(self.installed(), [None] * 3)
        again = self.succeeds(bed.run("remove.yml"))
        self.assertEqual(again.changed(), 0)
        self.assertIn("pci-passthrough is not installed.", again.text)

    def test_a_cut_link_is_noticed(self):
        bed = self.with_dom0s()
        dom0 = self.dom0s["h1"]
        reached = dom0.state / "reached"
        dom0.stub(dom0.bin / "rpm", f"touch '{reached}'; exec sleep 600")
        process = bed.start("install.yml")
        begun = time.monotonic()
        while not reached.exists():
            self.assertLess(time.monotonic() - begun, 120)
            time.sleep(0.05)
        namespaces.cut_link("h1")
        begun = time.monotonic()
        text, _ = process.communicate()
        took = time.monotonic() - begun
        print(f"a cut link was noticed after {took:.0f} s")
        self.assertNotEqual(process.returncode, 0, text[-2000:])
        self.assertLess(took, NOTICED, text[-2000:])
        self.assertEqual(self.dom0s["h2"].calls("rpm -U"), [])


class Old(WithSsh):
    def test_a_pool_of_6_2(self):
        bed = self.begin(1, OLD, recording="xenserver-6.2", hidden=("01:00.0",), has_json=False, socket="var/xapi/xapi")
        programs = bed.scratch / "bin"
        programs.mkdir()
        (programs / "pci-passthrough").symlink_to(Path(PLUGIN).resolve())
        self.ssh(bed, "h1", {"PATH": f"{programs}:/usr/bin:/bin", "PCI_PASSTHROUGH_ROOT": bed.host("h1").root}, old=True)
        bed.of_pool["pci_reach"] = bed.variables["pci_reach"] = "ssh"
        self.fails(bed.run("roll.yml"), "A roll needs XenServer 7.0 or later")
        before = bed.standing()
        self.assertIn("pciback.hide=(0000:01:00.0)", self.succeeds(bed.run("hide.yml", "--check")).text)
        self.assert_changed(before, bed.standing())
        self.succeeds(bed.run("hide.yml"))
        self.assert_changed(before, bed.standing(), "h1 boot")
        self.assertEqual(self.succeeds(bed.run("hide.yml")).changed(), 0)
        self.fails(bed.run("verify.yml"), "h1 waits for a reboot")
        bed.pool.reboot(bed.ref("h1"))
        result = self.succeeds(bed.run("verify.yml"))
        self.assertIn("hides exactly what is declared", result.text)
        self.assertIn("SAS", (bed.scratch / "report/h1.list.txt").read_text())
        bed.of_pool["ansible_ssh_common_args"] = bed.of_pool["ansible_ssh_common_args"].replace(OLD, LINK)
        self.fails(bed.run("verify.yml"), "no matching")


if __name__ == "__main__":
    main()
