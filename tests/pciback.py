"""The kernel's side of taking a device from dom0, for a recorded host: `unbind`, `new_slot` and `bind` are FIFOs, and
a thread does with the device's link `driver` what the kernel would. Opening a FIFO to write waits for its reader, so
that no call of the plugin comes before the link is right."""

import os
import pathlib
import re
import threading
import time

PCIBACK = "/sys/bus/pci/drivers/pciback"
MARKER = "/var/lib/pci-passthrough/taking"
BOOT_ID = "/proc/sys/kernel/random/boot_id"


def without_vms(host):
    """xapi has been asked, and there are none."""
    host.path("/.xapi").mkdir(exist_ok=True)
    host.path("/.xapi/VM.get_all_records").write_text("{}")
    return host


def takeable(host):
    """A device with a driver that the plugin would take without a word; None where there is none."""
    without_vms(host)
    for device in host.ask("list")["devices"]:
        if device["driver"] in (None, "pciback", "pcieport") or len(device["address"]) > len("0000:00:00.0"):
            continue
        with Pciback(host, device["address"], stuck=True):
            words = {"devices": device["address"], "now": "true", "dry-run": "true"}
            if not host.ask("hide", words)["refused"]:
                return device["address"]
    return None


class Pciback:
    """with Pciback(host, "0000:06:00.0"): ... `stuck`: the driver never lets go; `stops_at`: that
    file is never opened."""

    def __init__(self, host, *devices, stuck=False, stops_at=None):
        self.host, self.devices, self.stuck, self.said = host, devices, stuck, []
        self.at_unbind, self.seen, self.stops_at = lambda: None, None, stops_at
        host.path(PCIBACK).mkdir(parents=True, exist_ok=True)
        host.path(BOOT_ID).parent.mkdir(parents=True, exist_ok=True)
        host.path(BOOT_ID).write_text("6f2b5d7e-0c65-4c6e-9d3a-0d8f1e6f7a10\n")
        self.slots = {file: self.fifo(f"{PCIBACK}/{file}") for file in ("new_slot", "bind")}
        for device in devices:
            told = re.search("^DRIVER=(.*)", (self.directory(device) / "uevent").read_text(), re.M)
            self.set_driver(device, told.group(1) if told else None)
            if driver := self.driver(device):
                self.fifo(f"/sys/bus/pci/drivers/{driver}/unbind")
            self.give_nodes(device)

    def fifo(self, path):
        file = self.host.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.mkfifo(file)
        return file

    def directory(self, device):
        return self.host.path(f"/sys/bus/pci/devices/{device}").resolve()

    def driver(self, device):
        link = self.directory(device) / "driver"
        return pathlib.Path(os.readlink(link)).name if link.is_symlink() else None

    def give_nodes(self, device):
        """Its disks can be opened, and its keyboards told."""
        for block in self.host.path("/sys/class/block").glob("*"):
            if f"/{device}/" in os.readlink(block):
                node = self.host.path(f"/dev/{block.name}")
                node.parent.mkdir(exist_ok=True)
                node.touch()

    def set_driver(self, device, driver):
        directory = self.directory(device)
        uevent = directory / "uevent"
        lines = [line for line in uevent.read_text().splitlines() if not line.startswith("DRIVER=")]
        (directory / "driver").unlink(missing_ok=True)
        if driver:
            lines.insert(0, f"DRIVER={driver}")
            (directory / "driver").symlink_to(f"/sys/bus/pci/drivers/{driver}")
        uevent.write_text("\n".join(lines) + "\n")

    def is_begun(self):
        """Waits for the child to be about to unbind."""
        while not self.host.path(MARKER).exists():
            if self.over:
                return False
            time.sleep(0.001)
        self.seen = self.at_unbind()
        return True

    def take(self, device):
        steps = [(self.slots["new_slot"], None), (self.slots["bind"], "pciback")]
        if driver := self.driver(device):
            steps.insert(0, (self.host.path(f"/sys/bus/pci/drivers/{driver}/unbind"), None))
        for file, driver in steps:
            if file.name == self.stops_at or not file.exists():
                return
            if file.name == "unbind" and not self.is_begun():
                return
            if file.name != "new_slot":  # the link turns before the write ends, as it does in the kernel
                self.set_driver(device, driver)
            with open(file) as fifo:
                told = fifo.read()
            if not told:  # nobody wrote: it is over
                return
            self.said.append((file.name, told))

    def run(self):
        for device in self.devices:
            if not self.over:
                self.take(device)

    def __enter__(self):
        self.over = False
        self.thread = threading.Thread(target=self.run)
        if not self.stuck:
            self.thread.start()
        return self

    def __exit__(self, *_):
        """Whoever still waits at a FIFO, the thread or a child, goes on."""
        self.over = True
        fifos = [path for path in self.host.path("/sys/bus/pci/drivers").glob("*/*") if path.is_fifo()]
        open_ends = [os.open(path, os.O_RDWR | os.O_NONBLOCK) for path in fifos]
        for end in open_ends:
            os.close(end)
        while not self.stuck and self.thread.is_alive():
            for path in fifos:
                os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
            self.thread.join(0.01)
