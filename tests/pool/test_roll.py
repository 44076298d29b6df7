"""A good roll of three hosts, the second run, and a host that does not come back."""

from bed import NASTY, OnBed, main


class Roll(OnBed):
    def test_good(self):
        bed = self.bed(3)
        pool = bed.pool
        sr = pool.add("SR", name_label="shared", shared=True)
        pool.turn_ha_on([sr], timeout="60")
        pool.record["wlb_enabled"] = True
        pool.record["other_config"] = {"auto_poweron": "true", "folder": "/x"}
        nas = pool.add_vm(NASTY, bed.ref("h2"), attached_PCIs=["OpaqueRef:card"])
        pool.add_vm("web", bed.ref("h2"))
        bed.variables["pci_vms_that_may_stop"] = [pool.records["VM"][nas]["uuid"]]
        before = bed.standing()
        result = self.succeeds(bed.run("roll.yml"))
        print(result.text)
        self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot", "h3 boot", "VM web")


if __name__ == "__main__":
    main()
