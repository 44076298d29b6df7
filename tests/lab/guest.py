"""A guest that loads the drivers of what it was given, reads from it, and says so on its console."""

import time

PV = """name = "guest"
type = "pv"
kernel = "/boot/vmlinuz-xen"
ramdisk = "/root/guest/initrd.img"
memory = 200
extra = "console=hvc0 quiet"
pci = [{devices}]
on_poweroff = "destroy"
on_crash = "destroy"
"""
HVM = """name = "guest"
type = "hvm"
kernel = "/root/guest/kernel"
ramdisk = "/root/guest/initrd.img"
memory = 256
extra = "console=ttyS0 quiet nopti mitigations=off"
serial = "file:/var/log/xen/console/guest-guest.log"
vnc = 0
sdl = 0
vga = "none"
usb = 0
pci = [{devices}]
on_poweroff = "destroy"
on_crash = "destroy"
on_reboot = "destroy"
"""
CONSOLE = "/var/log/xen/console/guest-guest.log"


def create(machine, devices, kind=PV):
    """(status, output) of xl create."""
    text = kind.format(devices=",".join(f"'{device}'" for device in devices))
    return machine.status_and_output(f"cat >/tmp/guest.cfg <<'E'\n{text}E\nxl create /tmp/guest.cfg")


def told(machine, devices, kind=PV, seconds=120):
    """What a guest that has these devices says."""
    started = time.monotonic()
    status, output = create(machine, devices, kind)
    assert status == 0, output
    done = f"until grep -q 'GUEST done' {CONSOLE}; do sleep 2; done"
    status, _ = machine.status_and_output(f"timeout {seconds} sh -c \"{done}\"", 2 * seconds)
    assert status == 0, machine.run(f"tail -n 30 {CONSOLE}; xl list")
    said = machine.run(f"tr -d '\\r' <{CONSOLE}")
    lines = {line.removeprefix("GUEST ") for line in said.splitlines() if line.startswith("GUEST ")}
    print(f"guest with {', '.join(devices)} done after {time.monotonic() - started:.1f} s", flush=True)
    return lines
