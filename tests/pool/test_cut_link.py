"""A link that is cut while a package is installed is noticed."""

import time

from bed import main, namespaces
from over_ssh import WithDom0s

NOTICED = 60  # seconds


class CutLink(WithDom0s):
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


if __name__ == "__main__":
    main()
