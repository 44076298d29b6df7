"""A recorded host on which a hide may be tried, and its boot loader, as far as a trial needs one."""

import json
import re
import struct
import uuid

EXTLINUX = """#!/bin/sh
# pci-passthrough stub
case $1 in
  --once=pci-trial) from=once ;;
  --clear-once) from=none ;;
  -i) exit 0 ;;
  *) exit 1 ;;
esac
cat "$0.$from" >"$2/ldlinux.sys"
"""


def vector(label):
    """extlinux's auxiliary data, twice (syslinux libinstaller/setadv.c)."""
    data = (b"\1" + bytes([len(label)]) + label if label else b"").ljust(500, b"\0")
    total = (0xa3041767 - sum(struct.unpack("<125I", data))) & 0xffffffff
    return struct.pack("<II", 0x5a2d2fa5, total) + data + struct.pack("<I", 0xdd28bf64)


class Trials:
    """What boots once, and the boots themselves, of a host (host.py)."""

    def __init__(self, host):
        self.host, self.file = host, host.boot_file()
        self.is_grub = self.file.name == "grub.cfg"
        self.first_line = host.path("/proc/cmdline").read_text()
        self.start_boot(self.first_line)
        records = host.path("/.xapi/VM.get_all_records")
        if not records.exists():
            records.write_text("{}")
        if not self.is_grub:
            self.make_extlinux()

    @classmethod
    def of(cls, host):
        """Of a host that is one already; nothing is touched."""
        trials = cls.__new__(cls)
        trials.host, trials.file = host, host.boot_file()
        trials.is_grub = trials.file.name == "grub.cfg"
        return trials

    def make_auto(self):
        """All that a trial which confirms itself needs to be armed."""
        for name, text in {"/proc/stat": "cpu 0\nbtime 1700000000\n", "/proc/uptime": "100000.00 0\n",
                           "/proc/sysrq-trigger": "", "/var/run/xapi_init_complete.cookie": ""}.items():
            self.write(name, text)
        if self.is_grub:
            at = "/usr/lib/systemd/system"
            units = f"{at}/pci-passthrough-auto.service", f"{at}/multi-user.target.wants/pci-passthrough-auto.service"
        else:
            units = "/etc/rc.d/init.d/pci-passthrough-trial", "/etc/rc.d/rc3.d/S99pci-passthrough-trial"
        for unit in units:
            self.write(unit, "")
        self.change_records("host", lambda host: host.update(address="10.0.0.5"))
        self.write("/sbin/ip", "#!/bin/sh\n# pci-passthrough stub\necho '4: xenbr0    inet 10.0.0.5/24 scope global'\n")
        self.down = self.host.path("/sbin/shutdown.down")  # whoever reads it learns when the host goes down
        self.write("/sbin/shutdown", "#!/bin/sh\n# pci-passthrough stub\necho \"$@\" >\"$0.down\"\n")

    def write(self, path, text):
        path = self.host.path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def change_records(self, name, change):
        path = self.host.path(f"/.xapi/{name}.get_all_records")
        records = json.loads(path.read_text())
        for record in records.values():
            change(record)
        path.write_text(json.dumps(records))

    def boot_auto(self, device, seconds):
        """The trial's boot, so many seconds ago; pciback has the device."""
        self.boot()
        self.write("/proc/uptime", f"{seconds}.00 0\n")
        folder = self.host.path(f"/sys/bus/pci/devices/{device}")
        (folder / "driver").unlink(missing_ok=True)
        (folder / "driver").symlink_to("../../../bus/pci/drivers/pciback")
        event = folder / "uevent"
        if event.exists():
            event.write_text("DRIVER=pciback\n" + re.sub(r"^DRIVER=.*\n", "", event.read_text()))

    def make_extlinux(self):
        program = self.host.path("/sbin/extlinux")
        program.write_text(EXTLINUX)
        for name, label in (("none", b""), ("once", b"pci-trial")):
            program.with_name(f"extlinux.{name}").write_bytes(b"loader" + 2 * vector(label))
        self.host.path("/boot/ldlinux.sys").write_bytes(b"loader" + 2 * vector(b""))

    def start_boot(self, line):
        boot_id = self.host.path("/proc/sys/kernel/random/boot_id")
        boot_id.parent.mkdir(parents=True, exist_ok=True)
        boot_id.write_text(f"{uuid.uuid4()}\n")
        self.host.path("/proc/cmdline").write_text(line)

    def environment(self):
        return self.file.with_name("grubenv")

    def mark(self):
        """What the boot loader would boot once, as it reads it: an index or a label; None."""
        if not self.is_grub:
            found = re.search(rb"\x01.(pci-trial)\x00", self.host.path("/boot/ldlinux.sys").read_bytes()[-512:])
            return found and found[1].decode()
        block = self.environment().read_text() if self.environment().exists() else ""
        found = re.search(r"^override_entry=(.*)$", block, re.MULTILINE)
        return found and found[1]

    def entry(self):
        """The kernel's arguments of the trial entry; None where there is none."""
        found = re.search(r"vmlinuz\S* (.*pci-passthrough\.trial=\S+.*?)(?: ---|$)", self.file.read_text(), re.MULTILINE)
        return found and found[1]

    def unmark(self):
        if self.is_grub:
            block = self.environment().read_text()
            block = re.sub(r"^override_entry=.*\n", "", block, flags=re.MULTILINE)
            self.environment().write_text(block.ljust(1024, "#"))
        else:
            self.host.path("/boot/ldlinux.sys").write_bytes(b"loader" + 2 * vector(b""))

    def boot(self, can_write=True):
        """One boot: the entry of the mark, which the boot loader takes away, or else the default."""
        mark, line = self.mark(), self.entry()
        if mark and can_write:
            self.unmark()
        self.start_boot(f"{line}\n" if mark and line else self.first_line)

    def state(self):
        """The one that a person is told of."""
        return self.host.ask("rules").get("trial", {"stage": "none"})["stage"]
