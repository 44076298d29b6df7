"""pool_server.py RECORDING...: the test xapi with the page, driven by lines of JSON on standard input: [METHOD,
ARGUMENTS...] of Driver, each answered by a line. The first line out is the page's address. Ends with its input."""

import fcntl
import json
import os
import shutil
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "xapi")]
from pool import Pool, recorded
from wire import XapiError

KNOWN = "invalid format value 'svg'; expected json or text"  # what a plugin says that draws no picture
MISSING = XapiError("XENAPI_MISSING_PLUGIN", "pci-passthrough")
OLD = {"version": {"schema": 1, "name": "pci-passthrough", "version": "0.0.9"}}


class PageServer(Pool):
    """Calls to the plugin may be held, or answered in its stead."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.delay = {}

    def run_plugin(self, host, session, plugin, function, arguments):
        if function in self.delay:
            time.sleep(self.delay[function])
        return super().run_plugin(host, session, plugin, function, arguments)


class Driver:
    def __init__(self, pool):
        self.pool, self.first = pool, list(pool.hosts)
        self.boot_files = {path: path.read_bytes() for path in (host.boot_file() for host in pool.hosts.values())}
        self.records = json.dumps(pool.records)

    def begin_anew(self):
        for path, content in self.boot_files.items():
            path.write_bytes(content)
        for host in self.pool.hosts.values():
            shutil.rmtree(host.path("/var/lib/pci-passthrough"), ignore_errors=True)
        self.pool.records = json.loads(self.records)
        self.pool.answers, self.pool.delay, self.pool.plugin_calls = {}, {}, []
        self.pool.interfere = lambda method, parameters: None
        self.pool.sessions.clear()
        self.pool.tcp.calls.clear()
        self.pool.tcp.forwards, self.pool.tcp.has_json = False, True

    def vm(self, name, fields=None):
        one = self.pool.add("VM", name_label=name, **fields or {})
        return self.pool.records["VM"][one]["uuid"]

    def vm_on(self, name, host, power_state="Running", pci=None):
        return self.vm(name, {"affinity": self.first[host], "resident_on": self.first[host], "power_state": power_state,
                              "other_config": {"pci": pci} if pci else {}})

    def host(self, number):
        record = self.pool.records["host"][self.first[number]]
        return {"uuid": record["uuid"], "ref": self.first[number], "name": record["name_label"]}

    def rename_host(self, number, name):
        self.pool.records["host"][self.first[number]]["name_label"] = name

    def offline(self, number):
        metrics = self.pool.records["host"][self.first[number]]["metrics"]
        self.pool.records["host_metrics"][metrics]["live"] = False

    def without_plugin(self, number):
        def missing(*_):
            raise MISSING
        self.pool.answers[self.first[number]] = missing

    def old_plugin(self, number):
        """One that draws no picture and knows no `undo`."""
        one = self.first[number]

        def answer(function, arguments):
            if arguments.get("format") == "svg":
                raise XapiError("PCI_PASSTHROUGH_INVALID_ARGUMENT", KNOWN)
            if function in OLD:
                return json.dumps(OLD[function])
            return self.own(one, function, arguments)
        self.pool.answers[one] = answer

    def answer(self, number, function, text):
        """`text` in the plugin's stead; all else is its own."""
        one, known = self.first[number], self.pool.answers.get(self.first[number])

        def answer(asked, arguments):
            if asked + ":" + arguments.get("format", "json") == function:
                return text
            if known:
                return known(asked, arguments)
            return self.own(one, asked, arguments)
        self.pool.answers[one] = answer

    def lock(self, number, yes):
        """As another change that is under way holds it."""
        if not yes:
            return os.close(self.locked)
        self.locked = os.open(self.pool.hosts[self.first[number]].path("/var/lib/pci-passthrough"), os.O_RDONLY)
        fcntl.flock(self.locked, fcntl.LOCK_EX)

    def hostile(self, number, names):
        """The devices' names, drivers and uses are these."""
        one = self.first[number]

        def answer(asked, arguments):
            text = self.own(one, asked, arguments)
            if asked != "list" or arguments.get("format") == "svg":
                return text
            reply = json.loads(text)
            for i, device in enumerate(reply["devices"]):
                name = names[i % len(names)]
                device.update(device=name, vendor=name, driver=name)
                device["used_by"] = [{"kind": "sr", "name": name, "critical": True}]
                device["vms"] = [{"uuid": "x", "name": name, "power_state": "Halted"}]
            return json.dumps(reply)
        self.pool.answers[one] = answer

    def many(self, number, count):
        """The list holds so many functions, one after the other from bus 0 on."""
        one = self.first[number]

        def answer(asked, arguments):
            text = self.own(one, asked, arguments)
            if asked != "list" or arguments.get("format") == "svg":
                return text
            reply = json.loads(text)
            like = reply["devices"][-1]
            reply["devices"] = [{**like, "address": f"0000:{i >> 8:02x}:{i >> 3 & 31:02x}.{i & 7}", "isolation_group": None}
                                for i in range(0x8000 - count, 0x8000)]
            return json.dumps(reply)
        self.pool.answers[one] = answer

    def own(self, one, function, arguments):
        session = self.pool.begin("pool-admin", True)
        try:
            return self.pool.run_plugin(self.pool.hosts[one], session, "pci-passthrough", function, arguments)
        finally:
            self.pool.sessions.pop(session, None)

    def delay(self, function, seconds):
        self.pool.delay[function] = seconds

    def fail(self, method, *description):
        """Any call of that method, from now on; without a description, no longer."""
        def interfere(called, parameters):
            if called == method and description:
                raise XapiError(*description)
        self.pool.interfere = interfere

    def end_sessions(self):
        self.pool.sessions.clear()

    def session(self, role="pool-admin"):
        return self.pool.begin(role)

    def sessions(self):
        return len(self.pool.sessions)

    def plugin_calls(self):
        return [[function, arguments] for _, function, arguments in self.pool.plugin_calls]

    def http_calls(self):
        return self.pool.tcp.calls

    def members_errors(self, yes):
        self.pool.tcp.forwards = yes

    def no_json(self, yes):
        self.pool.tcp.has_json = not yes

    def pci_of(self, uuid):
        return next(vm["other_config"].get("pci") for vm in self.pool.records["VM"].values() if vm["uuid"] == uuid)

    def boot_file(self, number):
        return list(self.boot_files)[number].read_text()


def main(*names):
    hosts = [recorded(name) for name in names]
    try:
        with PageServer(hosts) as pool:
            driver = Driver(pool)
            print(json.dumps(pool.serve_page()), flush=True)
            for line in sys.stdin:
                method, *arguments = json.loads(line)
                print(json.dumps(getattr(driver, method)(*arguments)), flush=True)
    finally:
        for host in hosts:
            host.__exit__()


main(*sys.argv[1:])
