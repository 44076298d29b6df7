"""What the tests on a test xapi stand on: a pool of recorded hosts, and a client of it."""

import functools
import json
import shutil
import unittest
import xmlrpc.client

from pool import Pool, recorded
from host import STATE  # pool knows where it lies
from wire import XapiError

NAMES = ["xcp-ng-8.3", "xenserver-9", "xcp-ng-8.2-bios"]
NOT_PERMITTED = "PCI_PASSTHROUGH_NOT_PERMITTED"
UNAVAILABLE = "PCI_PASSTHROUGH_XAPI_UNAVAILABLE"


class Client:
    def __init__(self, pool, user="admin"):
        self.server = xmlrpc.client.ServerProxy(pool.url, allow_none=True)
        self.session = self.ask_bare("session.login_with_password", user, "secret")

    def ask_bare(self, method, *parameters):
        reply = getattr(self.server, method)(*parameters)
        if reply["Status"] == "Failure":
            raise XapiError(*reply["ErrorDescription"])
        return reply["Value"]

    def ask(self, method, *parameters):
        return self.ask_bare(method, self.session, *parameters)

    def plugin(self, host, function, arguments=None):
        return json.loads(self.ask("host.call_plugin", host, "pci-passthrough", function, arguments or {}))


@functools.cache
def unpacked(name):
    """Once a module, for to delete a root takes longer than most tests."""
    host = recorded(name)
    unittest.addModuleCleanup(host.__exit__)
    return host


class WithPool(unittest.TestCase):
    """The hosts' boot files and our state on them begin anew with each test."""

    names = NAMES

    @classmethod
    def setUpClass(cls):
        cls.hosts = [unpacked(name) for name in cls.names]
        cls.boot_files = {path: path.read_bytes() for path in (host.boot_file() for host in cls.hosts)}

    def start(self, **more):
        self.addCleanup(self.begin_anew)
        return self.enterContext(Pool(self.hosts, **more))

    def begin_anew(self):
        for path, content in self.boot_files.items():
            path.write_bytes(content)
        for host in self.hosts:
            shutil.rmtree(host.path(STATE), ignore_errors=True)

    def client(self, pool, user="admin"):
        client = Client(pool, user)
        self.addCleanup(client.server("close"))
        return client

    def assert_refused(self, code, why, call, *parameters):
        with self.assertRaises(XapiError) as caught:
            call(*parameters)
        self.assertEqual(caught.exception.description[0], code, caught.exception)
        self.assertIn(why, " ".join(caught.exception.description))
