"""A recorded host, unpacked into a directory of its own, and the plugin called on it."""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import xmlrpc.client
from xml.sax.saxutils import escape

SOURCE = pathlib.Path(os.environ.get("PCI_PASSTHROUGH_SOURCE_DIR", pathlib.Path(__file__).parents[1]))
PROGRAM = os.environ.get("PCI_PASSTHROUGH", str(SOURCE / "build/pci-passthrough"))
RELEASE = os.environ.get("PCI_PASSTHROUGH_RELEASE", str(SOURCE / "build/pci-passthrough"))
RECORDINGS = sorted((SOURCE / "tests/hosts").glob("*.host"))
# Those in trouble are looked at, and not changed: that is refused on some, and for the rest the others suffice.
ALL_RECORDINGS = RECORDINGS + sorted((SOURCE / "tests/hosts/sick").glob("*.host"))
STATE = "/var/lib/pci-passthrough"
XAPI_PATH = "/sbin:/usr/sbin:/bin:/usr/bin"


class Failure(Exception):
    """Status=Failure, as xapi hands it to its client."""

    def __init__(self, description):
        super().__init__(" - ".join(description))
        self.code, self.sentence, *self.details = description


def method_call(function, arguments, session="OpaqueRef:tests"):
    """The document that xapi hands to a plugin, byte for byte (xMLRPC.ml)."""
    def value(text):
        text = escape(text, {'"': "&quot;"})
        return f"<value>{text}</value>" if text else "<value/>"

    members = "".join(
        f"<member><name>{escape(key)}</name>{value(text)}</member>" for key, text in arguments.items())
    struct = f"<struct>{members}</struct>" if members else "<struct/>"
    return (f"<methodCall><methodName>{escape(function)}</methodName><params>"
            f"<param><value>{escape(session)}</value></param><param><value>{struct}</value></param>"
            "</params></methodCall>")


def read_reply(document):
    """The Value of a reply; raises Failure. Python's own XML-RPC is the oracle for the wire."""
    ((reply,), _) = xmlrpc.client.loads(document)
    if reply["Status"] == "Failure":
        raise Failure(reply["ErrorDescription"])
    assert reply["Status"] == "Success", reply
    return reply["Value"]


class Host:
    """with Host(recording) as host: ..."""

    def __init__(self, recording, program=PROGRAM):
        self.name = recording.stem
        self.program = program
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="pci-passthrough-"))
        self.root = self.scratch / "root"
        subprocess.run([program, "--host", recording, "--unpack", self.root], check=True)
        if self.path("/.xapi").is_dir():  # its records stand there; the caller may do all
            self.path("/.xapi/session.get_is_local_superuser").write_text("true")
        xl = self.path("/usr/sbin/xl").resolve()
        self.questions = xl.with_name(f"{xl.name}.calls")  # where the stub notes what it was asked
        if xl.exists():
            self.questions.touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.scratch)

    def path(self, inside):
        return self.root / inside.lstrip("/")

    def environment(self):
        sanitizers = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
        return {"PATH": XAPI_PATH, "PCI_PASSTHROUGH_ROOT": str(self.root), **sanitizers}

    def start(self, function, arguments, before=(), session="OpaqueRef:tests"):
        """As xapi starts a plugin: one argument, no environment, "/", a session of its own, and a
        standard input that cannot be read. `before`: strace and its like."""
        with open(os.devnull, "wb") as no_input:
            return subprocess.Popen(
                [*before, self.program, method_call(function, arguments, session)], cwd="/",
                env=self.environment(), stdin=no_input, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True, restore_signals=False)

    def call(self, function, arguments=None):
        """The Value that xapi would return; raises Failure."""
        process = self.start(function, arguments or {})
        output, errors = process.communicate()
        assert process.returncode == 0, (process.returncode, output, errors)
        return read_reply(output)

    def ask(self, function, arguments=None):
        return json.loads(self.call(function, arguments))

    def shell(self, *words):
        """As root at a shell on the host."""
        return subprocess.run([self.program, *words], env=self.environment(), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def boot_file(self):
        return self.path(self.ask("rules")["file"])

    def harmless(self, count):
        """So many functions, or as many as there are but one at least, that the plugin would hide
        without a word, and that no rule names yet."""
        ruled = self.boot_file().read_text(errors="replace")
        found = []
        for device in self.ask("list")["devices"]:
            address = device["address"]
            needed = any(use["critical"] for use in device["used_by"])
            if needed or device["class_id"].startswith("06") or address[5:] in ruled:
                continue
            if not self.ask("hide", {"devices": address, "dry-run": "true"})["refused"]:
                found.append(address)
            if len(found) == count:
                break
        assert found, f"{self.name}: nothing may be hidden"
        return found

    def settle(self, path, address):
        """An edit writes short rules in full, and unhide leaves it so: have one such edit behind us."""
        if re.search(rb"hide=\S*\((?!\d{4}:)", path.read_bytes()):
            self.call("hide", {"devices": address})
            self.call("unhide", {"devices": address})

    def fingerprint(self, without=()):
        """All that stands below the root, and when it was last touched."""
        cut = {str(self.path(path)) for path in without}
        left_out = {str(self.questions), *(str(one) for path in without for one in self.path(path).parents)}
        paths = [str(self.root)]
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if f"{folder}/{name}" not in cut]
            paths += [f"{folder}/{name}" for name in folders + files]
        found = {}
        for path in paths:
            if path not in left_out:
                stat = os.lstat(path)
                found[path] = (stat.st_ino, stat.st_mode, stat.st_uid, stat.st_gid, stat.st_size,
                               stat.st_mtime_ns, stat.st_ctime_ns)
        return found


SANITIZED = ("xenserver-6.2", "xcp-ng-8.3")  # the one boot loader and the other


def on_every_host(test, sanitized=SANITIZED):
    """A test that takes a host, run on each recorded one; with sanitizers, which take five times as long, on two."""
    @functools.wraps(test)
    def run(self):
        self.assertGreaterEqual(len(RECORDINGS), 2)
        for recording in RECORDINGS:
            program = PROGRAM if recording.stem in sanitized else RELEASE
            with self.subTest(recording.stem), Host(recording, program) as host:
                test(self, host)
    return run
