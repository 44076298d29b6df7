"""A pool in namespaces, its inventory, and the playbooks run on it."""

import copy
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "xapi")]
import namespaces
import rolling
from host import PROGRAM, RELEASE, SOURCE, STATE, Host
from rolling import RollingPool

PLAYBOOKS = SOURCE / "install/pool"
PLUGIN = RELEASE if Path(RELEASE).exists() else PROGRAM  # the playbooks are tested here; sanitizers take their time
USB = "00:1a.0"  # of the recording: harmless to hide
NASTY = "nas {{ lookup('pipe', 'touch /run/templated') }} & <'\"> \u00fc"  # a VM's name is no template


class Result:
    def __init__(self, status, text):
        self.status, self.text = status, text

    def tasks(self):
        return len(re.findall(r"^(?:ok|changed|skipping|included|fatal|failed):", self.text, re.M))

    def changed(self):
        """Of all hosts, by the recap."""
        return sum(map(int, re.findall(r"\bchanged=(\d+)", self.text)))


class Bed:
    """with Bed(3) as bed: hosts h1, h2, ...; h1 is the coordinator."""

    def __init__(self, count=3, recording="xcp-ng-8.2-bios", hidden=(USB,), ssh=None, **pool):
        self.names = [f"h{number + 1}" for number in range(count)]
        self.addresses = [f"10.9.0.{number + 1}" for number in range(count)]
        self.recording, self.pool_terms, self.ssh_terms = recording, pool, ssh
        self.variables = {
            "pci_coordinator": self.addresses[0], "pci_xapi_url": "http://{{ pci_coordinator }}:8080",
            "pci_user": "root", "pci_password": RollingPool.users["root"][0], "pci_poll_seconds": 1,
            "pci_vms_that_may_stop": [], "pci_go_on": True,
            "ansible_python_interpreter": sys.executable}
        self.variables["pci_password"] = {"__ansible_unsafe": self.variables["pci_password"]}
        self.of_pool = {"pci_hidden": list(hidden)}
        self.of_host = {name: {"ansible_host": address} for name, address in zip(self.names, self.addresses)}

    def __enter__(self):
        self.scratch = Path(tempfile.mkdtemp(prefix="pool-"))
        self.hosts = [self.make_host(number, name) for number, name in enumerate(self.names)]
        for name, address in zip(self.names, self.addresses):
            namespaces.add_host(name, address)
        self.pool = RollingPool(self.hosts, self.addresses, **self.pool_terms).__enter__()
        self.refs = list(self.pool.hosts)
        for one in self.refs:
            sr = self.pool.add("SR", name_label="local", type="ext")
            self.pool.add("PBD", SR=sr, host=one, device_config={"device": "/dev/sda3"})
        self.running = None
        return self

    def __exit__(self, *_):
        self.pool.__exit__()
        for name in self.names:
            namespaces.remove_host(name)
        for host in self.hosts:
            host.__exit__()
        shutil.rmtree(self.scratch)

    def make_host(self, number, name):
        host = Host(SOURCE / f"tests/hosts/{self.recording}.host", PLUGIN)
        host.name = name
        inventory = host.path("/etc/xensource-inventory")
        text = re.sub("^INSTALLATION_UUID='.{8}", f"INSTALLATION_UUID='{number + 1:08x}", inventory.read_text(), flags=re.M)
        inventory.write_text(text)
        return host

    def host(self, name):
        return self.hosts[self.names.index(name)]

    def ref(self, name):
        return self.refs[self.names.index(name)]

    def inventory(self):
        path = self.scratch / "inventory.json"
        path.write_text(json.dumps({"all": {"vars": self.variables, "children": {
            "pool": {"vars": self.of_pool, "hosts": self.of_host}}}}))
        return path

    def start(self, playbook, *arguments):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.scratch), "LC_ALL": "C.UTF-8", "USER": "tester",
                       "ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg"), "ANSIBLE_LOCALHOST_WARNING": "false",
                       "ANSIBLE_LOCAL_TEMP": str(self.scratch / "local"), "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "true"}
        self.running = subprocess.Popen(
            ["ansible-playbook", "-i", self.inventory(), PLAYBOOKS / playbook, *arguments], env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        return self.running

    def run(self, playbook, *arguments):
        process = self.start(playbook, *arguments)
        text, _ = process.communicate()
        return Result(process.returncode, text)

    def put_all_at_stake(self):
        """HA, workload balancing and auto_poweron on; on h2 a VM with a card, which may stop, and two that move."""
        pool = self.pool
        pool.turn_ha_on([pool.add("SR", name_label="shared", shared=True)], timeout="60")
        pool.record["wlb_enabled"] = True
        pool.record["other_config"] = {"auto_poweron": "true", "folder": "/x"}
        self.nas = pool.add_vm(NASTY, self.ref(self.names[-1] if len(self.names) < 2 else "h2"),
                               attached_PCIs=["OpaqueRef:card"])
        pool.add_vm("web", self.ref("h1"))
        self.variables["pci_vms_that_may_stop"] = [pool.records["VM"][self.nas]["uuid"]]

    def asked(self, method):
        return [parameters for name, parameters in self.pool.asked if name.removeprefix("Async.") == method]

    def begin_count(self):
        self.pool.asked.clear()

    def changing_calls(self):
        return [name for name, parameters in self.pool.asked if is_change(name, parameters)]

    def watch(self, method, look):
        """What `look` saw each time before this method was called."""
        seen = []

        def before(name, _):
            if name == method:
                seen.append(look())
        self.pool.before = before
        return seen

    def kill(self):
        os.killpg(self.running.pid, signal.SIGKILL)

    def state_file(self):
        return self.scratch / "state/roll.json"

    def state(self):
        return json.loads(self.state_file().read_text())

    def standing(self):
        """All that a roll might change: name to what stands there."""
        found = {}
        for name, one, host in zip(self.names, self.refs, self.hosts):
            found[f"{name} boot"] = hash_of(host.path("/boot"))
            found[f"{name} enabled"] = self.pool.records["host"][one]["enabled"]
        for record in self.pool.records["VM"].values():
            found[f"VM {record['name_label']}"] = copy.deepcopy(record)
            if not record["attached_PCIs"] and record["power_state"] == "Running":
                del found[f"VM {record['name_label']}"]["resident_on"]  # it is moved, and not moved back
        pool = copy.deepcopy(self.pool.record)
        pool["ha_statefiles"] = sorted(self.pool.records["VDI"][one]["SR"] for one in pool["ha_statefiles"])
        found.update({f"pool {key}": value for key, value in pool.items()})
        for name in ("PBD", "PIF"):
            for record in self.pool.records[name].values():
                at = self.names[self.refs.index(record["host"])]
                found[f"{name} {at}"] = copy.deepcopy(record)
        return found


def is_change(method, parameters):
    if method == "host.call_plugin":
        function, arguments = parameters[2:4]
        return function in ("hide", "restore") and "dry-run" not in arguments
    return not method.startswith(("session.", "task.", "event.")) and ".get_" not in method


def hash_of(folder):
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".pci-passthrough.bak"):
            made.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()


class OnBed(unittest.TestCase):
    maxDiff = None

    def bed(self, *arguments, **more):
        return self.enterContext(Bed(*arguments, **more))

    def succeeds(self, result):
        self.assertEqual(result.status, 0, result.text[-3000:])
        return result

    def fails(self, result, *words):
        self.assertNotEqual(result.status, 0, result.text[-3000:])
        told = " ".join(result.text.replace("''", "'").split())  # as the callback quotes them
        missing = [one for one in words if one not in told]
        self.assertEqual(missing, [], result.text[-6000:])
        return result

    def assert_no_secret(self, bed, result):
        for secret in (bed.variables["pci_password"]["__ansible_unsafe"], *bed.pool.begun):
            self.assertFalse(secret in result.text, f"{secret} is shown")
        self.assertFalse(Path("/run/templated").exists(), "a VM's name was run")

    def assert_changed(self, before, after, *names):
        """These, and nothing else."""
        self.assertEqual({name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}, set(names))


def main():
    namespaces.enter()
    unittest.main(verbosity=2)


__all__ = ["Bed", "NASTY", "OnBed", "is_change", "PLAYBOOKS", "PLUGIN", "STATE", "USB", "main", "namespaces", "rolling"]
