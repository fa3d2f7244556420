"""Whether the memory of a run stays where it is when there are more epochs."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Result, last_line, run_python

EPOCHS = (1_000, 20_000)

SCENARIO = """\
name = "xor-memory"
title = "XOR, for so many epochs"

[data]
name = "xor"

[[layers]]
units = 4
activation = "sigmoid"

[[layers]]
units = 1
activation = "sigmoid"

[initial]
rule = "normal"
seed = 42

[training]
loss = "mean_squared_error"
learning_rate = 1.0
epochs = {epochs}
"""

# The process is asked for its own peak: those of its workers are as large as their frameworks are. On Linux
# ``ru_maxrss`` will not do, because it is inherited: a child starts with the peak of the parent that made it,
# and this parent may have imported PyTorch. ``VmHWM`` belongs to the program and starts with it.
PEAK = """\
import pathlib, resource, runpy, sys
try:
    runpy.run_module("parity", run_name="__main__", alter_sys=True)
finally:
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        peak = next(int(l.split()[1]) for l in status.read_text().splitlines() if l.startswith("VmHWM"))
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print("peak kB", peak, file=sys.stderr)
"""


def measure(rounds: int) -> Iterator[Result]:
    """Yield how much more memory the main process needs for twenty times the epochs."""
    peaks = []
    for epochs in EPOCHS:
        peak, why = peak_of(epochs)
        if peak is None:
            yield Result("memory", "20 times the epochs", None, "ratio", 1.1, why)
            return
        peaks.append(peak)
    note = ", ".join(f"{epochs:,} epochs {peak:.0f} MB" for epochs, peak in zip(EPOCHS, peaks, strict=True))
    yield Result("memory", "20 times the epochs", peaks[1] / peaks[0], "ratio", 1.1, note)


def peak_of(epochs: int) -> tuple[float | None, str]:
    """Return the peak memory of the main process of a run in MB, or None and why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "xor-memory.toml"
        file.write_text(SCENARIO.format(epochs=epochs))
        options = ("--against", "torch", "--dtype", "float64", "--out", f"{folder}/out")
        done = run_python("-c", PEAK, "run", str(file), *options)
    found = re.search(r"peak kB (\d+)", done.stderr)
    if done.returncode or not found:
        return None, last_line(re.sub(r"peak kB \d+", "", done.stderr))
    return int(found[1]) / 1024, ""
