"""What a trial's tests do with a machine of the lab: a xapi that tells of HA, and one boot after the other."""

from lab import Machine, say

DEVICES = ["0000:07:00.0", "0000:07:00.1"]
CONTROLLER = "0000:00:1f.2"
ACCEPT = f"boot-controller-hidden@{CONTROLLER},sr-controller-hidden@{CONTROLLER}"
NO_ROOT = "LAB-NO-ROOT"
POOL = r'''  *'"pool.get_all_records"'*)
    result="{\"OpaqueRef:pool\":{\"uuid\":\"lab\",\"ha_enabled\":false,\"other_config\":{}}}" ;;
'''
LOGIN = r'''  *'"session.login'*|*'"session.slave_local_login'*) result='"OpaqueRef:lab"' ;;
'''


class TrialMachine(Machine):
    def __init__(self, loader, ha="false"):
        super().__init__(loader)
        with self.root() as root:
            xapi = root / "usr/sbin/xapi"
            xapi.write_text(xapi.read_text().replace(
                "  *) result={} ;;", f"{LOGIN}{POOL.replace('false', ha)}  *) result={{}} ;;"))

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
