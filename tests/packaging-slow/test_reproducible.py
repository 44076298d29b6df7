"""The same source, built in another place by another hand, makes the same packages."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "packaging")]
from host import SOURCE
from packages import WORK, packages, run


def not_source(folder, names):
    top = pathlib.Path(folder) == SOURCE
    return [name for name in names if name == "__pycache__" or
            top and (name == ".git" or name.startswith("build"))]


class Reproducible(unittest.TestCase):
    def test_two_places(self):
        made = packages().values()
        here = {path.name: path.read_bytes() for path in made}
        epoch = run("rpm", "-qp", "--qf", "%{BUILDTIME}", next(iter(made)))
        with tempfile.TemporaryDirectory(prefix="elsewhere-") as scratch:
            copy = pathlib.Path(scratch) / "some other place"
            shutil.copytree(SOURCE, copy, ignore=not_source)
            shutil.copytree(WORK / "i686/i386", copy / "build/packaging/i686/i386", symlinks=True)
            os.umask(0o077)
            environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo",
                           "CCACHE_DISABLE": "1", "HOME": scratch}
            output = copy / "packages"
            subprocess.run(["sh", copy / "packaging/build-rpm", "--output", output], check=True,
                           stdout=subprocess.DEVNULL, cwd="/", env=environment)
            there = {path.name: path.read_bytes() for path in output.glob("*.rpm")}
        self.assertEqual(sorted(here), sorted(there))
        self.assertEqual([], [name for name in here if here[name] != there[name]])


if __name__ == "__main__":
    unittest.main()
