"""What a trial's tests do with a machine of the lab: a xapi that tells of HA, and one boot after the other."""

import shutil

from lab import SOURCE, Machine, say

DEVICES = ["0000:07:00.0", "0000:07:00.1"]
CONTROLLER = "0000:00:1f.2"
ACCEPT = f"boot-controller-hidden@{CONTROLLER},sr-controller-hidden@{CONTROLLER}"
NO_ROOT = "LAB-NO-ROOT"
POOL = r'''  *'"pool.get_all_records"'*)
    result="{\"OpaqueRef:pool\":{\"uuid\":\"lab\",\"ha_enabled\":false,\"other_config\":{}}}" ;;
'''
LOGIN = r'''  *'"session.login'*|*'"session.slave_local_login'*) result='"OpaqueRef:lab"' ;;
'''


INIT = SOURCE / "packaging/pci-passthrough-trial.init"
ADDRESS = "10.0.0.5"
PLUGGED = "/root/pbd-is-plugged"
# What xapi tells beside it: this host is its own coordinator, and one SR is plugged as the file says.
OF_AUTO = r'''  *'"host.get_all_records"'*)
    . /etc/xensource-inventory
    result="{\"OpaqueRef:lab\":{\"uuid\":\"$INSTALLATION_UUID\",\"name_label\":\"lab\",\"address\":\"ADDRESS\"}}" ;;
  *'"pool.get_all_records"'*)
    result="{\"OpaqueRef:pool\":{\"uuid\":\"lab\",\"master\":\"OpaqueRef:lab\",\"ha_enabled\":false,\"other_config\":{}}}" ;;
  *'"PBD.get_all_records"'*)
    result="{\"OpaqueRef:pbd\":{\"host\":\"OpaqueRef:lab\",\"SR\":\"OpaqueRef:sr\",\"currently_attached\":$(cat PLUGGED),\"device_config\":{\"location\":\"/dev/xapi/cd\"}}}" ;;
  *'"SR.get_all_records"'*)
    result="{\"OpaqueRef:sr\":{\"uuid\":\"sr\",\"name_label\":\"DVD drives\",\"type\":\"udev\",\"shared\":false}}" ;;
'''.replace("ADDRESS", ADDRESS).replace("PLUGGED", PLUGGED)
# As the init of XenServer 6 does it, last of all; the address and xapi's start first.
AT_BOOT = rf"""ip addr add {ADDRESS}/24 dev xenbr0
touch /var/run/xapi_init_complete.cookie
/etc/rc.d/rc3.d/S99pci-passthrough-trial start

# A line is"""


class TrialMachine(Machine):
    def __init__(self, loader, ha="false", auto=False):
        super().__init__(loader)
        if auto:
            self.make_auto()
        with self.root() as root:
            xapi = root / "usr/sbin/xapi"
            xapi.write_text(xapi.read_text().replace(
                "  *) result={} ;;", f"{LOGIN}{POOL.replace('false', ha)}  *) result={{}} ;;"))

    def make_auto(self):
        """With what waits in the boot of a trial that confirms itself, below an init that is no systemd."""
        with self.root() as root:
            shutil.rmtree(root / "usr/lib/systemd")
            for folder in ("init.d", "rc3.d"):
                (root / "etc/rc.d" / folder).mkdir(parents=True)
            shutil.copy(INIT, root / "etc/rc.d/init.d/pci-passthrough-trial")
            (root / "etc/rc.d/init.d/pci-passthrough-trial").chmod(0o755)
            (root / "etc/rc.d/rc3.d/S99pci-passthrough-trial").symlink_to("../init.d/pci-passthrough-trial")
            (root / PLUGGED.lstrip("/")).write_text("true")
            init, xapi = root / "sbin/init", root / "usr/sbin/xapi"
            init.write_text(init.read_text().replace("# A line is", AT_BOOT, 1))
            xapi.write_text(xapi.read_text().replace("case $body in\n", f"case $body in\n{OF_AUTO}", 1))

    def arm(self, devices, *more):
        self.run(f"pci-passthrough hide {','.join(devices)} --trial {' '.join(more)}")
        assert self.stage() == "armed"

    def stage(self):
        return self.ask("rules").get("trial", {"stage": "none"})["stage"]

    def default_text(self):
        """Of the everyday entries alone."""
        return self.text().partition("menuentry 'pci-passthrough trial'")[0].partition("label pci-trial")[0].rstrip()

    def dies(self, what):
        """Powered on, its dom0 finds no root; and it is switched off."""
        self.go_down()
        self.power_on()
        assert self.serial.wait(NO_ROOT, 180), f"dom0 came up, or nothing did: {self.log}"
        say(f"{self.loader}: {what}, no root, switched off")
        self.power_off()
