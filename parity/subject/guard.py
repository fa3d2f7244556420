"""What Python itself refuses: a hook on the interpreter's audit events, once in, cannot be taken out.

It speaks before the kernel does, in words that a person understands, and it works on every platform. It is no
wall: code that is bent on it gets around a hook in Python. On Linux :mod:`parity.subject.kernel` is the wall.
See https://docs.python.org/3/library/audit_events.html
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST_CHANGES = 100
"""Times that files may be made or changed: each may be large, together they must not fill a disk."""


class Refused(PermissionError):  # noqa: N818 - the program's mistake, not an error of ours
    """The program wanted what no network needs.

    Attributes:
        hint: what to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


PROCESSES = (
    "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.startfile", "os.startfile/2",
    "subprocess.Popen", "pty.spawn", "_winapi.CreateProcess", "webbrowser.open", "sys.remote_exec",
)  # fmt: skip
NETWORK = (
    "socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "urllib.Request", "http.client.connect",
    "ftplib.connect", "smtplib.connect", "poplib.connect", "imaplib.open", "telnetlib.Telnet.open", "syslog.openlog",
)  # fmt: skip
MEMORY = (
    "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.call_function", "ctypes.string_at",
    "ctypes.wstring_at", "ctypes.memoryview_at", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.addressof",
)  # fmt: skip
SETTINGS = (
    "resource.setrlimit", "resource.prlimit", "winreg.SetValue", "winreg.CreateKey", "winreg.DeleteKey",
    "winreg.DeleteValue", "winreg.SaveKey", "winreg.LoadKey",
)  # fmt: skip
LINKS = ("os.link", "os.symlink")

CHANGES = {
    "os.remove": (0, 1), "os.rmdir": (0, 1), "os.mkdir": (0, 2), "os.chmod": (0, 2), "os.chown": (0, 3),
    "os.truncate": (0, 0), "os.utime": (0, 3), "os.setxattr": (0, 0), "os.removexattr": (0, 0),
    "os.chflags": (0, 0), "shutil.rmtree": (0, 1), "shutil.chown": (0, 0),
    "shutil.move": (0, 0), "shutil.unpack_archive": (1, 0), "shutil.make_archive": (0, 0),
    "sqlite3.connect": (0, 0),
}  # fmt: skip
"""Events that change a file: which argument is its path, and which the folder it is relative to (0: none is)."""

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def install(folder: Path) -> None:
    """Refuse, from now on: processes, the network, foreign code, and changes outside a folder."""
    hook = _hook(os.path.realpath(folder))
    sys.addaudithook(hook)


def _hook(folder: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the hook.

    Everything it uses is bound in here: names of modules could be replaced by the program that is guarded.
    """
    answers = _answers()
    place, changes = _placer(folder), dict(CHANGES)
    own, writing, ints, refused, length = os.getpid(), WRITING, int, Refused, len

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments[:3]
            if type(path) is ints:  # closing it again would close what is ours, or the parent's
                raise refused("the program opens a file by its number", NEVER)
            if flags & writing if type(flags) is ints else mode and mode.strip("rbtU"):
                place(path, -1)
        elif event in answers:
            raise refused(*answers[event])
        elif event in changes:
            index, relative = changes[event]
            place(arguments[index], arguments[relative] if 0 < relative < length(arguments) else -1)
        elif event == "os.rename":
            place(arguments[0], arguments[2])
            place(arguments[1], arguments[3])
        elif (event == "os.kill" and arguments[0] != own) or event == "os.killpg":
            raise refused("the program sends a signal to another process", NEVER)

    return hook


NEVER = "no network needs that; take it out, or put it where checking does not come: under if __name__ == '__main__'"


def _answers() -> dict[str, tuple[str, str]]:
    """Return the events that are always refused, and what is said."""
    constants = "give it its values as constants, or ask under if __name__ == '__main__'"
    data = "have the data in the file, or load it under if __name__ == '__main__'"
    answers = dict.fromkeys(PROCESSES, ("the program starts another program", NEVER))
    answers |= dict.fromkeys(NETWORK, ("the program uses the network", data))
    answers |= dict.fromkeys(MEMORY, ("the program calls foreign code (ctypes)", NEVER))
    answers |= dict.fromkeys(SETTINGS, ("the program changes settings of the system", NEVER))
    answers |= dict.fromkeys(LINKS, ("the program makes links between files", NEVER))
    return answers | {"builtins.input": ("the program asks for input()", constants)}


def _placer(folder: str) -> Callable[[Any, Any], None]:
    """Return the function that refuses changes outside a folder, and too many."""
    real, fsdecode, join, getcwd, readlink = (
        os.path.realpath,
        os.fsdecode,
        os.path.join,
        os.getcwd,
        _readlink(),
    )
    inside, nowhere, separator, ints, refused = folder, os.devnull, os.sep, int, Refused
    changes, most = [0], MOST_CHANGES

    def place(path: Any, relative: Any) -> None:
        changes[0] += 1
        if changes[0] > most:
            raise refused(f"the program makes or changes more than {most} files", NEVER)
        if type(path) is ints:
            path = readlink(path)
        base = readlink(relative) if type(relative) is ints and relative >= 0 else getcwd()
        whole = real(join(base, fsdecode(path)))
        if whole not in (inside, nowhere, real(nowhere)) and not whole.startswith(inside + separator):
            raise refused(
                f"the program changes a file outside its folder: {whole}",
                "no network needs to; save results under if __name__ == '__main__'",
            )

    return place


def _readlink() -> Callable[[int], str]:
    """Return the function that finds the path of an open file; where none can, the file counts as outside."""
    readlink = os.readlink if os.path.isdir("/proc/self/fd") else None

    def path(descriptor: int) -> str:
        return readlink(f"/proc/self/fd/{descriptor}") if readlink else f"{os.sep}open file {descriptor}"

    return path
