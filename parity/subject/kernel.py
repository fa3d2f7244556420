"""What Linux itself forbids the process from now on: no way back, for root neither, whatever the code is written in.

Four walls, each put up where the kernel has it (all four since Linux 5.13): a network of its own without any
connection, no capabilities, Landlock (the file system may only be changed below one folder), and a seccomp filter
(no new process, no socket, no signal to others, no limit raised). Elsewhere only :mod:`parity.subject.guard` holds.
"""

import contextlib
import ctypes
import errno
import os
import platform
import struct
import sys
from pathlib import Path

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
CLONE_NEWNET, CLONE_THREAD = 0x40000000, 0x00010000
CAP_DAC_READ_SEARCH = 2
"""The one capability that is kept: root may read what it could read, or imports would fail in another's folder."""

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
EXECUTE, WRITE_FILE, REFER, TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
CHANGES = WRITE_FILE | sum(1 << bit for bit in range(4, 13))
"""Landlock's rights to write, remove and make files of any kind. See landlock(7)."""

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""The machines whose system calls :data:`FORBIDDEN` numbers: what seccomp calls them, and their column."""

FORBIDDEN = {
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "chroot": (161, 51), "pivot_root": (155, 41), "setsid": (112, 157), "setpgid": (109, 154),
    "setrlimit": (160, 164), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104), "reboot": (169, 142),
}  # fmt: skip
"""System calls that fail with "Operation not permitted": their numbers on x86_64 and aarch64."""

CLONE, CLONE3, KILL, TGKILL = (56, 220), (435, 435), (62, 129), (234, 131)
PRLIMIT, FCNTL, IOCTL, SECCOMP = (302, 261), (72, 25), (16, 29), (317, 277)
OWNERS = {FCNTL: (8, 10, 15), IOCTL: (0x8901, 0x8902, 0x5412)}
"""Commands that send signals to others by way of a file (F_SETOWN, F_SETSIG ...), or keys to a terminal (TIOCSTI)."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, ABSENT = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # where struct seccomp_data has them


def wall_in(folder: Path) -> tuple[str, ...]:
    """Forbid the process everything that no network needs, for ever.

    Args:
        folder: the one below which files may be made, changed and removed.

    Returns:
        The walls that stand: ``network``, ``capabilities``, ``landlock``, ``seccomp``.
    """
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    standing = [
        ("network", libc.unshare(CLONE_NEWNET) == 0),
        ("no new privileges", libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0),
        ("landlock", _restrict_files(libc, folder)),
        ("capabilities", _drop_capabilities(libc)),
        ("seccomp", _filter_calls(libc)),
    ]
    return tuple(name for name, stands in standing if stands)


def _restrict_files(libc: ctypes.CDLL, folder: Path) -> bool:
    version = libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    # REFER: renaming from one folder to another, which version 1 always forbids.
    changes = CHANGES | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    handled = struct.pack("=Q", changes | EXECUTE)
    ruleset = libc.syscall(LANDLOCK_CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    if ruleset < 0:
        return False
    _permit(libc, ruleset, folder, changes)
    _permit(libc, ruleset, Path(os.devnull), changes & (WRITE_FILE | TRUNCATE))
    stands: bool = libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return stands


def _permit(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    libc.syscall(LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", rights, descriptor), 0)
    os.close(descriptor)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    for capability in range(64):
        if capability != CAP_DAC_READ_SEARCH:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = struct.pack("=Ii", 0x20080522, 0)  # version 3 of the interface; this thread
    kept = (1 << CAP_DAC_READ_SEARCH) & _permitted()
    return bool(libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)) == 0)


def _permitted() -> int:
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        for line in status:
            if line.startswith("CapPrm:"):
                return int(line.split()[1], 16)
    return 0


def _filter_calls(libc: ctypes.CDLL) -> bool:
    if platform.machine() not in ARCHITECTURES or sys.byteorder != "little" or sys.maxsize < 2**32:
        return False
    architecture, column = ARCHITECTURES[platform.machine()]
    code = b"".join(struct.pack("=HBBI", *step) for step in _program(architecture, column))
    steps = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(steps))
    every_thread = 1
    return bool(libc.syscall(SECCOMP[column], 1, every_thread, program) == 0)


def _program(architecture: int, column: int) -> list[tuple[int, int, int, int]]:
    """Return the filter, in the words of bpf(4): (operation, steps to skip if true, if false, operand)."""
    first = ARGUMENTS
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER),
    ]
    if column == 0:  # the numbers of x32, another set of the same calls
        steps += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, ABSENT)]
    for numbers in FORBIDDEN.values():
        if (number := numbers[column]) is not None:
            steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    # A thread is made by clone with CLONE_THREAD. The C library falls back to clone where clone3 is absent.
    steps += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, ABSENT)]
    steps += _unless(
        CLONE[column], [(LOAD, 0, 0, first), (ANY_BIT, 0, 1, CLONE_THREAD), (RETURN, 0, 0, ALLOW)]
    )
    for number in (KILL[column], TGKILL[column]):
        steps += _unless(number, [(LOAD, 0, 0, first), (EQUAL, 0, 1, os.getpid()), (RETURN, 0, 0, ALLOW)])
    # prlimit64 that only asks has no third argument: both halves of the pointer are 0.
    low, high = first + 16, first + 20
    asks = [(LOAD, 0, 0, low), (EQUAL, 0, 3, 0), (LOAD, 0, 0, high), (EQUAL, 0, 1, 0), (RETURN, 0, 0, ALLOW)]
    steps += _unless(PRLIMIT[column], asks)
    for call, commands in OWNERS.items():
        refused = [step for command in commands for step in ((EQUAL, 0, 1, command), (RETURN, 0, 0, REFUSE))]
        steps += _unless(call[column], [(LOAD, 0, 0, first + 8), *refused, (RETURN, 0, 0, ALLOW)])
    return [*steps, (RETURN, 0, 0, ALLOW)]


def _unless(number: int, exception: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Return the steps that refuse a system call, unless other steps have allowed it."""
    return [(EQUAL, 0, len(exception) + 1, number), *exception, (RETURN, 0, 0, REFUSE)]
