#!/usr/bin/env python3
"""old_kernel.py VERSION PROGRAM...: runs a program as Linux VERSION would let it: a seccomp filter
answers ENOSYS to every system call that came later, and EINVAL to fstatat(AT_EMPTY_PATH) before
2.6.39. Needs no privilege. 2.6.32 stands for a 32-bit dom0: only i386 calls are filtered then, so
that a shell of this machine may still be a child; for a later one, only x86_64 calls."""

import ctypes
import errno
import os
import re
import struct
import sys

SINCE = {
    "2.6.33": "recvmmsg",
    "2.6.36": "prlimit64 fanotify_init fanotify_mark",
    "2.6.39": "name_to_handle_at open_by_handle_at clock_adjtime syncfs",
    "3.0": "sendmmsg setns",
    "3.2": "process_vm_readv process_vm_writev",
    "3.5": "kcmp",
    "3.8": "finit_module",
    "3.14": "sched_setattr sched_getattr",
    "3.15": "renameat2",
    "3.17": "seccomp getrandom memfd_create",
    "3.18": "bpf",
    "3.19": "execveat",
    "4.2": "userfaultfd",
    "4.3": "membarrier",
    "4.4": "mlock2",
    "4.5": "copy_file_range",
    "4.6": "preadv2 pwritev2",
    "4.9": "pkey_mprotect pkey_alloc pkey_free",
    "4.11": "statx",
    "4.18": "rseq io_pgetevents",
}
SOCKETS_OF_I386_SINCE_4_3 = """socket socketpair bind connect listen accept4 getsockopt setsockopt
    getsockname getpeername sendto sendmsg recvfrom recvmsg shutdown"""
FIRST_COMMON_NUMBER = 403  # from 5.0 on a call has the same number everywhere: all are too new here

ARCHITECTURES = {"i386": (0x40000003, "32"), "x86_64": (0xC000003E, "64")}
HEADER = "/usr/include/x86_64-linux-gnu/asm/unistd_%s.h"
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
AT_EMPTY_PATH = 0x1000


def version(text):
    return tuple(int(part) for part in text.split("."))


def filter_of(target):
    """The BPF program: (code, jump if true, jump if false, operand) each."""
    architecture = "i386" if target < (3,) else "x86_64"
    audit, bits = ARCHITECTURES[architecture]
    with open(HEADER % bits) as header:
        numbers = {name: int(number)
                   for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", header.read())}
    newer = [name for since, names in SINCE.items() if version(since) > target
             for name in names.split()]
    if architecture == "i386":
        newer += SOCKETS_OF_I386_SINCE_4_3.split() + ["arch_prctl"]
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, audit), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, 0),
               (AT_LEAST, 0, 1, FIRST_COMMON_NUMBER), (RETURN, 0, 0, FAIL | errno.ENOSYS)]
    for name in newer:
        if name in numbers:
            program += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, FAIL | errno.ENOSYS)]
    if target < (2, 6, 39):
        program += [(EQUAL, 0, 3, numbers["fstatat64"]), (LOAD, 0, 0, 16 + 8 * 3),
                    (ANY_BIT, 0, 1, AT_EMPTY_PATH), (RETURN, 0, 0, FAIL | errno.EINVAL)]
    return program + [(RETURN, 0, 0, ALLOW)]


def enter(target):
    """From now on this process and its children live on that kernel."""
    code = b"".join(struct.pack("HBBI", *step) for step in filter_of(version(target)))
    steps = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    program = Program(len(code) // 8, ctypes.addressof(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(
            set_seccomp, filter_mode, ctypes.byref(program), 0, 0):
        sys.exit("prctl: " + os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    enter(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
