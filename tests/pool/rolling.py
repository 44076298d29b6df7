"""The test xapi of a pool that is rolled: hosts that are disabled, evacuated and rebooted, and then have
booted from what stands in their boot files; HA, WLB, tasks; VMs that cannot leave. It does no more than
what a client can see of a real one."""

import contextlib
import functools
import os
import re
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "xapi")]
from listener import HangUp, Handler, Serving
from namespaces import listen
from pool import Pool, ref
from records import CLASSES, NULL
from wire import XapiError
import socketserver

HIDE = re.compile(r" ?\b(?:xen-)?pciback\.hide=(\S*)")
ADDRESS = re.compile(r"\(([^()]*)\)")
CLASSES["task"] = {"uuid": "", "name_label": "", "status": "pending", "error_info": [], "result": "",
                   "progress": 0.0, "created": "19700101T00:00:00Z"}
CLASSES["pool"].update(wlb_enabled=False, wlb_url="", ha_configuration={}, ha_statefiles=[],
                       ha_host_failures_to_tolerate=0, ha_allow_overcommit=False, ha_plan_exists_for=0,
                       current_operations={})
CLASSES["host"].update(current_operations={})
CLASSES["VM"].update(memory_static_max=4294967296)
EVENTS = ("pool", "host", "host_metrics", "task", "PBD", "PIF", "VM", "SR")
LAST_WITHOUT_AUTO_ENABLE = (25, 30)


class InNamespace(Serving, socketserver.ThreadingMixIn, socketserver.TCPServer):
    def __init__(self, name, address, port):
        super().__init__((address, port), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listen(name, address, port)


class RollingPool(Pool):
    """`addresses`: of each host, in the order of `hosts`. What a test sets, by host's ref or for all:"""

    users = {"root": ("it's a {{ secret }}", "pool-admin")}
    stays_live, boot_takes, comes_back = 0.3, 0.3, 0  # seconds: after host.reboot; off; until its PBDs are there
    has_v2 = True

    def __init__(self, hosts, addresses, **more):
        self.addresses = addresses
        self.begun = []  # sessions
        self.rebooting = []  # threads
        super().__init__(hosts, **more)
        self.before = lambda method, parameters: None  # may raise HangUp: the call is lost
        self.after = lambda method, parameters: None  # the call is carried out, its answer lost
        self.asked = []  # (method, parameters without the session), by clients over the network
        self.boots = {}  # host's ref: what else happens to it at a boot, or None: it never comes back
        self.disabled_for_good = set()
        self.drivers = {}
        begun = time.time() - 3600
        for one, host in self.hosts.items():
            record = self.records["host"][one]
            record["other_config"] = {"agent_start_time": f"{begun:.0f}."}
            record["address"] = self.address(one)
            self.drivers[one] = drivers_of(host)

    def address(self, host):
        return self.addresses[list(self.hosts).index(host)]

    def begin(self, role, superuser=False):
        one = super().begin(role, superuser)
        self.begun.append(one)
        return one

    @property
    def record(self):
        return next(iter(self.records["pool"].values()))

    def __enter__(self):
        super().__enter__()
        self.listening = {}
        for one in self.hosts:
            self.open(one)
        self.url = f"http://{self.address(self.coordinator)}:8080"
        return self

    def __exit__(self, *more):
        for one in list(self.listening):
            self.close(one)
        super().__exit__(*more)

    def open(self, host):
        server = InNamespace(self.hosts[host].name, self.address(host), 8080)
        server.has_v2 = self.has_v2
        self.listening[host] = server.serve(functools.partial(self.dispatch_at, host), False, self.has_json)

    def close(self, host):
        if host in self.listening:
            self.listening.pop(host).end()

    def dispatch_at(self, host, method, parameters, local):
        if host != self.coordinator:
            raise XapiError("HOST_IS_SLAVE", self.address(self.coordinator))
        bare = parameters[1:] if not method.startswith("session.login") else [parameters[0]]
        self.before(method, bare)
        self.asked.append((method, bare))
        answer = self.dispatch(method, parameters, local)
        self.after(method, bare)
        return answer

    def dispatch(self, method, parameters, local):
        if not method.startswith("Async."):
            return super().dispatch(method, parameters, local)
        if not parameters or parameters[0] not in self.sessions:
            raise XapiError("SESSION_INVALID", *parameters[:1])
        task = self.add("task", name_label=method)
        record = self.records["task"][task]

        def run():
            try:
                super(RollingPool, self).dispatch(method.removeprefix("Async."), parameters, local)
                record["status"] = "success"
            except XapiError as error:
                record.update(status="failure", error_info=error.description)
        threading.Thread(target=run, daemon=True).start()
        return task

    def task_destroy(self, _, task):
        del self.records["task"][task]
        return ""

    def event_from(self, session, classes, token, timeout):
        if "session" in classes or not isinstance(timeout, float):
            return super().event_from()
        found = [{"id": "1", "timestamp": "0.", "class": name.lower(), "operation": "add", "ref": one,
                  "snapshot": record} for name in EVENTS if name.lower() in classes
                 for one, record in list(self.records[name].items())]
        return {"events": found, "valid_ref_counts": {}, "token": "1"}

    # The pool

    def pool_add_to_other_config(self, _, pool, key, value):
        with self.writing:
            if key in self.record["other_config"]:
                raise XapiError("MAP_DUPLICATE_KEY", "pool", "other_config", pool, key)
            self.record["other_config"] = {**self.record["other_config"], key: value}
        return ""

    def pool_remove_from_other_config(self, _, pool, key):
        with self.writing:
            self.record["other_config"] = {k: v for k, v in self.record["other_config"].items() if k != key}
        return ""

    def pool_set_wlb_enabled(self, _, pool, value):
        self.record["wlb_enabled"] = value
        return ""

    def turn_ha_on(self, srs, failures=1, **configuration):
        self.pool_enable_ha(None, srs, configuration)
        self.record["ha_host_failures_to_tolerate"] = failures

    def pool_enable_ha(self, _, srs, configuration):
        if self.record["ha_enabled"]:
            raise XapiError("HA_IS_ENABLED")
        if not all(metrics["live"] for metrics in self.records["host_metrics"].values()):
            raise XapiError("HA_HOST_CANNOT_SEE_PEERS", "a host")
        statefiles = [self.add("VDI", name_label="Statefile for HA", SR=sr) for sr in srs]
        self.record.update(ha_enabled=True, ha_configuration=configuration, ha_statefiles=statefiles,
                           ha_host_failures_to_tolerate=0)
        return ""

    def pool_disable_ha(self, _):
        if not self.record["ha_enabled"]:
            raise XapiError("HA_NOT_ENABLED")
        for one in self.record["ha_statefiles"]:
            del self.records["VDI"][one]
        self.record.update(ha_enabled=False, ha_statefiles=[], ha_configuration={})
        return ""

    def pool_set_ha_host_failures_to_tolerate(self, _, pool, count):
        self.record["ha_host_failures_to_tolerate"] = int(count)
        return ""

    # A host

    def enables_itself(self):
        return tuple(map(int, self.xapi_build.split(".")[:2])) <= LAST_WITHOUT_AUTO_ENABLE

    def metrics(self, host):
        return self.records["host_metrics"][self.records["host"][host]["metrics"]]

    def host_disable(self, _, host, *auto_enable):
        if auto_enable and self.enables_itself():
            raise XapiError("MESSAGE_PARAMETER_COUNT_MISMATCH", "host.disable", "2", "3")
        self.of_record("host.get_record", host)["enabled"] = False
        for_good = auto_enable == (False,)
        (self.disabled_for_good.add if for_good else self.disabled_for_good.discard)(host)
        return ""

    def host_enable(self, _, host):
        if not self.metrics(host)["live"]:
            raise XapiError("HOST_OFFLINE", host)
        self.records["host"][host]["enabled"] = True
        self.disabled_for_good.discard(host)
        return ""

    def guests(self, host):
        return {one: record for one, record in self.records["VM"].items()
                if record["resident_on"] == host and not record["is_control_domain"]}

    def elsewhere(self, host):
        return [one for one in self.hosts if one != host and self.records["host"][one]["enabled"]
                and self.metrics(one)["live"]]

    def host_get_vms_which_prevent_evacuation(self, _, host):
        found = {}
        for one, record in self.guests(host).items():
            if record["attached_PCIs"]:
                found[one] = ["VM_HAS_PCI_ATTACHED", one]
            elif not self.elsewhere(host):
                found[one] = ["NO_HOSTS_AVAILABLE"]
        return found

    def host_evacuate(self, session, host, *_):
        if self.record["ha_enabled"]:
            raise XapiError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")
        for one, why in self.host_get_vms_which_prevent_evacuation(session, host).items():
            raise XapiError(*why, *([one] if len(why) == 1 else []))
        for record in self.guests(host).values():
            record["resident_on"] = self.elsewhere(host)[0]
        return ""

    @staticmethod
    def host_get_servertime(*_):
        return time.strftime("%Y%m%dT%H:%M:%SZ", time.gmtime())

    def host_reboot(self, _, host):
        if self.records["host"][host]["enabled"]:
            raise XapiError("HOST_NOT_DISABLED")
        if self.guests(host):
            raise XapiError("HOST_IN_USE", host, "VM", next(iter(self.guests(host))))
        one = threading.Thread(target=self.reboot, args=(host,), daemon=True)
        self.rebooting.append(one)
        one.start()
        return ""

    def settle(self):
        """Waits for the reboots that are under way."""
        for one in self.rebooting:
            one.join()

    def reboot(self, host):
        """Of a thread: it takes as long as a host does, only less."""
        time.sleep(self.stays_live)
        self.metrics(host)["live"] = host == self.coordinator
        mine = [record for name in ("PBD", "PIF") for record in self.records[name].values()
                if record["host"] == host and record["currently_attached"]]
        for record in mine:
            record["currently_attached"] = False
        is_coordinator = host == self.coordinator
        if is_coordinator:
            self.close(host)
            self.sessions.clear()
        time.sleep(self.boot_takes)
        happens = self.boots.get(host, lambda: None)
        if happens is None:
            return
        boot(self.hosts[host], self.drivers[host])
        happens()
        self.records["host"][host]["other_config"]["agent_start_time"] = f"{time.time():.0f}."
        if host not in self.disabled_for_good:
            self.records["host"][host]["enabled"] = True
        self.metrics(host)["live"] = True
        if is_coordinator:
            self.open(host)
        time.sleep(self.comes_back)
        for record in mine:
            record["currently_attached"] = record["other_config"].get("test") != "does not come back"

    # VMs

    def add_vm(self, name, host, **fields):
        return self.add("VM", name_label=name, power_state="Running", resident_on=host, affinity=host, **fields)

    def VM_clean_shutdown(self, _, vm):
        record = self.of_record("VM.get_record", vm)
        if record["power_state"] != "Running":
            raise XapiError("VM_BAD_POWER_STATE", vm, "running", record["power_state"].lower())
        record.update(power_state="Halted", resident_on=NULL)
        return ""

    def VM_start_on(self, _, vm, host, paused, force):
        record = self.of_record("VM.get_record", vm)
        if not self.records["host"][host]["enabled"]:
            raise XapiError("HOST_DISABLED", host)
        if record["power_state"] != "Halted":
            raise XapiError("VM_BAD_POWER_STATE", vm, "halted", record["power_state"].lower())
        record.update(power_state="Running", resident_on=host)
        return ""


def drivers_of(host):
    """Address to the driver that has it, as the recording was made."""
    found = {}
    for device in host.path("/sys/bus/pci/devices").iterdir():
        with contextlib.suppress(OSError):
            found[device.name] = os.readlink(device / "driver")
    return found


def boot(host, drivers):
    """The kernel's command line, and who has which device, become what the boot file says."""
    rules = host.ask("rules")
    (value,) = [entry["value"] for entry in rules["entries"] if entry["next"]]
    line = HIDE.sub("", host.path("/proc/cmdline").read_text().rstrip("\n"))
    host.path("/proc/cmdline").write_text(line + (f" {rules['parameter']}={value}" if value else "") + "\n")
    hidden = ADDRESS.findall(value or "")
    for address, driver in drivers.items():
        bind(host, address, "pciback" if address in hidden else Path(driver).name)


def bind(host, address, driver):
    device = host.path(f"/sys/bus/pci/devices/{address}")
    link, uevent = device / "driver", device / "uevent"
    folder = Path(os.readlink(link)).parent
    link.unlink()
    link.symlink_to(folder / driver)
    uevent.write_text(re.sub("(?m)^DRIVER=.*$", f"DRIVER={driver}", uevent.read_text()))


__all__ = ["RollingPool", "HangUp", "bind", "boot", "ref"]
