"""The bed of what goes by ssh: an sshd in each host's namespace, and a dom0 to install on."""

import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "install"))
from bed import PLAYBOOKS, OnBed, namespaces
from dom0 import VERSION, Dom0
from wire import XapiError

EXAMPLE = (PLAYBOOKS / "inventory.example.yml").read_text()
LINK = re.search(r"ansible_ssh_common_args: >-\n +(.*)\n", EXAMPLE)[1]
OLD = " ".join(line.strip(" #") for line in re.search(r"#   ansible_ssh_common_args: >-\n((?:  #     .*\n)+)", EXAMPLE)[1].splitlines())


class WithSsh(OnBed):
    def ssh(self, bed, name, environment, old=False):
        server = namespaces.Ssh(name, bed.addresses[bed.names.index(name)], bed.scratch, environment, old)
        self.addCleanup(server.end)
        begun = time.monotonic()
        while not namespaces.answers(bed.addresses[bed.names.index(name)]):
            self.assertLess(time.monotonic() - begun, 60)
            time.sleep(0.05)

    def begin(self, count=3, options=LINK, **more):
        bed = self.bed(count, **more)
        namespaces.make_keys(bed.scratch)
        bed.of_pool.update(ansible_user="root", ansible_ssh_use_tty=False, ansible_ssh_common_args=options + (
            f" -F none -i {bed.scratch}/id -o UserKnownHostsFile={bed.scratch}/known -o StrictHostKeyChecking=no"))
        return bed


class WithDom0s(WithSsh):
    def with_dom0s(self):
        bed = self.begin()
        self.dom0s = {}
        for name in bed.names:
            dom0 = self.dom0s[name] = self.enterContext(Dom0("dash"))
            dom0.is_release("XCP-ng", "8.3.0", "3.4.0")
            dom0.log.write_text("")
            self.ssh(bed, name, {"PATH": f"{dom0.bin}:/usr/bin:/bin", "PCI_PASSTHROUGH_ROOT": dom0.root})
            bed.of_host[name].update(pci_install_options=f"--root '{dom0.root}'", pci_remove_options=f"--root '{dom0.root}'")
        first = self.dom0s["h1"]
        first.offer("xs6.i686", "xs7.x86_64")
        bed.variables["pci_package_directory"] = str(first.packages)
        own = bed.pool.run_plugin

        def run_plugin(host, *more):
            if not self.dom0s[host.name].installed():
                raise XapiError("XENAPI_MISSING_PLUGIN", "pci-passthrough")
            return own(host, *more)
        bed.pool.run_plugin = run_plugin
        return bed

    def installed(self):
        return [dom0.installed() for dom0 in self.dom0s.values()]


__all__ = ["LINK", "OLD", "VERSION", "WithDom0s", "WithSsh"]
