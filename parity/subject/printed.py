"""What a program prints: the first part kept, since a loss may be in it; the rest thrown away, however much it is."""

import io
import sys
from types import TracebackType
from typing import Any, Self

MOST = 64 * 1024
"""Characters that are kept."""


class _Sink(io.TextIOBase):
    """A text stream that remembers the first characters, and looks like a terminal's to who asks."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.parts: list[str] = []
        self.length = 0
        self.lost = 0
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Return what a terminal of today says."""
        return "utf-8"

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        room = self.most - self.length
        if room > 0:
            self.parts.append(text[:room])
            self.length += len(self.parts[-1])
        self.lost += max(0, len(text) - max(room, 0))
        return len(text)

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Return standard output, which leads nowhere: see :mod:`parity.subject.limits`."""
        return 1


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer`` of a sink."""

    def __init__(self, sink: _Sink) -> None:
        self.sink = sink

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: Any) -> int:
        """Keep what there is room for; what is no text is shown as such."""
        view = memoryview(data).cast("B")
        self.sink.write(bytes(view[: self.sink.most]).decode("utf-8", errors="replace"))
        self.sink.lost += max(0, len(view) - self.sink.most)
        return len(view)


class Printed:
    r"""Capture standard output and standard error of Python code.

    >>> with Printed() as printed:
    ...     print("loss 0.25")
    >>> printed.text
    'loss 0.25\n'
    """

    def __init__(self, most: int = MOST) -> None:
        self._sink = _Sink(most)
        self._before: list[tuple[Any, Any]] = []

    @property
    def text(self) -> str:
        """The first characters that were printed."""
        return "".join(self._sink.parts)

    @property
    def lost(self) -> int:
        """How many characters more there were."""
        return self._sink.lost

    def start(self) -> Self:
        """Begin to capture."""
        self._before.append((sys.stdout, sys.stderr))
        sys.stdout = sys.stderr = self._sink
        return self

    def stop(self) -> str:
        """Stop, and return the text."""
        sys.stdout, sys.stderr = self._before.pop()
        return self.text

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
