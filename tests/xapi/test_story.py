"""What an administrator types to xe: the stories of install/quickstart, and README's lines."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import SOURCE

SERVE = Path(__file__).with_name("serve.py")
STORIES = re.findall(r"^story (.+)$", (SOURCE / "install/quickstart").read_text(), re.M)


class Story(unittest.TestCase):
    def test_each(self):
        self.assertEqual(len(STORIES), 2)
        for story in STORIES:
            recording, devices, *more = story.split()
            *_, hba = devices.split(",")
            with self.subTest(recording):
                told = subprocess.run([sys.executable, SERVE, recording, SOURCE / "install/story", devices, *more],
                                      text=True, capture_output=True)
                self.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)
                text = told.stdout
                for line in (rf"^    0000:{hba} +SAS ", rf"^    \+ .*pciback\.hide=\S*\(0000:{hba}\)",
                             rf"^    0000:{hba} at boot +disable_on_reboot ", rf"^    \+0/0000:{hba}$",
                             rf"^    nas +Halted \S+ +0000:{hba} .* hides at boot$", "^    UNSAFE: 1 error",
                             "^    error  assigned-not-hidden$",
                             "^    Error code: PCI_PASSTHROUGH_REFUSED$", rf"^    -0/0000:{hba}$",
                             r"^/boot/\S+ is byte for byte what it was\.$"):
                    self.assertRegex(text, re.compile(line, re.M))
                self.assertLess(text.count("\n"), 190)

    def test_the_lines_of_the_readme_run_as_written(self):
        lines = re.findall(r"^    (xe host-call-plugin .+)$", (SOURCE / "README.md").read_text(), re.M)
        self.assertGreaterEqual(len(lines), 3)
        script = "".join(f"{line.replace('UUID', '$HOST')} 2>&1; echo status=$?\n" for line in lines)
        told = subprocess.run([sys.executable, SERVE, "xenserver-6.2", "sh", "-c", script], text=True,
                              capture_output=True, check=True).stdout
        self.assertEqual(re.findall("status=(.*)", told), ["0"] * len(lines), told)


if __name__ == "__main__":
    unittest.main()

