"""Makes tests/oracle/groups.host anew: Linux without Xen, driving QEMU's IOMMU, and the group of each function as
its kernel tells them."""

import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

from lab import HERE, MIB, SOURCE, image
from host import PROGRAM

RECORDING = SOURCE / "tests/oracle/groups.host"
REMARK = """# Debian 12's Linux 6.1, without Xen, on QEMU's q35 with an Intel IOMMU, and its iommu_group links: every kind of
# bridge, card and root bus function that QEMU has. Recorded by tests/lab/record_groups.py.
"""
DEADLINE = 600
KERNEL_ARGUMENTS = ("intel_iommu=on no_timer_check rdinit=/groups-init "
                    "pci=disable_acs_redir=00:02.1;00:0d.1")  # ACS that is there, and does not redirect

MACHINE = """
pcie-root-port,id=a,addr=2.0,multifunction=on,chassis=1
pcie-root-port,id=b,addr=2.1,chassis=2
pcie-root-port,id=c,addr=2.2,chassis=3
  e1000e,bus=a,addr=0.0,multifunction=on
  e1000e,bus=a,addr=0.1
  e1000e,bus=b
  nvme-subsys,id=subsystem
  nvme,bus=c,subsys=subsystem,serial=1,sriov_max_vfs=2,sriov_vq_flexible=4,sriov_vi_flexible=2,max_ioqpairs=6,msix_qsize=7

pcie-root-port,id=d,addr=3.0,multifunction=on,chassis=4,disable-acs=on
pcie-root-port,id=e,addr=3.1,chassis=5,disable-acs=on
pcie-root-port,id=f,addr=3.2,chassis=6
  e1000e,bus=d
  qemu-xhci,bus=e
  qemu-xhci,bus=f

pcie-root-port,id=g,addr=4,chassis=7
  x3130-upstream,id=g0,bus=g
    xio3130-downstream,id=g1,bus=g0,addr=0.0,multifunction=on,chassis=8
    xio3130-downstream,id=g2,bus=g0,addr=0.1,chassis=9
    xio3130-downstream,id=g3,bus=g0,addr=1,chassis=10
      e1000e,bus=g1
      qemu-xhci,bus=g2
      qemu-xhci,bus=g3,addr=0.0,multifunction=on
      qemu-xhci,bus=g3,addr=0.1

pcie-root-port,id=h,addr=5,chassis=11,disable-acs=on
  x3130-upstream,id=h0,bus=h
    xio3130-downstream,id=h1,bus=h0,addr=0,chassis=12
    xio3130-downstream,id=h2,bus=h0,addr=1,chassis=13
      e1000e,bus=h1
      qemu-xhci,bus=h2

pcie-root-port,id=i,addr=6,chassis=14
  pcie-pci-bridge,id=i0,bus=i
    e1000,bus=i0,addr=1
    e1000,bus=i0,addr=2
    pci-bridge,id=i1,bus=i0,addr=3,chassis_nr=15
      e1000,bus=i1,addr=1

i82801b11-bridge,id=j,addr=7
  e1000,bus=j,addr=1
  pci-bridge,id=j1,bus=j,addr=2,chassis_nr=16
    e1000,bus=j1,addr=1
pci-bridge,id=k,addr=8,chassis_nr=17
  e1000,bus=k,addr=1,multifunction=on
  e1000,bus=k,addr=1.1

e1000,addr=9.0,multifunction=on
e1000,addr=9.1
e1000e,addr=a.0,multifunction=on
e1000e,addr=a.1
qemu-xhci,addr=b.0,multifunction=on
qemu-xhci,addr=b.1
qemu-xhci,addr=c.0,multifunction=on
e1000e,addr=c.1
qemu-xhci,addr=c.2
e1000,addr=d.0,multifunction=on
pcie-root-port,id=l,addr=d.1,chassis=18
  e1000e,bus=l

pxb-pcie,id=m,addr=e,bus_nr=128
  pcie-root-port,id=m0,bus=m,addr=0,chassis=19
    qemu-xhci,bus=m0,addr=0.0,multifunction=on
    qemu-xhci,bus=m0,addr=0.1
"""


def boot(scratch):
    """The tree that the guest hands out."""
    source = image()
    (package,) = (source.parent / "packages").glob("linux-image-[0-9]*.deb")
    tree = scratch / "tree"
    tree.mkdir()
    shutil.copy(HERE / "groups-init", tree)
    contents = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", tree, "--transform", "s|.*/||", "--wildcards", "*/pci-pf-stub.ko"],
                   check=True, input=contents)
    more = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=tree, check=True,
                          input=b"groups-init\npci-pf-stub.ko\n", stdout=subprocess.PIPE).stdout
    (scratch / "initrd").write_bytes(more + (source / "bare.initrd").read_bytes())
    with open(scratch / "tar", "wb") as disk:
        disk.truncate(16 * MIB)
    devices = [word for line in MACHINE.split("\n") if line for word in ("-device", line.strip())]
    console = subprocess.run(
        ["qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-m", "512", "-nodefaults",
         "-display", "none", "-serial", "stdio", "-no-reboot", "-kernel", source / "kernel",
         "-initrd", scratch / "initrd", "-append", f"console=ttyS0 panic=-1 {KERNEL_ARGUMENTS}",
         "-device", "intel-iommu,intremap=off", "-drive", f"file={scratch}/tar,format=raw,if=none,id=tar",
         "-device", "virtio-blk-pci,drive=tar,addr=1", *devices],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=DEADLINE).stdout.decode("utf-8", "replace")
    assert "LAB-DONE" in console, console[-5000:]
    with tarfile.open(scratch / "tar") as tar:
        tar.extractall(scratch / "root")
    return scratch / "root"


def group_links(root):
    links = [device.resolve() / "iommu_group" for device in sorted(root.glob("sys/bus/pci/devices/*"))]
    return "".join(f"=== /{link.relative_to(root)} -> {link.readlink()}\n" for link in links)


def main():
    with tempfile.TemporaryDirectory() as scratch:
        root = boot(pathlib.Path(scratch))
        recording = subprocess.run([PROGRAM, "--root", root, "record"], check=True, text=True,
                                   stdout=subprocess.PIPE, stdin=subprocess.DEVNULL).stdout
        first, rest = recording.split("\n", 1)
        RECORDING.write_text(f"{first}\n{REMARK}{rest}{group_links(root)}")


if __name__ == "__main__":
    main()
