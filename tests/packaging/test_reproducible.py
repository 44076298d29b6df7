"""The same source, built in another place by another hand, makes the same packages: those of x86_64,
and with PCI_PASSTHROUGH_ALL set those of i686 too, which take as long again."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import SOURCE
from packages import packages, run


def not_source(folder, names):
    top = pathlib.Path(folder) == SOURCE
    return [name for name in names if name == "__pycache__" or
            top and (name == ".git" or name.startswith("build"))]


class Reproducible(unittest.TestCase):
    def test_two_places(self):
        architectures = ["i686", "x86_64"] if "PCI_PASSTHROUGH_ALL" in os.environ else ["x86_64"]
        here = {path.name: path.read_bytes() for path in packages().values()
                if path.name.split(".")[-2] in architectures}
        epoch = run("rpm", "-qp", "--qf", "%{BUILDTIME}", *packages().values())[:10]
        with tempfile.TemporaryDirectory(prefix="elsewhere-") as scratch:
            copy = pathlib.Path(scratch) / "some other place"
            shutil.copytree(SOURCE, copy, ignore=not_source)
            shutil.copytree(SOURCE / "build/packaging/i686/i386", copy / "build/packaging/i686/i386",
                            symlinks=True)
            os.umask(0o077)
            environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo",
                           "CCACHE_DISABLE": "1", "HOME": scratch}
            there = {}
            for architecture in architectures:
                output = copy / "packages" / architecture
                subprocess.run(["sh", copy / "packaging/build-rpm", "--architecture", architecture,
                                "--output", output], check=True, stdout=subprocess.DEVNULL, cwd="/",
                               env=environment)
                there |= {path.name: path.read_bytes() for path in output.glob("*.rpm")}
        self.assertEqual(sorted(here), sorted(there))
        self.assertEqual([], [name for name in here if here[name] != there[name]])


if __name__ == "__main__":
    unittest.main()
