"""Inputs of every kind, as large as a host can have them: a table of what is written into a recorded host."""

import hashlib
import json
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / "bench")]
from generated import BRIDGE, BRIDGE_CONFIG, NIC, NIC_CONFIG, add_function

MIB = 1 << 20
LINE_FULL = 60 << 10  # of a line
WORDS_FULL = 32000  # of a boot file
LINES_FULL = 130000
FULL = MIB - 4096  # of a boot file, so that there is room for what we put in
GRUB, EXTLINUX = "/boot/efi/EFI/xenserver/grub.cfg", "/boot/extlinux.conf"
STATE = "/var/lib/pci-passthrough"
LINE = "module2 /boot/vmlinuz-4.19-xen root=LABEL=root-vgwqkx ro"
APPEND = "--- /boot/vmlinuz-2.6-xen root=LABEL=root-kgiswlbk ro"


def up_to(size, piece):
    """piece(0) + piece(1) + … of this size at most."""
    pieces, number = [], 0
    while (size := size - len(one := piece(number))) >= 0:
        pieces.append(one)
        number += 1
    return "".join(pieces)


def address(number):
    return f"{number >> 16:04x}:{number >> 8 & 255:02x}:{number >> 3 & 31:02x}.{number & 7}"


def put(host, path, text):
    place = host.path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode("latin-1"))


def grub_entry(number):
    return (f"menuentry 'entry {number}' {{\n\tmultiboot2 /boot/xen.gz\n\tmodule2 /boot/vmlinuz-4.19-xen "
            f"root=LABEL=x xen-pciback.hide=(0000:01:00.0)\n\tmodule2 /boot/initrd\n}}\n")


def label(number):
    return (f"label entry{number}\n  kernel mboot.c32\n  append /boot/xen.gz --- /boot/vmlinuz-2.6-xen root=x "
            f"pciback.hide=(0000:01:00.0) --- /boot/initrd\n")


def nested(opened, closed, size):
    depth = size // len(opened + closed)
    return opened * depth + closed * depth


def hide(number):
    return f" xen-pciback.hide=({address(number)})"


# Each: (text of the boot file, size) -> text. `fill` is of that size at most. What goes into a line goes into as many
# as there is room for, each in an entry of its own, and no more words than a file may have.
def in_lines(at, fill):
    def change(text, size):
        first = text.index("menuentry ") if "menuentry " in text else text.index("label xe")
        entry = text[first:text.index("\n}\n", first) + 3 if "menuentry " in text else text.index("label xe-")]
        filled = entry.replace(at, at + fill(LINE_FULL), 1)
        text = text.replace(entry, filled, 1)
        words = len(filled.split()) + sum(map(filled.count, ";{("))
        copies = max(0, min((size - len(text)) // (len(filled) + 8), WORDS_FULL // words - 1))
        return text + "".join(filled.replace("XCP-ng", f"copy {n}", 1).replace("label xe", f"label xe{n}")
                              for n in range(copies))
    return change


def in_line(fill):
    return in_lines(LINE, fill)


def in_xen_line(fill):
    return in_lines("/boot/xen.gz", fill)


def in_append(fill):
    return in_lines(APPEND, fill)


def below(fill):
    return lambda text, size: text + fill(size - len(text))


def above(fill):
    return lambda text, size: fill(size - len(text)) + text


def in_entry(fill):
    return lambda text, size: text.replace("\tmultiboot2", fill(size - len(text)) + "\n\tmultiboot2", 1)


GRUB_TEXTS = {
    "words": in_line(lambda size: up_to(size, lambda n: f" word{n}=1")),
    "a word again and again": in_line(lambda size: " xyzxyz=" * (size // 8)),
    "one word": in_line(lambda size: " x" + "y" * (size - 2)),
    "hide arguments": in_line(lambda size: up_to(size, hide)),
    "one list": in_line(lambda size: " xen-pciback.hide=" + up_to(size - 18, lambda n: f"({address(n)})")),
    "wildcards": in_line(lambda size: " xen-pciback.hide=" + up_to(size - 18, lambda n: f"({n:04x}:00:*.*)")),
    "misspelt": in_line(lambda size: up_to(size, lambda n: f" xen-pcibak.hide=({address(n)})")),
    "blanks in rules": in_line(lambda size: " xen-pciback.hide=" + up_to(size - 18, lambda n: f"({address(n)}) ")),
    "quotes": in_line(lambda size: " " + "'a'\"b\"" * ((size - 1) // 6)),
    "double quotes kept": in_line(lambda size: up_to(size, lambda n: f" \\\"w{n}\\\"")),
    "variables": in_line(lambda size: up_to(size, lambda n: f" $w{n}")),
    "continued": in_line(lambda size: up_to(size, lambda n: f" \\\n\tw{n}")),
    "semicolons": in_line(lambda size: " ; echo" * (size // 7)),
    "Xen's words": in_xen_line(lambda size: up_to(size, lambda n: f" word{n}=1")),
    "modules": in_entry(lambda size: up_to(size, lambda n: "")[:0]),
    "comments": below(lambda size: up_to(size, lambda n: f"# comment {n}\n")),
    "one comment": below(lambda size: "#" + "x" * (size - 2) + "\n"),
    "blank lines": below(lambda size: "\n" * min(size, LINES_FULL)),
    "blank": below(lambda size: " " * size),
    "no UTF-8": below(lambda size: "# " + "\xff" * (size - 3) + "\n"),
    "entries": below(lambda size: "".join(map(grub_entry, range(200)))),
    "settings": above(lambda size: up_to(size, lambda n: f"set v{n}={n}\n")),
    "defaults": above(lambda size: up_to(size, lambda n: "set default=0\n")),
    "ifs": above(lambda size: up_to(size, lambda n: "if true; then true; fi\n")),
    "ifs in ifs": above(lambda size: nested("if true; then\n", "fi\n", size)),
    "ifs in an entry": in_entry(lambda size: "\t" + nested("if true; then\n", "fi\n", size - 1)),
    "braces": above(lambda size: nested("{ ", "; }\n", size)),
    "open braces": above(lambda size: "{ " * (size // 2)),
    "commands in an entry": in_entry(lambda size: up_to(size, lambda n: f"\techo {n}\n")),
    "zeros": below(lambda size: "\0" * size),
}
GRUB_TEXTS["modules"] = lambda text, size: text.replace(
    "\tmodule2 /boot/initrd-4.19-xen.img", up_to(size - len(text), lambda n: f"\tmodule2 /boot/m{n}\n"), 1)

EXTLINUX_TEXTS = {
    "words": in_append(lambda size: up_to(size, lambda n: f" word{n}=1")),
    "hide arguments": in_append(lambda size: up_to(size, lambda n: f" pciback.hide=({address(n)})")),
    "misspelt": in_append(lambda size: up_to(size, lambda n: f" pcibak.hide=({address(n)})")),
    "parts": in_append(lambda size: up_to(size, lambda n: f" --- /boot/m{n}")),
    "Xen's words": in_xen_line(lambda size: up_to(size, lambda n: f" word{n}=1")),
    "labels": below(lambda size: up_to(size, label)),
    "empty labels": below(lambda size: up_to(size, lambda n: f"label l{n}\n")),
    "comments": below(lambda size: up_to(size, lambda n: f"# comment {n}\n")),
    "unknown lines": above(lambda size: up_to(size, lambda n: f"w{n} x\n")),
    "blank": below(lambda size: " " * size),
}


def boot_file(path, change, size=FULL):
    def write(host):
        put(host, path, change(host.path(path).read_bytes().decode("latin-1"), size))
    return write


def backups(host, count, size):
    """As write_backup leaves them."""
    for number in range(count):
        content = f"# {number}\n".encode() + b"x" * (size - 8)
        sha = hashlib.sha256(content).hexdigest()
        name = f"20260101T{number // 3600 % 24:02}{number // 60 % 60:02}{number % 60:02}.{number:06}Z-{sha[:8]}"
        put(host, f"{STATE}/backups/{name}.content", content.decode())
        put(host, f"{STATE}/backups/{name}.json", json.dumps({
            "id": name, "time": "2026-01-01T00:00:00Z", "function": "hide", "caller": "root", "path": GRUB,
            "sha256": sha, "size": len(content), "kind": "boot file", "change": name}))


def identity(number, twins=2):
    return {"address": address(number), "kind": "8086:1572 8086:0000 0200", "place": f"1c.4/{number % 32:02x}.0",
            "name": "Intel Ethernet Controller X710 for 10GbE SFP+", "root": "0000 1/5",
            "marks": [f"serial {number:016x}", f"mac 00:25:{number >> 16 & 255:02x}:12:34:{number & 255:02x}"],
            "shared": [], "twins": [f"0000 1/5 1d.{number % 8}/00.{n}" for n in range(twins)]}


def identities(host, count, first=0x100, twins=2):
    put(host, f"{STATE}/devices.json", json.dumps(
        {"schema": 1, "devices": [identity(first + number, twins) for number in range(count)]}))


def vm_records(count, devices, different=256, first=0):
    """Each VM wants so many, of so many different ones."""
    def entry(number):
        wanted = ((number * devices if different > 256 else number) + index for index in range(devices))
        return ",".join(f"0/{address(first + one % different)}" for one in wanted)
    return {
        f"OpaqueRef:vm{number}": {
            "uuid": f"00000000-0000-0000-0000-{number:012}", "name_label": f"VM {number}", "power_state": "Halted",
            "is_a_template": False, "is_a_snapshot": False, "is_control_domain": False,
            "resident_on": "OpaqueRef:NULL", "affinity": "OpaqueRef:NULL", "domain_type": "hvm",
            "HVM_boot_policy": "BIOS order", "memory_dynamic_min": 1 << 32, "memory_dynamic_max": 1 << 32,
            "current_operations": {}, "blocked_operations": {}, "platform": {}, "recommendations": "x" * 200,
            "other_config": {"pci": entry(number), "folder": "/x"}, "VBDs": [], "VIFs": []}
        for number in range(count)}


def vms(host, count, devices, different=256, first=0):
    put(host, "/.xapi/VM.get_all_records", json.dumps(vm_records(count, devices, different, first)))


def vms_and_identities(host, vm_count, devices, count):
    """Each device of each VM is another one, and remembered."""
    vms(host, vm_count, devices, vm_count * devices, 0x100)
    identities(host, count)


def functions_and_identities(host, count):
    """All of a kind, and each is remembered."""
    functions(host, count)
    put(host, f"{STATE}/devices.json", json.dumps({"schema": 1, "devices": [
        {**identity(0x10000 + number, 24), "kind": "8086:1572 0000:0000 0200", "root": "0001 1/1", "marks": []}
        for number in range(count)]}))


def functions(host, count):
    """On a segment of their own: flat."""
    for number in range(count):
        bus = f"0001:{number >> 8:02x}"
        add_function(host.root, f"pci{bus}/{bus}:{number >> 3 & 31:02x}.{number & 7}", NIC, NIC_CONFIG)


def bridged_functions(host, bridges):
    """On a segment of their own: 31 behind each bridge, each bridge behind the one before it up to a depth of 8."""
    above = ""
    for number in range(bridges):
        if number % 8 == 0:
            above = "pci0001:00"
        above += f"/0001:{number if number % 8 else 0:02x}:{number // 8 if number % 8 == 0 else 0:02x}.0"
        add_function(host.root, above, BRIDGE, BRIDGE_CONFIG)
        for index in range(1, 32):
            add_function(host.root, f"{above}/0001:{number + 1:02x}:{index:02x}.0", NIC, NIC_CONFIG)


def rules(host, count):
    """Of functions that are there, in one list."""
    functions(host, max(count, 4096))
    change = in_line(lambda size: " xen-pciback.hide=" + "".join(
        f"({address(0x10000 + number)})" for number in range(count)))
    boot_file(GRUB, change, MIB * 2)(host)


def lines(path, piece, size=FULL):
    return lambda host: put(host, path, up_to(size, piece))


def module_folder(host):
    for number in range(2000):
        put(host, f"/etc/modprobe.d/{number}.conf", f"options xen-pciback hide=({address(number)})\n")


def boot_folder(host):
    for number in range(10000):
        put(host, f"/boot/file-{number}", "")


def export_of(host, size):
    """As export writes it, of so many bytes: none of its devices is on this host."""
    devices = up_to(size, lambda n: json.dumps(identity(0x100 + n)) + ",")[:-1]
    put(host, "/tmp/export.json", '{"schema":1,"host":{"uuid":"x","name":"x"},"rules":[],"devices":[' + devices +
        '],"assignments":[],"xen":[]}')
    return str(host.path("/tmp/export.json"))


CALLS_BEYOND = {  # each: what is written, which may give the last word of the call; the call; what the sentence holds
    "a backup of 5 MB": (lambda host: backups(host, 1, 5 * MIB), ("backups", "--json"), "larger than 4 MiB"),
    "5,000 named devices": (lambda host: vms_and_identities(host, 5000, 1, 60000), ("verify",),
                            "more than 4096 devices that rules and VMs name"),
    "70 MB of identities": (lambda host: identities(host, 230000), ("verify",), "larger than 64 MiB"),
    "an export of 9 MB": (lambda host: export_of(host, 9 * MIB), ("import", "--dry-run"), "larger than 8 MiB"),
    **{f"5,200 functions: {' '.join(words)}": (lambda host: functions(host, 5200), words, "more than 5120 functions")
       for words in (("list",), ("verify",), ("hide", "8b:00.0"), ("repair", "--dry-run"))},
    **{f"{count} VMs of {devices} devices": (lambda host, count=count, devices=devices: vms(host, count, devices),
                                             ("verify",), "name more than 10240 devices, the most that is read; that of the VM")
       for count, devices in ((1, 60000), (5000, 16))},
    "10,000 words": (lambda host: None, ("verify", *["8b:00.0"] * 10000), "more than 8192 words"),
}

BEYOND = {  # each with what the sentence has to hold
    "15 MB of comments": (boot_file(GRUB, GRUB_TEXTS["comments"], 15 * MIB), "more than 1 MiB"),
    "a line of 1 MiB": (boot_file(GRUB, lambda text, size: text.replace(
        LINE, LINE + up_to(size - len(text), hide), 1)), "a line of more than 64 KiB"),
    "entries": (boot_file(GRUB, below(lambda size: up_to(size, grub_entry))), "more than 256 entries"),
    "lines": (boot_file(GRUB, below(lambda size: "\n" * size)), "more than 131072 lines"),
    "words": (boot_file(GRUB, below(lambda size: ("true " * 1000 + "\n") * (size // 5001))), "more than 32768 words"),
}

OTHERS = {
    "4,096 functions": lambda host: functions(host, 4096),
    "4,096 functions behind bridges": lambda host: bridged_functions(host, 128),
    "1,000 rules": lambda host: rules(host, 1000),
    "kernel's line": lambda host: put(host, "/proc/cmdline", "x " + up_to(FULL, hide)),
    "kernel's words": lines("/proc/cmdline", lambda n: f"w{n} "),
    "module options": lines("/etc/modprobe.d/a.conf", lambda n: f"options xen-pciback hide=({address(n)})\n"),
    "module words": lambda host: put(host, "/etc/modprobe.d/a.conf", "options xen-pciback" + up_to(FULL, hide)),
    "module files": module_folder,
    "files of /boot": boot_folder,
    "fstab": lines("/etc/fstab", lambda n: f"LABEL=l{n} /mnt/{n} ext3 defaults 0 0\n"),
    "fstab by device": lines("/etc/fstab", lambda n: f"/dev/sd{n} /mnt/{n} ext3 defaults 0 0\n"),
    "crypttab": lines("/etc/crypttab", lambda n: f"c{n} /dev/sd{n} none luks\n"),
    "mounts": lambda host: put(host, "/proc/self/mountinfo", host.path("/proc/self/mountinfo").read_text() + up_to(
        FULL, lambda n: f"{n + 100} 1 8:{n} / /mnt/{n} rw - ext3 /dev/sd{n} rw\n")),
    "swaps": lines("/proc/swaps", lambda n: f"/dev/sd{n} partition 1 0 -2\n"),
    "interrupts": lines("/proc/interrupts", lambda n: f" {n}: 1 xen-pirq-msi eth{n}\n"),
    "routes": lines("/proc/net/route", lambda n: f"eth{n}\t00000000\t01010101\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"),
    "inventory": lambda host: put(host, "/etc/xensource-inventory", host.path(
        "/etc/xensource-inventory").read_text() + up_to(FULL, lambda n: f"KEY{n}='x'\n")),
    "grubenv": lambda host: put(host, GRUB.replace("grub.cfg", "grubenv"), "# GRUB Environment Block\n" + up_to(
        FULL, lambda n: f"w{n}=1\n")),
    "10,000 backups": lambda host: backups(host, 10000, 6000),
    "1,000 backups of 1 MiB": lambda host: backups(host, 1000, MIB),
    "60,000 identities": lambda host: identities(host, 60000),
    "5,000 VMs": lambda host: vms(host, 5000, 2),
    "5,000 VMs, 4,096 devices": lambda host: vms(host, 5000, 1, 4096),
    "500 VMs, 16 devices": lambda host: vms(host, 500, 16),
    "60,000 identities and 5,000 VMs": lambda host: vms_and_identities(host, 4000, 1, 60000),
    "4,096 identities of 24 twins": lambda host: identities(host, 4096, twins=24),
    "4,096 functions, all remembered": lambda host: functions_and_identities(host, 4096),
}
