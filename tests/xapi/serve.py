#!/usr/bin/env python3
"""serve.py RECORDING COMMAND...: runs the command with `xe` on its PATH, which speaks to the test xapi of
a recorded host, and with these in its environment: HOST (its uuid), ROOT (where it is unpacked). There is a
halted VM `nas`, which belongs to this host."""

import os
import subprocess
import sys
from pathlib import Path

from pool import Pool, recorded
from records import of_inventory


def main(name, *command):
    with recorded(name) as host:
        of_2013 = of_inventory(host, "PRODUCT_VERSION").startswith("6.2")
        way = {"has_json": False, "socket": "var/xapi/xapi"} if of_2013 else {}
        with Pool([host], **way) as pool:
            pool.add("VM", name_label="nas", affinity=pool.coordinator, other_config={"mac_seed": "a seed"})
            environment = {**os.environ, "XE_SERVER": pool.url, "XE_USER": "admin", "XE_PASSWORD": "secret",
                           "HOST": of_inventory(host, "INSTALLATION_UUID"), "ROOT": str(host.root),
                           "PATH": f"{Path(__file__).resolve().parent}:{os.environ['PATH']}"}
            return subprocess.run(command, env=environment).returncode


sys.exit(main(*sys.argv[1:]))
