"""What packaging/build-rpm makes, made once: later runs find it up to date."""

import fcntl
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(os.environ.get("PCI_PASSTHROUGH_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
NAME = "pci-passthrough"
WORK = SOURCE / "build/packaging"
BINARIES = {"x86_64": SOURCE / "build" / NAME, "i686": WORK / "i686" / NAME}


def build(*arguments):
    """Two test scripts may want it at the same time; the second waits."""
    WORK.mkdir(parents=True, exist_ok=True)
    with open(WORK / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(["sh", SOURCE / "packaging/build-rpm", *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def run(*command, **options):
    """Its output, both streams; fails with it where the command does."""
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
    return done.stdout


def packages(*arguments, output=SOURCE / "build/packages"):
    """The three of one version, by flavour."""
    build("--output", str(output), *arguments)
    found = {}
    for flavour, pattern in (("legacy i686", "*.xs6.i686.rpm"), ("legacy x86_64", "*.xs6.x86_64.rpm"),
                             ("main x86_64", "*.xs7.x86_64.rpm")):
        (found[flavour],) = output.glob(pattern)
    return found


OLDER = "0.0.9"


def older_packages():
    """The same once more, as if made for the version before."""
    return packages("--version", OLDER, output=WORK / "older")


def below(root, program, *arguments):
    """rpm or dnf on another root. Debian's rpm keeps its database in $HOME, below that root."""
    flag = {"rpm": "--root", "dnf": "--installroot"}[program]
    return run(program, flag, root, *arguments, env={**os.environ, "HOME": "/var/lib"})
