"""Each framework in a process of its own: a crash, a hang or a missing package stays there.

The tasks that a worker runs hold no state between them but a cache: what training needs to go on travels with
each call as a :class:`Checkpoint`. So a worker may be replaced at any time, and any
``concurrent.futures.Executor`` can take the place of the one used here.
"""

import importlib
import importlib.util
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from attrs import frozen

from parity.frameworks.protocol import Checkpoint, Chunk, Twin
from parity.scenarios.problem import Problem
from scratch.tree import Array

REQUIRES = {"torch": ("torch",), "keras": ("keras", "tensorflow")}
"""The frameworks there are, and the packages each needs."""

ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""Set in a worker before anything is imported: one thread, no GPU, and TensorFlow as quiet as it gets."""

START_LIMIT = 180.0
"""Seconds that starting a process and importing a framework may take."""


@frozen
class Beginning:
    """What a twin has before its first step.

    Attributes:
        checkpoint: its initial weights, read back from the framework.
        effective: the settings that its optimizer really uses.
    """

    checkpoint: Checkpoint
    effective: dict[str, float]


class FrameworkFailure(Exception):
    """A framework could not do what it was asked to.

    Attributes:
        kind: ``missing``, ``crashed`` or ``timed out``.
        message: what happened, in a sentence.
        hint: what to do next.
    """

    def __init__(self, kind: str, message: str, hint: str = "") -> None:
        self.kind, self.message, self.hint = kind, message, hint
        super().__init__(message)


@frozen
class _Raised:
    """An exception on its way between processes; many of a framework's own do not survive pickling."""

    kind: str
    message: str


class Worker:
    """One framework's process: started when first needed, started anew after it died."""

    def __init__(self, framework: str) -> None:
        self.framework = framework
        self.seconds_importing = 0.0
        self._executor: Executor | None = None
        self._log = Path(tempfile.mkstemp(prefix=f"parity-{framework}-", suffix=".log")[1])

    def start(self) -> dict[str, str]:
        """Start the process, import the framework, and return what it says about itself."""
        self._check_installed()
        begun = time.perf_counter()
        about: dict[str, str] = self.call(about_framework, timeout=START_LIMIT)
        self.seconds_importing += time.perf_counter() - begun
        return about

    def call(self, task: Callable[..., Any], *arguments: Any, timeout: float) -> Any:
        """Run ``task(framework, *arguments)`` in the process and return what it returns.

        Raises:
            FrameworkFailure: it raised, died, or took longer than ``timeout`` seconds. The next call starts anew.
        """
        if self._executor is None:
            self._executor = _executor(self._log)
        future = self._executor.submit(_guarded, task, self.framework, *arguments)
        try:
            result = future.result(timeout=max(timeout, 0.01))
        except TimeoutError:
            self.stop()
            raise FrameworkFailure(
                "timed out",
                "took longer than its time limit, and was stopped",
                "raise time_limit (seconds) in the scenario, or train for fewer epochs",
            ) from None
        except (BrokenProcessPool, OSError) as error:
            self.stop()
            raise FrameworkFailure("crashed", self._obituary(error), self._last_words()) from None
        if isinstance(result, _Raised):
            hint = install_hint(self.framework) if result.kind == "missing" else self._last_words()
            raise FrameworkFailure(result.kind, result.message, hint)
        return result

    def stop(self) -> None:
        """End the process, now."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
            self._executor = None

    def close(self) -> None:
        """End the process and remove its log."""
        self.stop()
        self._log.unlink(missing_ok=True)

    def _check_installed(self) -> None:
        missing = [name for name in REQUIRES[self.framework] if importlib.util.find_spec(name) is None]
        if missing:
            raise FrameworkFailure(
                "missing", f"{' and '.join(missing)} is not installed", install_hint(self.framework)
            )

    def _obituary(self, error: BaseException) -> str:
        text = str(error)
        if "SIGKILL" in text:
            return "its process was killed (SIGKILL); often that means it ran out of memory"
        return "its process died: " + (text.strip().splitlines() or [type(error).__name__])[0]

    def _last_words(self) -> str:
        try:
            lines = self._log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return "last output: " + " | ".join(lines[-3:]) if lines else ""


def install_hint(framework: str) -> str:
    """Return the command that installs a framework."""
    return f"pip install 'backprop-parity[{framework}]'"


def _executor(log: Path) -> Executor:
    from loky import ProcessPoolExecutor

    executor: Executor = ProcessPoolExecutor(
        max_workers=1, initializer=_quiet, initargs=(str(log),), env=ENVIRONMENT
    )
    return executor


# What follows runs in the worker process.

_twins: dict[str, Twin] = {}


def _quiet(log: str) -> None:
    """Send everything printed to a log file, also from C++; leave Ctrl-C to the main process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)


def _guarded(task: Callable[..., Any], framework: str, *arguments: Any) -> Any:
    """Run a task; turn what it raises into words."""
    try:
        return task(framework, *arguments)
    except ImportError as error:
        return _Raised("missing", f"cannot be imported: {error}")
    except MemoryError:
        return _Raised("crashed", "ran out of memory")
    except Exception as error:  # noqa: BLE001 - a framework may raise anything; it becomes a row of the report
        traceback.print_exc()
        first_line = (str(error).strip().splitlines() or [""])[0]
        return _Raised("crashed", f"{type(error).__name__}: {first_line}")


def about_framework(framework: str) -> dict[str, str]:
    """Import a framework and return what it says about itself."""
    about: dict[str, str] = _module(framework).about()
    return about


def begin(framework: str, problem: Problem) -> Beginning:
    """Build a twin and read its weights back."""
    _twins.clear()
    twin = _twin(framework, problem)
    return Beginning(twin.checkpoint(), twin.effective())


def advance(
    framework: str, problem: Problem, checkpoint: Checkpoint, first: int, stop: int, recorded: list[int]
) -> tuple[Chunk, Checkpoint]:
    """Train from a checkpoint to the next."""
    twin = _twin(framework, problem)
    twin.restore(checkpoint)
    return twin.advance(first, stop, recorded), twin.checkpoint()


def outputs(framework: str, problem: Problem, checkpoint: Checkpoint) -> Chunk:
    """Return what each layer computes for all rows."""
    twin = _twin(framework, problem)
    twin.restore(checkpoint)
    return twin.outputs()


def predict(framework: str, problem: Problem, checkpoint: Checkpoint, inputs: list[Array]) -> list[Array]:
    """Return the network's output for each of several inputs."""
    twin = _twin(framework, problem)
    twin.restore(checkpoint)
    return [twin.predict(x) for x in inputs]


def _twin(framework: str, problem: Problem) -> Twin:
    if problem.key not in _twins:
        _twins.clear()
        _twins[problem.key] = _module(framework).twin(problem)
    return _twins[problem.key]


def _module(framework: str) -> Any:
    return importlib.import_module(f"parity.frameworks.{framework}")
