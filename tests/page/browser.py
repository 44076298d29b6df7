"""Runs the tests in JavaScript with Debian's chromium, and with npm's packages in a folder below the build; skipped where
either cannot be had."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import PROGRAM, SOURCE

PACKAGES = ["playwright-core@1.60.0", "acorn@8.19.0", "axe-core@4.14.1"]  # the newest that run on Node 18
INSTALL = '. "$0/install/packages.sh"; install_missing $page_packages'


def skip(why):
    print(f"Skipped: {why}")
    sys.exit(77)


def modules():
    """The folder; npm is asked once a build."""
    folder = Path(PROGRAM).parent / "page-modules"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "made", "a+") as made:  # one of the tests at a time
        fcntl.flock(made, fcntl.LOCK_EX)
        made.seek(0)
        if made.read() == repr(PACKAGES):
            return folder / "node_modules"
        npm = subprocess.run(["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder,
                              *PACKAGES], capture_output=True, text=True)
        if npm.returncode:
            skip(f"npm gives no {' '.join(PACKAGES)}: {npm.stderr.strip()[-300:]}")
        made.truncate(0)
        made.write(repr(PACKAGES))
    return folder / "node_modules"


def run(*files, needs_chromium=True):
    if needs_chromium and not shutil.which("chromium"):
        subprocess.run(["sh", "-c", INSTALL, SOURCE])
        if not shutil.which("chromium"):
            skip("there is no chromium, and Debian's cannot be installed")
    if not (shutil.which("node") and shutil.which("npm")):
        skip("there is no node or no npm")
    environment = {**os.environ, "PAGE_MODULES": str(modules())}
    if needs_chromium:
        environment["CHROMIUM"] = shutil.which("chromium")
    folder = Path(sys.argv[0]).resolve().parent
    sys.exit(subprocess.run(["node", "--test", *(folder / file for file in files)], env=environment).returncode)
