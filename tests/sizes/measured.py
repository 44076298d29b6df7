"""What a call costs on a host with an input as large as it gets: processor time of it and its children, its peak
of memory, and what it answers."""

import os
import pathlib
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1])]
from host import Host, RELEASE, SOURCE
from inputs import BEYOND, EXTLINUX, EXTLINUX_TEXTS, GRUB, GRUB_TEXTS, OTHERS, boot_file

SECONDS, MEGABYTES = 5, 64
GIVEN_UP = 20  # seconds of processor time at which a call is stopped
BASES = {"grub": ("xcp-ng-8.3", "8b:00.0"), "extlinux": ("xenserver-6.2", "05:00.0")}
INPUTS = {
    **{f"grub.cfg: {name}": ("grub", boot_file(GRUB, change)) for name, change in GRUB_TEXTS.items()},
    **{f"extlinux.conf: {name}": ("extlinux", boot_file(EXTLINUX, change)) for name, change in EXTLINUX_TEXTS.items()},
    **{name: ("grub", write) for name, write in OTHERS.items()},
    **{f"beyond: {name}": ("grub", write) for name, (write, _) in BEYOND.items()},
}


def calls(device):
    dry = ("--dry-run", "--json")
    many = ",".join([device] * 10000)
    return {
        "list": ("list", "--json"), "table": ("list",), "picture": ("list", "--svg"), "verify": ("verify", "--json"),
        "verify, text": ("verify",), "verify, device": ("verify", device, "--json"),
        "rules": ("rules", "--json"), "hide, dry": ("hide", device, *dry), "unhide, dry": ("unhide", device, *dry),
        "exactly, dry": ("hide", device, "--replace", *dry), "repair, dry": ("repair", *dry),
        "rescue, dry": ("rescue", *dry), "assignments": ("assignments", "--json"), "export": ("export",),
        "record": ("record", "--mask"), "backups": ("backups", "--json"), "undo, dry": ("undo", *dry),
        "many selectors": ("verify", many, "--json"), "groups": ("verify", ",".join([f"group:{device}"] * 7000)),
        "many accepted": ("hide", device, "--accept", ",".join([f"boot-controller-hidden@{device}"] * 3000), *dry),
        "hide": ("hide", device, "--json"), "unhide": ("unhide", device, "--json"), "undo": ("undo", "--json"),
    }


class Cost:
    def __init__(self, told, output):
        seconds, kilobytes, self.status = told
        self.seconds, self.megabytes, self.output = seconds, kilobytes / 1024, output

    def fits(self):
        return self.seconds <= SECONDS and self.megabytes <= MEGABYTES


def cost(host, *words):
    """GNU time tells: what wait4 tells begins with the size of the process that forked. A processor's limit ends
    what takes too long."""
    with open(host.scratch / "output", "w+b") as output, open(host.scratch / "errors", "w+b") as errors:
        told = host.scratch / "told"
        subprocess.run(["/usr/bin/time", "-q", "-o", told, "-f", "%U %S %M %x", "prlimit", f"--cpu={GIVEN_UP}",
                        f"--as={4 << 30}", "--", host.program, *words], env={**os.environ, **host.environment()},
                       stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        user, system, kilobytes, status = told.read_text().split()[-4:]
        output.seek(0)
        errors.seek(0)
        one = Cost((float(user) + float(system), int(kilobytes), int(status)), output.read())
        one.errors = errors.read().decode(errors="replace")
        return one


def an_own_host(base="grub"):
    return Host(SOURCE / f"tests/hosts/{BASES[base][0]}.host", RELEASE)


def host_with(name):
    base, write = INPUTS[name]
    device = BASES[base][1]
    host = an_own_host(base)
    write(host)
    return host, device


def main():
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    some = [word[2:] for word in sys.argv[1:] if word.startswith("--")]
    for name in INPUTS:
        if wanted and not any(one in name for one in wanted):
            continue
        host, device = host_with(name)
        with host:
            print(f"\n{name}")
            for call, words in calls(device).items():
                if some and call not in some:
                    continue
                one = cost(host, *words)
                mark = "" if one.fits() else "  <<<"
                said = one.errors.strip().replace("\n", " ")[:110]
                print(f"  {call:<14}{one.seconds:7.2f} s {one.megabytes:6.1f} MB {one.status:>4} "
                      f"{len(one.output) / 1e6:6.1f} MB out {said}{mark}", flush=True)


if __name__ == "__main__":
    main()
