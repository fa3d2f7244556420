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
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from attrs import frozen

from parity.frameworks.protocol import Checkpoint, Chunk, Twin
from parity.scenarios.problem import Problem
from scratch.tree import Array

MODULES = {"torch": "parity.frameworks.torch", "keras": "parity.frameworks.keras"}
"""The frameworks there are, and the module that builds twins in each."""

REQUIRES = {"torch": ("torch",), "keras": ("keras", "tensorflow")}
"""The packages each needs."""

ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""Set in a worker before anything is imported: one thread, no GPU, and TensorFlow as quiet as it gets."""

START_LIMIT = 180.0
"""Seconds that starting a process and importing a framework may take."""

LAST_WORDS = 4096
"""Bytes at the end of a log that are looked at: a framework may print without end."""


@frozen
class Beginning:
    """What a twin has before its first step.

    Attributes:
        checkpoint: its initial weights, read back from the framework.
        effective: the settings that its optimizer really uses.
    """

    checkpoint: Checkpoint
    effective: dict[str, float]


class FrameworkFailure(Exception):  # noqa: N818 - not a mistake in a program: a verdict of a run
    """A framework could not do what it was asked to.

    Attributes:
        kind: ``missing``, ``crashed``, ``timed out`` or ``incomparable``.
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
        self._lock = threading.Lock()
        self._closed = False
        descriptor, log = tempfile.mkstemp(prefix=f"parity-{framework}-", suffix=".log")
        os.close(descriptor)
        self._log = Path(log)

    @property
    def running(self) -> bool:
        """Whether it has a process, as far as we know."""
        return self._executor is not None

    def start(self) -> dict[str, str]:
        """Start the process, import the framework, and return what it says about itself."""
        self._check_installed()
        begun = time.perf_counter()
        about: dict[str, str] = self.call(about_framework, timeout=START_LIMIT)
        self.seconds_importing += time.perf_counter() - begun
        return about

    def call(self, task: Callable[..., Any], *arguments: Any, timeout: float) -> Any:
        """Run ``task(module, *arguments)`` in the process and return what it returns.

        ``module`` is the name of the framework's module, see :data:`MODULES`.

        Raises:
            FrameworkFailure: it raised, died, or took longer than ``timeout`` seconds. The next call starts anew.
                After :meth:`close` there is no next call.
        """
        try:
            result = self._submit(task, *arguments).result(timeout=max(timeout, 0.01))
        except TimeoutError:
            self.stop()
            raise FrameworkFailure(
                "timed out",
                "took longer than its time limit, and was stopped",
                "raise time_limit (seconds) in the scenario, or train for fewer epochs",
            ) from None
        except Exception as error:  # noqa: BLE001 - what a task raises is caught in the process: this is its death
            self.stop()
            raise FrameworkFailure("crashed", self._obituary(error), self._last_words()) from None
        if isinstance(result, _Raised):
            hint = install_hint(self.framework) if result.kind == "missing" else self._last_words()
            raise FrameworkFailure(result.kind, result.message, hint)
        return result

    def stop(self) -> None:
        """End the process, now."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]

    def close(self) -> None:
        """End the process for good and remove its log, also while another thread waits in :meth:`call`."""
        with self._lock:
            self._closed = True
        self.stop()
        self._log.unlink(missing_ok=True)

    def _submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        with self._lock:
            if self._closed:
                raise RuntimeError("stopped")
            if self._executor is None:
                self._executor = _executor(self._log)
            return self._executor.submit(_guarded, task, MODULES[self.framework], *arguments)

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
            with self._log.open("rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - LAST_WORDS))
                lines = log.read().decode(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return "last output: " + " | ".join(lines[-3:]) if lines else ""


def install_hint(framework: str) -> str:
    """Return the command that installs a framework."""
    return f"pip install 'backprop-parity[{framework}]'"


def _executor(log: Path) -> Executor:
    from loky import ProcessPoolExecutor

    # Where psutil is installed, a worker that has grown a lot is replaced. Ours keep nothing that would be missed.
    warnings.filterwarnings("ignore", message="A worker ", category=UserWarning)

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


def _guarded(task: Callable[..., Any], module: str, *arguments: Any) -> Any:
    """Run a task; turn what it raises into words."""
    try:
        return task(module, *arguments)
    except ImportError as error:
        return _Raised("missing", f"cannot be imported: {error}")
    except MemoryError:
        return _Raised("crashed", "ran out of memory")
    except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever it is becomes a row of the report
        traceback.print_exc()
        first_line = (str(error).strip().splitlines() or [""])[0]
        return _Raised("crashed", f"{type(error).__name__}: {first_line}")


def about_framework(module: str) -> dict[str, str]:
    """Import a framework and return what it says about itself."""
    about: dict[str, str] = importlib.import_module(module).about()
    return about


def begin(module: str, problem: Problem) -> Beginning:
    """Build a twin and read its weights back."""
    _twins.clear()
    twin = _twin(module, problem)
    return Beginning(twin.checkpoint(), twin.effective())


def advance(
    module: str, problem: Problem, checkpoint: Checkpoint, first: int, stop: int, recorded: list[int]
) -> tuple[Chunk, Checkpoint]:
    """Train from a checkpoint to the next."""
    twin = _twin(module, problem)
    twin.restore(checkpoint)
    return twin.advance(first, stop, recorded), twin.checkpoint()


def outputs(module: str, problem: Problem, checkpoint: Checkpoint) -> Chunk:
    """Return what each layer computes for all rows."""
    twin = _twin(module, problem)
    twin.restore(checkpoint)
    return twin.outputs()


def predict(module: str, problem: Problem, checkpoint: Checkpoint, inputs: list[Array]) -> list[Array]:
    """Return the network's output for each of several inputs."""
    twin = _twin(module, problem)
    twin.restore(checkpoint)
    return [twin.predict(x) for x in inputs]


def _twin(module: str, problem: Problem) -> Twin:
    if problem.key not in _twins:
        _twins.clear()
        _twins[problem.key] = importlib.import_module(module).twin(problem)
    return _twins[problem.key]
