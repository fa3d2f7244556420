"""How a process died, in words."""

import signal

from parity.subject.limits import Limits


def obituary(code: int | None, limits: Limits) -> tuple[str, str]:
    """Return how a process died, and what to do next.

    Args:
        code: as :attr:`subprocess.Popen.returncode`: negative for a signal, None when it has not died.
        limits: what it was allowed.
    """
    if code is None:
        return "its process no longer answers", "the program has closed a file that is not its own"
    if code >= 0:
        return f"its process ended with exit code {code}", "does the program call os._exit()?"
    number = -code
    if number == getattr(signal, "SIGXCPU", 0):
        return f"it used more than {limits.processor} s of processor time", "is there a loop without end?"
    if number == getattr(signal, "SIGXFSZ", 0):
        size = limits.file_size / 2**20
        return (
            f"it wrote a file larger than {size:.0f} MB",
            "no network needs to write files while it is checked",
        )
    if number == getattr(signal, "SIGKILL", 0):
        return "its process was killed (SIGKILL)", "often that means that the machine ran out of memory"
    if number in (getattr(signal, "SIGSEGV", 0), getattr(signal, "SIGBUS", 0)):
        return (
            f"its process crashed ({signal.Signals(number).name})",
            "code that is not Python did that, or a recursion without end",
        )
    return f"its process was killed ({_name(number)})", ""


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
