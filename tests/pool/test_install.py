"""install.yml and remove.yml on three hosts: in the right order, twice, as a dry run, and where a release refuses."""

from bed import main
from over_ssh import VERSION, WithDom0s


class Install(WithDom0s):
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


if __name__ == "__main__":
    main()
