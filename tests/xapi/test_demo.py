"""install/demo: says where the page is and who may log in, and ends when it is told to."""

import json
import re
import signal
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Demo(unittest.TestCase):
    def test_it_serves_until_it_is_ended(self):
        demo = subprocess.Popen([sys.executable, Path(__file__).with_name("demo.py")], text=True, stdout=subprocess.PIPE)
        self.addCleanup(demo.stdout.close)
        said = ""
        while "Ctrl-C" not in said and (line := demo.stdout.readline()):
            said += line
        page, user, password = re.search(r"(http://127\.0\.0\.1:\d+/pci-passthrough)\s+User (\w+), password (\w+)", said).groups()
        with OPENER.open(page) as reply:
            self.assertIn(b"<title>PCI passthrough</title>", reply.read())
        session = self.ask(page, "session.login_with_password", user, password)
        host = self.ask(page, "host.get_all", session)[0]
        self.assertIn('"devices"', self.ask(page, "host.call_plugin", session, host, "pci-passthrough", "list", {}))
        demo.send_signal(signal.SIGINT)
        self.assertEqual(demo.wait(60), 0)

    def ask(self, page, method, *parameters):
        call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        with OPENER.open(f"{page.removesuffix('/pci-passthrough')}/jsonrpc", call) as reply:
            return json.load(reply)["result"]


if __name__ == "__main__":
    unittest.main()
