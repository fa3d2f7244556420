"""Messages over a pipe: a length, JSON, and the bytes of the arrays. No pickle: the other side may be hostile.

A message is ``magic, length of the header, length of the body`` (20 bytes), the header, the body. The header is
JSON: the value, in which each array is ``{"array": n}`` and each dictionary ``{"dict": {...}}``, and a table of the
arrays' number types and shapes. The body is their bytes, one after the other. Whatever is read is checked before
it is believed: number type, shape, size and depth.
"""

import contextlib
import json
import math
import os
import re
import select
import struct
import time
from typing import TYPE_CHECKING, Any

from parity.subject.failure import SubjectFailure

if TYPE_CHECKING:
    import numpy as np

MAGIC = b"PRTY"
PREFIX = struct.Struct("<4sQQ")

MOST_HEADER = 8 * 2**20
"""Bytes of JSON that are read: parsed, they may take thirty times as much memory."""

MOST_BODY = 256 * 2**20
"""Bytes of arrays that are read."""

DEPTH = 64
"""How deep lists and dictionaries may be nested."""

CHUNK = 2**20

DTYPE = re.compile(r"[<>|][biufc]\d{1,2}")


class Unsendable(TypeError):  # noqa: N818 - see SubjectFailure
    """A value that no message can hold."""


class Closed(EOFError):  # noqa: N818 - the end of a process is no error
    """The other side has gone."""


def encode(value: Any) -> bytes:
    """Return the message that holds a value.

    Args:
        value: None, bool, int, float, str and arrays of numbers, in lists, tuples and dictionaries with string keys.

    Raises:
        Unsendable: something in it is none of these, or it is too large.
    """
    arrays: list[np.ndarray[Any, Any]] = []
    tree = _pack(value, arrays, 0)
    table = [[array.dtype.str, list(array.shape)] for array in arrays]
    header = json.dumps({"value": tree, "arrays": table}).encode("ascii")
    size = sum(array.nbytes for array in arrays)
    if len(header) > MOST_HEADER or size > MOST_BODY:
        raise Unsendable(
            f"a message of {(len(header) + size) / 2**20:,.0f} MB is too large, "
            f"but should be at most {MOST_HEADER / 2**20:.0f} MB of text and {MOST_BODY / 2**20:.0f} MB of arrays"
        )
    return b"".join([PREFIX.pack(MAGIC, len(header), size), header, *(array.tobytes() for array in arrays)])


def _pack(value: Any, arrays: list[Any], depth: int) -> Any:
    if depth > DEPTH:
        raise Unsendable(f"lists and dictionaries are nested deeper than {DEPTH}")
    if isinstance(value, bool | str | None):
        return None if value is None else bool(value) if isinstance(value, bool) else str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, list | tuple):
        return [_pack(item, arrays, depth + 1) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise Unsendable("a key of a dictionary is no string, but should be one")
        return {"dict": {str(key): _pack(item, arrays, depth + 1) for key, item in value.items()}}
    return {"array": _keep(value, arrays)}


def _keep(value: Any, arrays: list[Any]) -> int:
    """Take an array into the table and return its number in it."""
    import numpy as np

    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in "biufc":
        kind = f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise Unsendable(f"{kind} cannot be sent, but should be numbers, text, lists or dictionaries of them")
    arrays.append(np.asarray(value))
    return len(arrays) - 1


def decode(header: bytes, body: bytearray) -> Any:
    """Return the value of a message.

    Raises:
        SubjectFailure: it is no message.
    """
    try:
        whole = json.loads(header)
        arrays = _arrays(whole["arrays"], body)
        return _unpack(whole["value"], arrays, 0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise garbled(f"its message cannot be read ({type(error).__name__})") from None


def _unpack(tree: Any, arrays: "list[np.ndarray[Any, Any]]", depth: int) -> Any:
    if depth > DEPTH:
        raise ValueError("too deep")
    if isinstance(tree, list):
        return [_unpack(item, arrays, depth + 1) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, content),) = tree.items()
    if kind == "dict":
        return {key: _unpack(item, arrays, depth + 1) for key, item in content.items()}
    if kind != "array" or type(content) is not int or content < 0:
        raise ValueError("neither array nor dictionary")
    return arrays[content]


def _arrays(table: list[Any], body: bytearray) -> "list[np.ndarray[Any, Any]]":
    if not table:
        return []
    import numpy as np

    arrays, offset = [], 0
    for name, shape in table:
        if not isinstance(name, str) or not DTYPE.fullmatch(name):
            raise ValueError("no number type")
        if len(shape) > 32 or not all(type(n) is int and 0 <= n <= 2**40 for n in shape):
            raise ValueError("no shape")
        dtype = np.dtype(name)
        count = math.prod(shape)
        if count * dtype.itemsize > len(body) - offset:
            raise ValueError("fewer bytes than the shape says")
        array = np.frombuffer(body, dtype, count, offset).reshape(shape).copy()
        # A byte other than 0 and 1 makes a bool that is neither.
        arrays.append(array.view(np.uint8) != 0 if dtype.kind == "b" else array)
        offset += count * dtype.itemsize
    return arrays


def send(descriptor: int, message: bytes, deadline: float | None = None) -> None:
    """Write a message.

    Args:
        descriptor: the end of a pipe.
        message: see :func:`encode`.
        deadline: the time of ``time.monotonic`` at which to give up.

    Raises:
        Closed: nobody reads it.
        TimeoutError: the deadline has passed.
    """
    view = memoryview(message)
    while view:
        _wait(descriptor, deadline, writing=True)
        try:
            view = view[os.write(descriptor, view[:CHUNK]) :]
        except BlockingIOError:
            continue
        except OSError:
            raise Closed from None


def receive(descriptor: int, deadline: float | None = None) -> Any:
    """Read a message and return its value.

    Raises:
        Closed: there is none, and will be none.
        TimeoutError: the deadline has passed.
        SubjectFailure: what came is no message.
    """
    prefix = _read(descriptor, PREFIX.size, deadline)
    magic, header, body = PREFIX.unpack(bytes(prefix))
    if magic != MAGIC:
        raise garbled("something else than a message came through the pipe")
    if header > MOST_HEADER or body > MOST_BODY:
        raise garbled(f"it announced a message of {(header + body) / 2**20:,.0f} MB")
    return decode(bytes(_read(descriptor, header, deadline)), _read(descriptor, body, deadline))


def garbled(what: str) -> SubjectFailure:
    """Return the failure that says that the other side does not keep to the protocol."""
    return SubjectFailure(
        "garbled",
        f"its answer could not be read: {what}",
        "the program writes where only parity should; look for os.write, os.fdopen and open(<number>)",
    )


def _read(descriptor: int, size: int, deadline: float | None) -> bytearray:
    """Read exactly so many bytes. Memory is taken as they come: a length alone proves nothing."""
    data = bytearray()
    while len(data) < size:
        _wait(descriptor, deadline)
        try:
            chunk = os.read(descriptor, min(CHUNK, size - len(data)))
        except BlockingIOError:
            continue
        except OSError:
            raise Closed from None
        if not chunk:
            raise Closed
        data += chunk
    return data


def _wait(descriptor: int, deadline: float | None, writing: bool = False) -> None:
    """Wait until a pipe is ready. Windows cannot: there, :mod:`parity.subject.process` ends who is late."""
    if deadline is None or os.name == "nt":
        return
    left = deadline - time.monotonic()
    # poll, not select: a descriptor may be larger than 1023.
    waiting = select.poll()
    with contextlib.suppress(ValueError):
        waiting.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    if left <= 0 or not waiting.poll(left * 1000):
        raise TimeoutError
