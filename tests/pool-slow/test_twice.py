"""--check changes nothing; a second run changes nothing and says so; drift is found; what is declared per host."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "pool"))
from bed import USB, OnBed, main

BOOK_WORDS = {"hide.yml": "already written; it waits for a reboot", "roll.yml": "Nothing to change",
              "verify.yml": "Every host is safe, and hides exactly what is declared."}


class Twice(OnBed):
    def unchanged(self, bed, playbook, *arguments, status=0):
        before = bed.standing()
        bed.begin_count()
        result = bed.run(playbook, *arguments)
        self.assertEqual(result.status != 0, status != 0, result.text[-3000:])
        self.assert_changed(before, bed.standing())
        self.assertEqual(bed.changing_calls(), [])
        return result

    def test_check(self):
        bed = self.bed(2)
        bed.put_all_at_stake()
        for playbook, status in (("hide.yml", 0), ("roll.yml", 0), ("verify.yml", 2)):
            with self.subTest(playbook):
                result = self.unchanged(bed, playbook, "--check", status=status)
                self.assertIn("xen-pciback.hide=(0000:00:1a.0)", result.text)
                self.assertFalse((bed.scratch / "state").exists())
                self.assertFalse((bed.scratch / "report").exists())

    def test_hide_then_somebody_elses_reboot(self):
        bed = self.bed(2)
        before = bed.standing()
        self.assertIn("carry a rule that no boot has proved", " ".join(self.succeeds(bed.run("hide.yml")).text.split()))
        self.assert_changed(before, bed.standing(), "h1 boot", "h2 boot")
        result = self.unchanged(bed, "hide.yml")
        self.assertIn(BOOK_WORDS["hide.yml"], result.text)
        self.assertEqual(result.changed(), 0)
        self.fails(bed.run("verify.yml"), "h1 waits for a reboot: its rules are written, and not booted.")
        self.succeeds(bed.run("roll.yml"))
        self.succeeds(bed.run("verify.yml"))
        result = self.unchanged(bed, "verify.yml")
        self.assertIn(BOOK_WORDS["verify.yml"], " ".join(result.text.split()))
        self.assertEqual(result.changed(), 0)
        for name in ("verify.json", "verify.txt", "h1.list.json", "h2.list.txt"):
            self.assertGreater((bed.scratch / "report" / name).stat().st_size, 100, name)
        self.assertEqual(bed.host("h2").shell("unhide", USB).returncode, 0)
        self.fails(bed.run("verify.yml"), "h2 hides other devices than declared.")

    def test_an_empty_list_and_a_refused_one(self):
        bed = self.bed(2)
        self.succeeds(bed.run("hide.yml"))
        bed.of_host["h1"]["pci_hidden"] = []
        bed.of_host["h2"]["pci_hidden"] = ["04:00.0"]
        before = bed.standing()
        self.fails(bed.run("hide.yml"), "No host was changed.", "carries the disks of the SR")
        self.assert_changed(before, bed.standing())
        del bed.of_host["h2"]["pci_hidden"]
        self.succeeds(bed.run("hide.yml"))
        self.assert_changed(before, bed.standing(), "h1 boot")
        self.assertEqual(bed.host("h1").ask("rules")["entries"][0]["value"], None)


if __name__ == "__main__":
    main()
