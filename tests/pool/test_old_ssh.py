"""A pool of 6.2 with its old ssh: no JSON-RPC, so all but the roll goes by ssh."""

from pathlib import Path

from bed import PLUGIN, main
from over_ssh import LINK, OLD, WithSsh


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
