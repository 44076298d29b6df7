"""A change by the release program, on each kind of boot file, run under strace: what it calls, and what
becomes of it when one of these calls fails or is its last."""

import collections
import concurrent.futures
import contextlib
import copy
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import RELEASE, SOURCE, STATE, Failure, Host, read_reply  # noqa: F401

WRITES = {
    "write", "writev", "pwrite64", "pwritev", "copy_file_range", "sendfile", "ftruncate", "truncate",
    "fallocate", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
    "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchown",
    "lchown", "fchownat", "utimensat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
    "fsync", "fdatasync", "sync", "syncfs",
}
NEVER_WRITTEN = ("sys", "proc", "usr")
OPENS = re.compile(r"O_(CREAT|TRUNC|TMPFILE|WRONLY|RDWR)")

WAITS = {"wait4", "waitid", "poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2",
         "nanosleep", "clock_nanosleep", "futex", "rt_sigtimedwait", "restart_syscall"}

NO_FILE = re.compile(r"\d+<(pipe|anon_inode|socket):|.*/dev/null")

Call = collections.namedtuple("Call", "name nth arguments")
Call.replies = property(lambda call: call.name == "write" and call.arguments.startswith("1<"))
# How many of these there are, and so the number of any later one by the name, depends on how fast a child of ours is.
Call.waits = property(lambda call: call.name in WAITS or (
    not call.replies and NO_FILE.match(call.arguments) is not None))
Call.changes = property(lambda call: call.replies or not NO_FILE.match(call.arguments) and (
    call.name in WRITES or (call.name in ("open", "openat", "openat2", "creat")
                            and OPENS.search(call.arguments) is not None)))
Call.label = property(lambda call: f"{call.name} number {call.nth}: {call.name}({call.arguments[:160]})")


class Scene:
    """A recorded host with one kind of boot file, and the change that is to be disturbed."""

    def __init__(self, kind, recording, change=None, back=None):
        self.kind = kind
        self.pristine = Host(SOURCE / f"tests/hosts/{recording}.host", RELEASE)
        self.boot_file = "/" + str(self.pristine.boot_file().relative_to(self.pristine.root))
        devices = {"devices": self.pristine.harmless(1)[0]}
        self.change, self.back = change or ("hide", devices), back or ("unhide", devices)
        self.idle = []
        self.prepare(self.pristine)
        self.names = self.names_in(self.pristine)
        self.old = self.pristine.path(self.boot_file).read_bytes()
        with self.copy() as host:
            self.calls, self.missed = self.trace(host), 0
            self.moving = {call.name for call in self.calls if call.waits}
            self.new = host.path(self.boot_file).read_bytes()
        assert self.old != self.new

    def prepare(self, host):
        """What is done to the host before it is looked at; a scene of its own may do more."""

    @staticmethod
    def names_in(host):
        return {"/" + str(path.relative_to(host.root)) for top in host.root.iterdir()
                if top.name not in NEVER_WRITTEN for path in (top, *top.rglob("*"))}

    @contextlib.contextmanager
    def copy(self):
        """The host as it was before the change, once more."""
        host = self.idle.pop() if self.idle else self.copy_of_all()
        for top in self.pristine.root.iterdir():
            if top.name not in NEVER_WRITTEN:
                shutil.rmtree(host.root / top.name)
                shutil.copytree(top, host.root / top.name, symlinks=True)
        try:
            yield host
        finally:
            self.idle.append(host)

    def copy_of_all(self):
        host = copy.copy(self.pristine)
        host.scratch = pathlib.Path(tempfile.mkdtemp(prefix="pci-passthrough-"))
        host.root = host.scratch / "root"
        shutil.copytree(self.pristine.root, host.root, symlinks=True)
        return host

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for host in (self.pristine, *self.idle):
            shutil.rmtree(host.scratch)

    def trace(self, host):
        """Every system call of an undisturbed change, in order."""
        log = host.scratch / "calls"
        output, _ = host.start(*self.change, ["strace", "-qq", "-y", "-o", log]).communicate()
        assert b"Success" in output, output
        counts, calls = collections.Counter(), []
        for name, arguments in re.findall(r"^(\w+)\((.*)", log.read_text(errors="replace"), re.MULTILINE):
            counts[name] += 1
            calls.append(Call(name, counts[name], arguments))
        return [call for call in calls if call.name not in ("execve", "exit_group")]

    def disturbed(self, host, call, what):
        """The same change; `what` happens instead of that call. Exit status and output."""
        words = ["-e", f"trace={call.name}", "-e", f"inject={call.name}:{what}:when={call.nth}"]
        process = host.start(*self.change, ["strace", "-qq", "-o", "/dev/null", *words])
        output, _ = process.communicate()
        return process.returncode, output

    @staticmethod
    def backups(host):
        return sorted(path.name for path in host.path(f"{STATE}/backups").glob("*") if path.is_file())

    def leftovers(self, host):
        """Files that are neither the host's nor a whole backup's."""
        names = self.names_in(host) - self.names
        names -= {STATE, f"{STATE}/README", f"{STATE}/devices.json", f"{STATE}/backups", str(pathlib.Path(STATE).parent),
                  f"{self.boot_file}.pci-passthrough.bak"}
        backups = {name for name in names if re.fullmatch(
            rf"{STATE}/backups/[0-9TZ.]+-[0-9a-f]+\.(json|content)", name)}
        whole = {name for name in backups
                 if {name.rsplit(".", 1)[0] + end for end in (".json", ".content")} <= backups}
        return sorted(name for name in names - whole if not name.endswith(".calls"))


def two_at_a_time(judge, cases):
    """What `judge` says of each; raises all its complaints at once."""
    complaints = []

    def verdict(case):
        try:
            return judge(*case)
        except AssertionError as complaint:
            complaints.append(str(complaint))

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(verdict, cases))
    assert not complaints, f"{len(complaints)} of {len(cases)}:\n" + "\n".join(complaints)
    return verdicts


def scenes():
    yield Scene("extlinux", "xenserver-6.2")
    yield Scene("grub, BIOS", "xcp-ng-8.2-bios")
    yield Scene("grub, UEFI", "xenserver-9")
    yield Scene("a rescue entry", "xenserver-9", ("rescue", {}), ("rescue", {"remove": "true"}))
