"""Network namespaces, one a host, on a bridge in a namespace of the test's own: nothing of them is seen
outside, and all of it ends with the test."""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

INSIDE = "PCI_PASSTHROUGH_TEST_NAMESPACE"
UNSHARE = ["unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
           "--mount-proc"]
PROGRAMS = ("unshare", "ip", "ansible-playbook", "ssh-keygen")
SSHD = "PCI_PASSTHROUGH_TEST_SSHD"  # in the environment: its path
CONTROLLER = "10.9.0.254"


def why_not():
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    found = subprocess.run([Path(__file__).with_name("find-sshd")], capture_output=True, text=True)
    if found.returncode:
        return f"no sshd: {found.stderr.strip()}"
    os.environ[SSHD] = found.stdout.strip()
    tried = subprocess.run([*UNSHARE, "sh", "-c", "mount -t tmpfs none /run && ip link add br0 type bridge"],
                           capture_output=True, text=True)
    return tried.stderr.strip().splitlines()[0] if tried.returncode else None


def enter():
    """Runs this program again in namespaces of its own; there, returns. Where there can be none: exit 77."""
    if INSIDE not in os.environ:
        missing = why_not()
        if missing:
            print(f"skipped: no network namespaces here: {missing}")
            sys.exit(77)
        os.execvpe(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    ip("link set lo up")
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    Path("/run/sshd").mkdir()
    add_user_of_sshd()
    ip("link add hosts type bridge")
    ip(f"addr add {CONTROLLER}/24 dev hosts")
    ip("link set hosts up")


def add_user_of_sshd():
    """The package's script would make it; here it is there for the test alone."""
    users = Path("/etc/passwd").read_text()
    if "\nsshd:" not in users:
        own = Path("/run/passwd")
        own.write_text(users + "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n")
        subprocess.run(["mount", "--bind", own, "/etc/passwd"], check=True)


def ip(words):
    subprocess.run(["ip", *words.split()], check=True)


def add_host(name, address):
    ip(f"netns add {name}")
    ip(f"link add to-{name} type veth peer name eth0 netns {name}")
    ip(f"link set to-{name} master hosts up")
    for words in ("link set lo up", f"addr add {address}/24 dev eth0", "link set eth0 up"):
        ip(f"-n {name} {words}")


def remove_host(name):
    ip(f"link del to-{name}")
    ip(f"netns del {name}")


def cut_link(name):
    ip(f"link set to-{name} down")


def mend_link(name):
    ip(f"link set to-{name} up")


def listen(name, address, port):
    """A listening socket in the host's namespace. Only the thread that makes it has been there."""
    made = []

    def make():
        with open(f"/run/netns/{name}", "rb") as namespace:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(namespace.fileno(), 0x40000000) != 0:  # CLONE_NEWNET
                raise OSError(ctypes.get_errno(), "setns")
        made.append(socket.create_server((address, port), backlog=64))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return made[0]


OLD = """KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1
HostKeyAlgorithms ssh-rsa
PubkeyAcceptedAlgorithms ssh-rsa,rsa-sha2-512
Ciphers aes128-cbc,3des-cbc
MACs hmac-sha1
"""  # as the OpenSSH 4.3 of XenServer 6.2, but that today's sshd announces rsa-sha2-512 whatever it accepts


def libraries_of(sshd):
    top = Path(sshd).parents[2]
    return "" if top == Path("/") else ":".join(str(one) for one in top.glob("**/*-linux-gnu"))


class Ssh:
    """An sshd in a host's namespace, whose shells get `environment`. `keys` holds id and host_key."""

    def __init__(self, name, address, keys, environment, old=False):
        config = keys / f"{name}.conf"
        words = " ".join(f'"{key}={value}"' for key, value in environment.items())
        config.write_text(f"""ListenAddress {address}
HostKey {keys}/host_key
AuthorizedKeysFile {keys}/id.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PidFile none
Subsystem sftp internal-sftp
SetEnv {words}
{OLD if old else ""}""")
        self.log = open(keys / f"{name}.log", "wb")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", name, os.environ[SSHD], "-D", "-e", "-f", config], stderr=self.log,
            stdin=subprocess.DEVNULL, env={**os.environ, "LD_LIBRARY_PATH": libraries_of(os.environ[SSHD])})

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def make_keys(folder):
    for name in ("id", "host_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", folder / name], check=True)


def answers(address, port=22, seconds=10):
    with contextlib.suppress(OSError):
        with socket.create_connection((address, port), timeout=seconds) as one:
            return one.recv(64).startswith(b"SSH-")
    return False
