"""A real Xen dom0 in QEMU, with the plugin in it. See tests/lab/README.md, "The lab"."""

import contextlib
import fcntl
import functools
import json
import os
import pathlib
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from host import SOURCE, XAPI_PATH, Failure, method_call, read_reply

MIB = 1 << 20
BOOT_FILES = {"extlinux": "/boot/extlinux.conf", "grub": "/boot/grub/grub.cfg",
              "uefi": "/boot/efi/EFI/xenserver/grub.cfg"}
ESP_AT = 561 * MIB
OVMF = pathlib.Path("/usr/share/OVMF")
INSTALLED = "/usr/libexec/pci-passthrough/pci-passthrough"
PLUGIN = "/etc/xapi.d/plugins/pci-passthrough"
# Without what protects a real processor, and the self-tests: seconds a boot in emulation.
FASTER = {"/boot/xen.gz ": "/boot/xen.gz bootscrub=0 spec-ctrl=no ",
          " nolvm ": " nolvm mitigations=off init_on_alloc=0 rodata=off cryptomgr.notests "}
BOOT_DEADLINE = 180  # seconds; 15 is usual
COMMAND_DEADLINE = 120
SKIPPED = 77


@functools.cache
def image(*packages):
    """The directory that build-image makes; where this machine cannot, the test is skipped."""
    built = subprocess.run([HERE / "build-image", *packages], stdout=subprocess.PIPE, text=True)
    if built.returncode == SKIPPED:
        sys.stdout.flush()
        os._exit(SKIPPED)  # unittest would make an error of SystemExit
    assert built.returncode == 0, "build-image failed"
    return pathlib.Path(built.stdout.strip())


@functools.cache
def binary():
    """The static x86_64 program, as the RPM carries it (packaging/build-rpm); another one where
    PCI_PASSTHROUGH_LAB_BINARY names it."""
    if named := os.environ.get("PCI_PASSTHROUGH_LAB_BINARY"):
        return pathlib.Path(named)
    work = SOURCE / "build/packaging"
    work.mkdir(parents=True, exist_ok=True)
    with open(work / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (["cmake", "-S", SOURCE, "-B", SOURCE / "build", "-G", "Ninja"],
                        ["cmake", "--build", SOURCE / "build"]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert done.returncode == 0, done.stdout[-5000:]
    return SOURCE / "build/pci-passthrough"


def say(text):
    print(text, flush=True)


def functions():
    """What stands in the machine beside the chipset and dom0's disk on the AHCI controller 00:1f.2."""
    ports = [
        [["e1000e", "mac=52:54:00:00:00:01"]],                       # 01:00.0, the management NIC
        [["e1000e", "mac=52:54:00:00:00:02"]],                       # 02:00.0
        [["nvme", "drive=null", "serial=LABNVME"]],                  # 03:00.0
        [["qemu-xhci"]],                                             # 04:00.0
        [["pcie-pci-bridge", "id=bridge"]],                          # 05:00.0
        [["e1000e", "addr=0.0", "multifunction=on", "mac=52:54:00:00:00:03"],
         ["e1000e", "addr=0.1", "mac=52:54:00:00:00:04"]]]           # 07:00.0, 07:00.1
    words = ["-blockdev", "driver=null-co,node-name=null,size=16777216"]
    for number, devices in enumerate(ports, 1):
        slot = 0x10 + number - 1
        words += ["-device", f"pcie-root-port,id=port{number},chassis={number},slot={number},addr={slot:#x}"]
        for name, *properties in devices:
            words += ["-device", ",".join([name, f"bus=port{number}", *properties])]
    for slot in (1, 2):                                              # 06:01.0, 06:02.0
        words += ["-device", f"e1000,bus=bridge,addr={slot}"]
    return words


class Serial:
    """The serial console: a log with the seconds since the start, which can be waited on."""

    def __init__(self, process, log):
        self.process, self.log, self.lines, self.partial = process, log, [], ""
        self.arrived = threading.Condition()
        self.thread = threading.Thread(target=self.follow)
        self.thread.start()

    def follow(self):
        started, line = time.monotonic(), b""
        with open(self.log, "a") as log:
            while byte := self.process.stdout.read(1):
                line += byte
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                with self.arrived:
                    self.partial = text
                    if byte == b"\n":
                        self.lines.append(text)
                        log.write(f"[{time.monotonic() - started:6.1f}] {text}\n")
                        log.flush()
                        line = b""
                    self.arrived.notify_all()

    def wait(self, word, seconds):
        """Whether it came, or comes in time."""
        def there():
            return any(word in text for text in [*self.lines, self.partial])
        with self.arrived:
            return self.arrived.wait_for(there, seconds)

    def write(self, text):
        self.process.stdin.write(text.encode())

    def close(self):
        self.thread.join()
        self.process.stdin.close()
        self.process.stdout.close()


class Machine:
    """One host with a disk of its own. with Machine("extlinux") as machine: machine.boot()"""

    def __init__(self, loader, iommu=True, rules="", timeout=None, hvm=False):
        """rules: what stands by hand at the end of the everyday entry's kernel arguments; timeout: of
        extlinux, in seconds, to choose an entry in; hvm: dom0 can run HVM guests."""
        source = image("qemu-system-xen") if hvm else image()
        self.memory, self.timeout = "2048" if hvm else "1024", timeout
        self.loader, self.iommu, self.boot_file = loader, iommu, BOOT_FILES[loader]
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="lab-"))
        self.disk, self.process, self.agent = self.scratch / "disk.img", None, None
        subprocess.run(["cp", "--sparse=always", source / "disk.img", self.disk], check=True)
        if loader == "uefi":
            shutil.copy(OVMF / "OVMF_VARS_4M.fd", self.scratch / "vars.fd")
        else:
            self.write_loader((source / f"{loader}.mbr").read_bytes())
        self.configure(rules, hvm)
        logs = SOURCE / "build/lab"
        logs.mkdir(parents=True, exist_ok=True)
        self.log = logs / f"{pathlib.Path(sys.argv[0]).stem}.{loader}.log"
        self.log.unlink(missing_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.power_off()
        shutil.rmtree(self.scratch)

    def write_loader(self, code):
        """Around the partition table, which begins at byte 440."""
        with open(self.disk, "r+b") as disk:
            disk.write(code[:440])
            disk.seek(512)
            disk.write(code[512:])

    @contextlib.contextmanager
    def root(self):
        """dom0's root, mounted here. The machine must be off."""
        at = self.scratch / "root"
        at.mkdir(exist_ok=True)
        subprocess.run(["mount", "-o", f"loop,offset={MIB}", self.disk, at], check=True)
        try:
            yield at
        finally:
            subprocess.run(["umount", at], check=True)

    def configure(self, rules, hvm):
        name = pathlib.Path(self.boot_file).name
        text = (HERE / "boot" / name).read_text()
        for slow, fast in FASTER.items():
            text = text.replace(slow, fast)
        if rules:
            text = text.replace(" quiet vga=785 splash", f" quiet vga=785 splash {rules}")
        if hvm:  # an AMD processor with Intel's IOMMU
            text = text.replace("/boot/xen.gz ", "/boot/xen.gz iommu=no-sharept ")
        if self.timeout:
            text = text.replace("timeout 1\n", f"timeout {10 * self.timeout}\n")
        self.first_text = text
        with self.root() as root:
            self.install(root)
            if self.loader != "uefi":
                (root / self.boot_file.lstrip("/")).write_text(text)
                return
        given = self.scratch / name
        given.write_text(text)
        subprocess.run(["mcopy", "-i", f"{self.disk}@@{ESP_AT}", given, "::/EFI/xenserver/grub.cfg"],
                       check=True)

    @staticmethod
    def install(root):
        """Where the RPM puts it."""
        (root / INSTALLED.lstrip("/")).parent.mkdir(parents=True)
        shutil.copy(binary(), root / INSTALLED.lstrip("/"))
        for link in (PLUGIN, "/usr/sbin/pci-passthrough"):
            (root / link.lstrip("/")).symlink_to(INSTALLED)

    def command(self):
        words = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-machine", "q35",
                 "-accel", "tcg", "-cpu", "qemu64,+svm,+npt", "-smp", "1", "-m", self.memory, "-nodefaults", "-display", "none", "-serial", "stdio",
                 "-no-reboot"]
        words += ["-drive", f"file={self.disk},format=raw,if=none,id=disk,cache=unsafe",
                  "-device", "ide-hd,drive=disk,bus=ide.0,bootindex=1"]
        if self.loader == "uefi":
            words += ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
                      "-drive", f"if=pflash,format=raw,unit=1,file={self.scratch}/vars.fd"]
        if self.iommu:
            words += ["-device", "intel-iommu,intremap=on,caching-mode=on"]
        return words + functions() + [
            "-device", "virtio-serial-pci,addr=0x8", "-device", "virtserialport,chardev=agent",
            "-chardev", f"socket,path={self.scratch}/agent,server=on,wait=off,id=agent"]

    def power_on(self, entry=""):
        """With the timeout to choose in, the entry is typed."""
        self.process = subprocess.Popen(self.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=0)
        self.serial = Serial(self.process, self.log)
        connection = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            with contextlib.suppress(OSError):
                connection.connect(f"{self.scratch}/agent")
                break
            time.sleep(0.1)
        self.agent = connection.makefile("rwb")
        self.connection = connection
        if self.timeout:
            assert self.serial.wait("boot: ", BOOT_DEADLINE), f"no boot loader: {self.log}"
            self.serial.write(f"{entry}\r")

    def power_off(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.serial.close()
            self.agent.close()
            self.connection.close()
        self.process = None

    def boot(self, what="first boot"):
        """Powers on, and waits until dom0 takes commands."""
        self.power_on()
        self.wait_until_up(what)

    def wait_until_up(self, what, seconds=BOOT_DEADLINE):
        started = time.monotonic()
        try:
            word, uptime = self.answer_line(seconds)
        except TimeoutError:
            raise AssertionError(f"{what}: dom0 did not come up in {seconds} s, see {self.log}:\n" +
                                 "\n".join(self.serial.lines[-15:])) from None
        assert word == "up", (word, uptime)
        say(f"{self.loader}: {what}, up after {time.monotonic() - started:.1f} s, "
            f"{self.run('cat /proc/cmdline').strip()}")

    def answer_line(self, seconds):
        self.connection.settimeout(seconds)
        return self.agent.readline().decode().split()

    def start(self, command):
        self.agent.write(b"%d\n%s" % (len(command.encode()), command.encode()))
        self.agent.flush()

    def status_and_output(self, command, seconds=COMMAND_DEADLINE):
        self.start(command)
        status, size = self.answer_line(seconds)
        return int(status), self.agent.read(int(size)).decode()

    def run(self, command, seconds=COMMAND_DEADLINE):
        """The output of a command in dom0, which must succeed."""
        status, output = self.status_and_output(command, seconds)
        assert status == 0, f"{command}: {status}\n{output}"
        return output

    def reboot(self, what="reboot"):
        self.go_down()
        self.boot(what)

    def go_down(self):
        """A reset ends QEMU, and a new one starts: after a reset within one, its emulation is slow."""
        self.start("sync; mount -o remount,ro /; umount /boot/efi; reboot -f")
        self.process.wait(COMMAND_DEADLINE)
        self.power_off()

    def call(self, function, **arguments):
        """The Value that xapi would return; raises Failure."""
        document = method_call(function, {name.replace("_", "-"): text for name, text in arguments.items()})
        return read_reply(self.run(f"cd /; exec env -i PATH={XAPI_PATH} {PLUGIN} "
                                   f"{shlex.quote(document)} 2>/dev/null"))

    def ask(self, function, **arguments):
        return json.loads(self.call(function, **arguments))

    def text(self):
        return self.run(f"cat {self.boot_file}")

    def cmdline(self):
        return self.run("cat /proc/cmdline")

    def drivers(self):
        """By the links, the one thing that tells: {"0000:03:00.0": "nvme", ...}; "" is none."""
        at = "/sys/bus/pci/devices"
        there, links = self.run(f"ls {at}; echo; ls -l {at}/*/driver").split("\n\n")
        drivers = dict.fromkeys(there.split(), "")
        for line in links.splitlines():
            link, target = line.split()[-3], line.split()[-1]
            drivers[link.split("/")[-2]] = target.split("/")[-1]
        return drivers

    def held(self):
        """What pciback holds."""
        return sorted(address for address, driver in self.drivers().items() if driver == "pciback")

    def assignable(self):
        return sorted(line.split()[0] for line in self.run("xl pci-assignable-list").splitlines())
