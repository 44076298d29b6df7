"""A scratch dom0 for the scripts in install/: a root with an inventory, and a PATH of stubs.

Every stub writes into `log` how it was called. What it knows are files in `state`: `rpm` keeps what
is installed there, and a file "rpm -U.fails" holds what rpm then says to -U before it fails."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).parents[2]

SHELLS = {
    "dash": ["dash"],
    "bash": ["bash", "--posix"],
    # Its own applets go before PATH, rpm and uname too; only functions go before them.
    "busybox": ["busybox", "sh", "-c", """
        rpm() { "$bin/rpm" "$@"; }
        df() { "$bin/df" "$@"; }
        uname() { "$bin/uname" "$@"; }
        id() { "$bin/id" "$@"; }
        . "$0" """],
}
VERSION = "0.1.0"
FLAVOURS = ("xs6.i686", "xs6.x86_64", "xs7.x86_64")
UUID = "4e9d1b70-c25f-4a83-b6e1-7f80d3c9a512"
REPLY = ('<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name>'
         "<value>Success</value></member><member><name>Value</name><value>{&quot;version&quot;:&quot;"
         f"{VERSION}&quot;}}</value></member></struct></value></param></params></methodResponse>")

STUBS = {
    "uname": 'cat "$state/machine"',
    "id": 'cat "$state/user"',
    "df": '''for directory; do :; done
        echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
        case $directory in */boot) free=freeboot ;; *) free=freeroot ;; esac
        echo "/dev/a 9 9 $(cat "$state/$free") 9% $directory"''',
    "rpm": '''old=no package= action=
        while [ $# -gt 0 ]; do
            case $1 in
                --root) shift ;;
                --qf) shift ;;
                --oldpackage) old=yes ;;
                -*) action=$1 ;;
                *) package=$1 ;;
            esac
            shift
        done
        case $action in
            -q) cat "$state/installed" 2>/dev/null || { echo "package $package is not installed"; exit 1; } ;;
            -qp) grep -v damaged "$package" ;;
            -e) rm "$state/installed" ;;
            -U)
                new=$(cat "$package")
                newest=$({ cat "$state/installed" 2>/dev/null; echo "$new"; } | sort -V | tail -n 1)
                if [ "$newest" != "$new" ] && [ $old = no ]; then
                    echo "	package a-$newest (which is newer than a-$new) is already installed" >&2
                    exit 1
                fi
                echo "$new" >"$state/installed" ;;
        esac''',
    "xe": '''case $1 in
            host-list) cat "$state/xapi-host" ;;
            host-call-plugin) cat "$state/xe-reply" ;;
            vm-list) cat "$state/vms" ;;
        esac''',
}


class Dom0:
    """with Dom0("dash") as dom0: dom0.run("host.sh")"""

    def __init__(self, shell):
        self.shell = SHELLS[shell]
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="pci passthrough-"))
        self.root, self.bin, self.state, self.packages = (
            self.scratch / name for name in ("root", "bin", "state", "packages"))
        self.log = self.scratch / "log"
        for path in (self.bin, self.state, self.packages, self.root / "boot", self.root / "usr/sbin",
                     self.root / "etc/xapi.d/plugins"):
            path.mkdir(parents=True)
        for name, body in STUBS.items():
            self.stub(self.bin / name, body)
        self.stub(self.root / "etc/xapi.d/plugins/pci-passthrough", 'cat "$state/plugin-reply"')
        self.stub(self.root / "usr/sbin/pci-passthrough", 'cat "$state/rules"')
        self.knows(machine="x86_64", user="0", freeroot="9000", freeboot="900", vms="")
        self.knows(**{"xapi-host": UUID, "plugin-reply": REPLY,
                      "xe-reply": f'{{"schema":1,"name":"pci-passthrough","version":"{VERSION}"}}'})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.scratch)

    def stub(self, path, body):
        name = path.name if path.parent == self.bin else str(path.relative_to(self.root))
        path.write_text(f"""#!/bin/sh
state='{self.state}'
printf '%s\\n' "{name} $*" >>'{self.log}'
for word; do
    [ ! -f "$state/{path.name} $word.fails" ] || {{ cat "$state/{path.name} $word.fails" >&2; exit 1; }}
done
{body}
""")
        path.chmod(0o755)

    def knows(self, **answers):
        for name, text in answers.items():
            (self.state / name).write_text(text + "\n" if text else "")

    def fails(self, call, words):
        """A call like "rpm -U" or "xe vm-list" says so and fails."""
        (self.state / f"{call}.fails").write_text(words + "\n")

    def is_release(self, brand, version, platform, machine="x86_64"):
        """The inventory of a recorded host, made that release's."""
        recorded = "xenserver-6.2" if platform.startswith("1.") else "xcp-ng-8.3"
        recording = (SOURCE / f"tests/hosts/{recorded}.host").read_text(errors="replace")
        text = re.search(r"^=== /etc/xensource-inventory\n(.*?)^===", recording, re.M | re.S)[1]
        for key, value in (("PRODUCT_BRAND", brand), ("PRODUCT_VERSION", version),
                           ("PLATFORM_VERSION", platform), ("INSTALLATION_UUID", UUID)):
            text, count = re.subn(f"^{key}='.*'$", f"{key}='{value}'", text, flags=re.M)
            assert count == 1, (recorded, key)
        (self.root / "etc/xensource-inventory").write_text(text)
        self.knows(machine=machine)

    def offer(self, *flavours, version=VERSION, release=1):
        """RPMs, which to the stub are files that hold their version."""
        for flavour in flavours:
            family = flavour.split(".")[0]
            (self.packages / f"pci-passthrough-{version}-{release}.{flavour}.rpm").write_text(
                f"{version}-{release}.{family}\n")
        with open(self.packages / "SHA256SUMS", "w") as sums:
            names = sorted(path.name for path in self.packages.glob("*.rpm"))
            subprocess.run(["sha256sum", *names], cwd=self.packages, stdout=sums, check=True)

    def run(self, script, *arguments):
        self.log.write_text("")
        return subprocess.run(
            [*self.shell, str(SOURCE / "install" / script), "--root", str(self.root), *arguments],
            env={"PATH": f"{self.bin}:/usr/bin:/bin", "bin": str(self.bin)}, cwd=self.scratch, stdin=subprocess.DEVNULL, capture_output=True,
            text=True)

    def calls(self, *beginnings):
        """How the stubs were called, in order: the lines that begin so."""
        lines = self.log.read_text().replace(f"--root {self.root} ", "").splitlines()
        return [line for line in lines if line.startswith(beginnings)]

    def installed(self):
        path = self.state / "installed"
        return path.read_text().strip() if path.exists() else None


def for_each_shell(cases):
    """{name: class}: the cases in each shell, skipped where this machine has it not."""
    classes = {}
    for shell, command in SHELLS.items():
        made = type(f"{cases.__name__}_{shell}", (cases, unittest.TestCase), {"shell": shell})
        missing = unittest.skipUnless(shutil.which(command[0]), f"{command[0]} is not installed")
        classes[made.__name__] = missing(made)
    return classes
