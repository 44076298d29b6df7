"""A pool of recorded hosts: xapi's records, sessions and roles, and the built plugin behind
host.call_plugin, run as xapi runs it (wrapper/README.md, "What xapi makes of a reply"). It does no
more than what a client or the plugin can see of a real one."""

import contextlib
import copy
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from host import Host, SOURCE, method_call
from listener import OnSocket, OnTcp
from records import CLASSES, NULL, first_records
from wire import XapiError

POOL_ADMIN = {"pool-admin"}
VM_OPERATOR = {"pool-admin", "pool-operator", "vm-power-admin", "vm-admin", "vm-operator"}
ROLES = {  # the methods that are not everybody's
    "host.call_plugin": POOL_ADMIN,
    "VM.call_host_plugin": VM_OPERATOR,
    "VM.add_to_other_config": VM_OPERATOR - {"vm-operator"},
    "VM.remove_from_other_config": VM_OPERATOR - {"vm-operator"},
    "VM.set_affinity": VM_OPERATOR - {"vm-operator"},
    "VM.set_memory_dynamic_range": VM_OPERATOR - {"vm-operator"},
    "VM.add_to_blocked_operations": VM_OPERATOR - {"vm-operator"},
    "VM.remove_from_blocked_operations": VM_OPERATOR - {"vm-operator"},
    "VM.add_to_other_config/key:pci": POOL_ADMIN,
    "VM.remove_from_other_config/key:pci": POOL_ADMIN,
}


def ref():
    return f"OpaqueRef:{uuid.uuid4()}"


def is_where(expression, record):
    """xapi's own language, as far as: (field "SR"="...") or (field "SR"="..."); one term needs no parentheses."""
    terms = [re.fullmatch(r'\(?field "(\w+)"="([^"]*)"\)?', term) for term in expression.split(" or ")]
    if not all(terms):
        raise XapiError("INTERNAL_ERROR", f"Parse error: {expression}")

    def text(value):
        return str(value).lower() if isinstance(value, bool) else value
    return any(text(record[name]) == value for name, value in (term.groups() for term in terms))


class Session:
    def __init__(self, role, superuser=False):
        self.role, self.superuser = role, superuser

    def permissions(self):
        return sorted(name for name, roles in ROLES.items() if self.role in roles)


def recorded(name):
    return Host(SOURCE / f"tests/hosts/{name}.host")


class Pool:
    """with Pool([recorded("xcp-ng-8.3"), ...]) as pool: the first is the coordinator. The hosts are
    the caller's, who removes them."""

    users = {"admin": ("secret", "pool-admin"), "operator": ("secret", "vm-operator")}

    def __init__(self, hosts, xapi_build="25.33.1", has_json=True, socket="var/lib/xcp/xapi", port=0):
        self.has_json, self.socket, self.xapi_build, self.port = has_json, socket, xapi_build, port
        self.hosts = {ref(): host for host in hosts}
        self.coordinator = next(iter(self.hosts))
        self.sessions, self.servers = {}, []
        self.writing = threading.Lock()
        self.interfere = lambda method, parameters: None  # a test's, before a call is carried out
        self.answers = {}  # host's ref: what answers there instead of the plugin, (fn, args) -> text
        self.plugin_calls = []  # (host's ref, fn, args)
        self.records = first_records(self)

    def __enter__(self):
        for host_ref, host in self.hosts.items():
            role = "master" if host_ref == self.coordinator else "slave:192.0.2.1"
            host.path("/etc/xensource/pool.conf").write_text(role)
            self.servers.append(OnSocket(host.root / self.socket).serve(
                self.dispatch, True, self.has_json, forwards=role != "master"))
        self.tcp = OnTcp(self.port).serve(self.dispatch, False, self.has_json)
        self.servers.append(self.tcp)
        self.url = "http://127.0.0.1:%d" % self.tcp.server_address[1]
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.end()
        for host in self.hosts.values():
            (host.root / self.socket).unlink(missing_ok=True)

    def serve_page(self):
        """wrapper/page, where the package puts it on the coordinator."""
        www = self.hosts[self.coordinator].path("/opt/xensource/www")
        www.mkdir(parents=True, exist_ok=True)
        if not (www / "pci-passthrough").exists():
            (www / "pci-passthrough").symlink_to(SOURCE / "wrapper/page")
        self.tcp.www = www
        return f"{self.url}/pci-passthrough"

    def socket_of(self, host_ref):
        return self.servers[list(self.hosts).index(host_ref)]

    def add(self, name, /, **fields):
        one = ref()
        self.records[name][one] = {**copy.deepcopy(CLASSES[name]), "uuid": str(uuid.uuid4()), **fields}
        return one

    def begin(self, role, superuser=False):
        one = ref()
        self.sessions[one] = Session(role, superuser)
        return one

    # What clients call: METHOD with "_" for "."; `session` has been found to be there.

    def dispatch(self, method, parameters, local):
        self.interfere(method, parameters)
        if method == "session.login_with_password":
            return self.login(local, *parameters)
        if method == "system.listMethods":
            return sorted({*self.methods(), "session.login_with_password", method})
        if not parameters or parameters[0] not in self.sessions:
            raise XapiError("SESSION_INVALID", *parameters[:1])
        session = self.sessions[parameters[0]]
        own = getattr(self, method.replace(".", "_", 1), None)
        self.require(session, method)
        if own and "." in method:
            return own(parameters[0], *parameters[1:])
        return self.of_record(method, *parameters[1:])

    def methods(self):
        own = [name.replace("_", ".", 1) for name in dir(self) if name.startswith(
            ("session_", "VM_", "host_", "event_"))]
        return own + [f"{name}.{verb}" for name in CLASSES for verb in (
            "get_all", "get_all_records", "get_all_records_where", "get_record", "get_by_uuid",
            *(f"get_{field}" for field in CLASSES[name]))]

    @staticmethod
    def require(session, permission):
        if not session.superuser and session.role not in ROLES.get(permission, {session.role}):
            raise XapiError("RBAC_PERMISSION_DENIED", permission, "No permission in user session")

    def login(self, local, user, password, *_):
        known, role = self.users.get(user, (None, None))
        if local and user == "root":
            return self.begin("pool-admin", superuser=True)
        if known is None or known != password:
            raise XapiError("SESSION_AUTHENTICATION_FAILED", user, "Authentication failure")
        return self.begin(role)

    def of_record(self, method, *parameters):
        name, _, verb = method.partition(".")
        records = self.records.get(name)
        if records is None:
            raise XapiError("MESSAGE_METHOD_UNKNOWN", method)
        if verb == "get_all_records":
            return records
        if verb == "get_all_records_where":
            return {one: record for one, record in records.items()
                    if is_where(parameters[0], record)}
        if verb == "get_all":
            return list(records)
        if verb == "get_by_uuid":
            for one, record in records.items():
                if record["uuid"] == parameters[0]:
                    return one
            raise XapiError("UUID_INVALID", name, parameters[0])
        if not verb.startswith("get_") or (verb != "get_record" and verb[4:] not in CLASSES[name]):
            raise XapiError("MESSAGE_METHOD_UNKNOWN", method)
        if parameters[0] not in records:
            raise XapiError("HANDLE_INVALID", name, parameters[0])
        record = records[parameters[0]]
        return record if verb == "get_record" else record[verb[4:]]

    def session_logout(self, session):
        del self.sessions[session]
        return ""

    def session_get_is_local_superuser(self, _, one):
        return self.sessions[one].superuser

    def session_get_rbac_permissions(self, _, one):
        return self.sessions[one].permissions()

    def event_from(self, *_):
        time.sleep(0.05)
        return {"events": [], "valid_ref_counts": {}, "token": "1"}

    def VM_add_to_other_config(self, session, vm, key, value):
        if key == "pci":
            self.require(self.sessions[session], "VM.add_to_other_config/key:pci")
        record = self.of_record("VM.get_record", vm)
        with self.writing:
            if key in record["other_config"]:
                raise XapiError("MAP_DUPLICATE_KEY", "VM", "other_config", vm, key)
            record["other_config"] = {**record["other_config"], key: value}
        return ""

    def VM_remove_from_other_config(self, session, vm, key):
        if key == "pci":
            self.require(self.sessions[session], "VM.remove_from_other_config/key:pci")
        record = self.of_record("VM.get_record", vm)
        with self.writing:
            record["other_config"] = {k: v for k, v in record["other_config"].items() if k != key}
        return ""

    def VM_add_to_blocked_operations(self, _, vm, operation, reason):
        record = self.of_record("VM.get_record", vm)
        if operation in record["blocked_operations"]:
            raise XapiError("MAP_DUPLICATE_KEY", "VM", "blocked_operations", vm, operation)
        record["blocked_operations"] = {**record["blocked_operations"], operation: reason}
        return ""

    def VM_remove_from_blocked_operations(self, _, vm, operation):
        record = self.of_record("VM.get_record", vm)
        record["blocked_operations"] = {
            k: v for k, v in record["blocked_operations"].items() if k != operation}
        return ""

    def VM_set_affinity(self, _, vm, host):
        if host != NULL:
            self.of_record("host.get_record", host)
        self.of_record("VM.get_record", vm)["affinity"] = host
        return ""

    def VM_set_memory_dynamic_range(self, _, vm, least, most):
        record = self.of_record("VM.get_record", vm)
        least, most = int(least), int(most)
        if not least <= most:
            raise XapiError("MEMORY_CONSTRAINT_VIOLATION", "min > max")
        record["memory_dynamic_min"], record["memory_dynamic_max"] = least, most
        return ""

    def host_call_plugin(self, session, host_ref, plugin, function, arguments):
        metrics = self.of_record("host.get_record", host_ref)["metrics"]
        if host_ref != self.coordinator and not self.records["host_metrics"][metrics]["live"]:
            raise XapiError("HOST_OFFLINE", host_ref)
        self.plugin_calls.append((host_ref, function, arguments))
        if host_ref in self.answers:
            return self.answers[host_ref](function, arguments)
        with self.session_for(host_ref, session) as handed:
            return self.run_plugin(self.hosts[host_ref], handed, plugin, function, arguments)

    message_is_written = True

    def message_create(self, _, name, priority, cls, obj_uuid, body):
        assert re.fullmatch("[1-5]", priority), priority
        if not self.message_is_written:
            return NULL
        return self.add("message", name=name, priority=priority, cls=cls, obj_uuid=obj_uuid, body=body)

    def message_destroy(self, _, one):
        if one not in self.records["message"]:
            raise XapiError("HANDLE_INVALID", "message", one)
        del self.records["message"][one]
        return ""

    def VM_call_host_plugin(self, session, vm, plugin, function, arguments):
        record = self.of_record("VM.get_record", vm)
        if record["power_state"] != "Running":
            raise XapiError("VM_BAD_POWER_STATE", vm, "Running", record["power_state"].lower())
        task = ref()
        record["current_operations"][task] = "call_plugin"
        try:
            return self.host_call_plugin(session, record["resident_on"], plugin, function, arguments)
        finally:
            del record["current_operations"][task]

    @contextlib.contextmanager
    def session_for(self, host_ref, session):
        """The caller's own on the coordinator; on a member a new one of xapi's, a superuser's."""
        if host_ref == self.coordinator:
            yield session
            return
        forwarding = self.begin("pool-admin", superuser=True)
        try:
            yield forwarding
        finally:
            assert forwarding in self.sessions, "the plugin logged xapi's own session out"
            del self.sessions[forwarding]

    def run_plugin(self, host, session, plugin, function, arguments):
        if plugin != "pci-passthrough":
            raise XapiError("XENAPI_MISSING_PLUGIN", plugin)
        with open("/dev/null", "wb") as unreadable, tempfile.TemporaryFile() as out, \
                tempfile.TemporaryFile() as err:
            status = subprocess.run(
                ["/etc/xapi.d/plugins/pci-passthrough", method_call(function, arguments, session)],
                executable=host.program, cwd="/", env=host.environment(), stdin=unreadable,
                stdout=out, stderr=err, start_new_session=True, restore_signals=False).returncode
            out.seek(0)
            err.seek(0)
            output, errors = out.read().decode(), err.read().decode()
        if status < 0:
            raise XapiError("XENAPI_PLUGIN_FAILURE", f"signal: {-status}", output, errors)
        if status != 0:
            raise XapiError("XENAPI_PLUGIN_FAILURE", "non-zero exit", output, errors)
        ((reply,), _) = xmlrpc.client.loads(output)
        if reply["Status"] == "Failure":
            raise XapiError(*reply["ErrorDescription"])
        return reply["Value"]
