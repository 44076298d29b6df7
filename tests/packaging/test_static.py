"""The two files that go onto a dom0: fully static, small, and at work on every kernel and CPU that
they must run on, called as xapi calls a plugin."""

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from host import SOURCE, STATE, XAPI_PATH, Failure, Host, method_call, read_reply
from packages import BINARIES, build, run

RECORDING = SOURCE / "tests/hosts/xenserver-6.2.host"  # its /sbin/extlinux is run by a change
DEVICES = "06:00.0,01:00.0"
STUB_HEAD = "#!/bin/sh\n# pci-passthrough stub\n"
LARGEST = 4_500_000
DEADLINE = 60  # seconds that a change gives to extlinux


def old(version):
    return [sys.executable, str(pathlib.Path(__file__).with_name("old_kernel.py")), version]


WAYS = [
    ("i686", "as it is", []),
    ("i686", "Linux 2.6.32", old("2.6.32")),
    ("i686", "Pentium III", ["/usr/bin/qemu-i386-static", "-cpu", "pentium3"]),
    ("x86_64", "as it is", []),
    ("x86_64", "Linux 3.10", old("3.10")),
    ("x86_64", "Linux 4.4", old("4.4")),
    ("x86_64", "Linux 4.19", old("4.19")),
    ("x86_64", "Core 2 Duo", ["/usr/bin/qemu-x86_64-static", "-cpu", "core2duo"]),
]


class OldHost(Host):
    """Its plugin is started through another program, and by a caller that leaves a file open."""

    def __init__(self, binary, through):
        super().__init__(RECORDING, binary)
        self.through = through
        self.leak = os.open(self.scratch / "callers-own", os.O_CREAT | os.O_RDWR)

    def __exit__(self, *exception):
        os.close(self.leak)
        super().__exit__(*exception)

    def start(self, function, arguments, before=()):
        with open(os.devnull, "wb") as no_input:
            return subprocess.Popen(
                [*before, *self.through, str(self.program), method_call(function, arguments)],
                cwd="/", env={"PATH": XAPI_PATH, "PCI_PASSTHROUGH_ROOT": str(self.root)},
                stdin=no_input, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True, restore_signals=False, pass_fds=[self.leak])

    def replace_extlinux(self, body):
        program = self.path("/sbin/extlinux")
        program.write_text(STUB_HEAD + body)
        program.chmod(0o755)


class Binary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        build()

    @contextlib.contextmanager
    def host(self, architecture, name, through):
        with self.subTest(f"{architecture}, {name}"), \
                OldHost(BINARIES[architecture], through) as host:
            yield host

    def test_static_and_small(self):
        for architecture, words in (("i686", "ELF 32-bit LSB executable, Intel 80386"),
                                    ("x86_64", "ELF 64-bit LSB executable, x86-64")):
            with self.subTest(architecture):
                binary = BINARIES[architecture]
                told = run("file", "-b", binary)
                self.assertIn(words, told)
                self.assertIn("statically linked, ", told)
                self.assertRegex(told, r", stripped\n$")
                headers = run("readelf", "-lWd", binary)
                self.assertNotIn("INTERP", headers)
                self.assertNotIn("NEEDED", headers)
                self.assertLessEqual(binary.stat().st_size, LARGEST)
                self.assertNotIn(f"{SOURCE}/plugin/".encode(), binary.read_bytes())

    def test_the_main_job(self):
        for way in WAYS:
            with self.host(*way) as host:
                self.do_the_main_job(host)

    def do_the_main_job(self, host):
        boot_file = host.boot_file()
        before = boot_file.read_bytes()
        self.assertIn("0000:06:00.0", [each["address"] for each in host.ask("list")["devices"]])
        verified = host.ask("verify")
        self.assertEqual(("unknown", ["vms-unknown"]),
                         (verified["verdict"], [one["code"] for one in verified["findings"]]), "no xapi answers")

        self.assertTrue(host.ask("hide", {"devices": DEVICES})["changed"])
        after = boot_file.read_bytes()
        self.assertIn(b" pciback.hide=(0000:06:00.0)(0000:01:00.0) ", after)
        self.assertTrue(host.path("/sbin/extlinux.calls").read_text(), "extlinux was not run")
        self.assertTrue(host.ask("unhide", {"devices": DEVICES})["changed"])
        self.assertEqual(before, boot_file.read_bytes())

        backups = host.ask("backups")["backups"]
        self.assertEqual(2, len(backups))
        contents = {host.path(f"{STATE}/backups/{each['id']}.content").read_bytes(): each["id"]
                    for each in backups}
        for content in (after, before):
            self.assertTrue(host.ask("restore", {"id": contents[content]})["changed"])
            self.assertEqual(content, boot_file.read_bytes())
        self.assertTrue(host.ask("record", {"mask": "true"})["recording"]
                        .startswith("pci-passthrough recording 1\n"))
        with self.assertRaises(Failure) as refused:
            host.call("hide", {"devices": "00:1f.2"})
        self.assertEqual("PCI_PASSTHROUGH_REFUSED", refused.exception.code)

    def test_no_descriptor_reaches_a_child(self):
        for way in WAYS:
            with self.host(*way) as host:
                host.replace_extlinux('(ls -l /proc/$$/fd >"$0.descriptors")\nexit 0\n')
                self.assertTrue(host.ask("hide", {"devices": DEVICES})["changed"])
                files = dict(re.findall(r"(\d+) -> (.*)",
                                        host.path("/sbin/extlinux.descriptors").read_text()))
                self.assertEqual("/dev/null", files.pop("0"))
                self.assertRegex(files.pop("1") + files.pop("2"), r"^(pipe:\[\d+\]){2}$")
                lock, shells_own = str(host.path(STATE)), str(host.path("/sbin/extlinux"))
                self.assertEqual({lock, shells_own}, set(files.values()), files)

    def test_a_child_that_does_not_end(self):
        """Side by side, since each waits for the deadline."""
        hosts = [OldHost(BINARIES[architecture], through) for architecture, _, through in WAYS]
        started = time.monotonic()
        for host in hosts:
            self.addCleanup(host.__exit__)
            host.before = host.path("/boot/extlinux.conf").read_bytes()
            host.replace_extlinux("exec sleep 300\n")
            host.process = host.start("hide", {"devices": DEVICES})
        for host, (architecture, name, _) in zip(hosts, WAYS):
            with self.subTest(f"{architecture}, {name}"):
                output, _ = host.process.communicate(timeout=DEADLINE + 60)
                with self.assertRaises(Failure) as failed:
                    read_reply(output)
                self.assertRegex(failed.exception.sentence, r"extlinux.* did not end within 60 s")
                self.assertGreaterEqual(time.monotonic() - started, DEADLINE)
                self.assertEqual(host.before, host.path("/boot/extlinux.conf").read_bytes())


class TheGateBites(unittest.TestCase):
    """The simulated kernel is as old as it says."""

    def test_a_call_too_new_is_refused(self):
        for version, call, error in (("3.10", 318, 38), ("4.4", 332, 38), ("4.19", 436, 38),
                                     ("4.19", 318, 0)):  # getrandom, statx, close_range
            with self.subTest(version=version, call=call):
                script = (f"import ctypes; c = ctypes.CDLL(None, use_errno=True); "
                          f"c.syscall({call}, b' ' * 9, 0, 1, 0, 0); print(ctypes.get_errno())")
                told = run(*old(version), sys.executable, "-c", script)
                self.assertEqual(error, int(told))

    def test_without_the_shim_2_6_32_fails(self):
        """The same objects, linked without it, cannot list a directory there."""
        source = BINARIES["i686"].parent / "directory.cpp"
        source.write_text("#include <dirent.h>\nint main() { return opendir(\"/proc\") == nullptr; }\n")
        flags = ["-m32", "-march=i686", "-static", "-D_FILE_OFFSET_BITS=64"]
        shim = [SOURCE / "packaging/fstat_shim.cpp", "-Wl,--wrap=__fstatat64_time64"]
        for name, more, status in (("bare", [], 1), ("shimmed", shim, 0)):
            program = source.with_name(name)
            run("g++", *flags, source, *more, "-o", program)
            self.assertEqual(status, subprocess.run([*old("2.6.32"), program]).returncode, name)


if __name__ == "__main__":
    unittest.main()
