"""The RPM's changelog, made of the project's: the releases alone, dated by what stands there."""

import datetime
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import SOURCE

PAGE = SOURCE / "packaging/CHANGELOG.md"
RELEASE = re.compile(r"^## \[([0-9.]+)\] - (\d{4}-\d\d-\d\d)$", re.M)
SECTION = re.compile(r"^### (.+)$", re.M)


def made_of(text):
    with tempfile.NamedTemporaryFile("w", suffix=".md") as page:
        page.write(text)
        page.flush()
        return subprocess.run(["sh", SOURCE / "packaging/changelog", page.name], text=True,
                              capture_output=True, env={"PATH": "/usr/bin:/bin", "TZ": "Asia/Tokyo"})


class Changelog(unittest.TestCase):
    def test_every_release_with_the_weekday_of_its_date(self):
        heads = [f"* {datetime.date.fromisoformat(date):%a %b %d %Y} The pci-passthrough authors - {version}-1"
                 for version, date in RELEASE.findall(PAGE.read_text())]
        made = made_of(PAGE.read_text())
        self.assertEqual((0, ""), (made.returncode, made.stderr))
        self.assertTrue(heads)
        self.assertEqual(heads, [line for line in made.stdout.splitlines() if line.startswith("*")])

    def test_weekdays(self):
        dates = [datetime.date(2026, 1, 1) + datetime.timedelta(days=13 * i) for i in range(200)]
        made = made_of("".join(f"## [1.0] - {date}\n\n- It is.\n\n" for date in dates)).stdout
        self.assertEqual([f"* {date:%a %b %d %Y} " for date in dates],
                         [line[:18] for line in made.splitlines() if line.startswith("*")])

    def test_items_as_they_stand(self):
        made = made_of("# Changelog\n\n- Not this.\n\n## [Unreleased]\n\n### Added\n\n- Nor this.\n\n"
                       "## [0.2.0] - 2027-01-02\n\nWords.\n\n### Fixed\n\n- One\n  of 100%.\n- Two.\n")
        self.assertEqual("* Sat Jan 02 2027 The pci-passthrough authors - 0.2.0-1\n"
                         "- Words.\n- One\n  of 100%%.\n- Two.\n", made.stdout)

    def test_without_a_release_it_fails(self):
        self.assertEqual(1, made_of("# Changelog\n\n## [Unreleased]\n\n- This.\n").returncode)

    def test_the_page_keeps_its_form(self):
        text = PAGE.read_text()
        dates = [date for _, date in RELEASE.findall(text)]
        self.assertEqual(sorted(dates, reverse=True), dates)
        self.assertLessEqual(set(SECTION.findall(text)),
                             {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"})
        self.assertEqual(len(dates) + 1, text.count("\n## "), "a head that is no release")

    def test_the_project_has_the_newest_version_or_a_later_one(self):
        version = re.search(r"project\(.* VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text())[1]
        newest = RELEASE.findall(PAGE.read_text())[0][0]
        numbers = [[int(part) for part in one.split(".")] for one in (newest, version)]
        self.assertLessEqual(*numbers)


if __name__ == "__main__":
    unittest.main()
