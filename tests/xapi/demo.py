"""demo.py [PORT]: the page on a pool of three recorded hosts, with VMs of every kind that the picture shows."""

import contextlib
import signal
import sys
import threading

from pool import Pool, recorded

HOSTS = ("xcp-ng-8.3", "xenserver-9", "xcp-ng-8.2-bios")
VMS = (  # name, power state, what it wants
    ("nas", "Halted", "0/0000:18:00.0"), ("cad-win11", "Running", "0/0000:3b:00.0,1/0000:3b:00.1"),
    ("router", "Halted", "0/0000:01:00.0"), ("desktop", "Halted", None))


def main(port=0):
    with contextlib.ExitStack() as hosts:
        with Pool([hosts.enter_context(recorded(name)) for name in HOSTS], port=int(port)) as pool:
            first = pool.coordinator
            for name, state, pci in VMS:
                pool.add("VM", name_label=name, power_state=state, affinity=first,
                         resident_on=first if state == "Running" else "OpaqueRef:NULL",
                         other_config={"pci": pci} if pci else {})
            print(f"\n  {pool.serve_page()}\n\n  User admin, password secret; as operator one may look and not change."
                  "\n  Ctrl-C ends it.\n", flush=True)
            ended.wait()


ended = threading.Event()
for one in (signal.SIGINT, signal.SIGTERM):
    signal.signal(one, lambda *_: ended.set())
main(*sys.argv[1:])
