"""Messages arrive as they were sent; what is no message is not believed."""

import json
import os
import time
from typing import Any

import numpy as np
import pytest

from parity.subject import wire
from parity.subject.failure import SubjectFailure

VALUES: dict[str, Any] = {
    "plain": [None, True, 3, -(10**30), 0.1, "é\ud800", {"a": {"b": []}}],
    "reserved": {"array": 3, "dict": {"dict": 1}, "": 2},
    "float32": np.arange(6, dtype=np.float32).reshape(2, 3).T,
    "float64": np.array([[0.1, np.nan, np.inf, -0.0]]),
    "complex": np.array([1j, 2]),
    "longdouble": np.array([1, 3], np.longdouble) / 3,
    "bool": np.array([[True], [False]]),
    "empty": np.zeros((0, 3)),
    "scalar": np.float32(0.5),
    "big endian": np.array([1, 2], ">i4"),
}


@pytest.mark.parametrize("kind", VALUES)
def test_values_arrive_as_they_were(kind: str) -> None:
    read, write = os.pipe()
    sent = VALUES[kind]
    wire.send(write, wire.encode({"value": sent}))
    back = wire.receive(read)["value"]
    os.close(read)
    os.close(write)
    if isinstance(sent, np.ndarray | np.generic):
        assert (back.dtype, back.shape) == (sent.dtype, sent.shape)
        np.testing.assert_array_equal(back, sent, strict=True)
    else:
        assert back == sent


@pytest.mark.parametrize("value", [object(), {1: 2}, np.array(["a"]), np.array([None]), {"a": [{2}]}])
def test_what_is_no_plain_value_is_not_sent(value: Any) -> None:
    with pytest.raises(wire.Unsendable, match="should be"):
        wire.encode(value)


def test_nan_and_infinity_outside_arrays() -> None:
    message = wire.encode([float("nan"), float("inf")])
    assert str(wire.decode(message[20:], bytearray())) == "[nan, inf]"


def header(value: Any, *arrays: tuple[str, Any]) -> bytes:
    return json.dumps({"value": value, "arrays": [list(array) for array in arrays]}).encode()


GARBAGE = {
    "no JSON": (b"{", b""),
    "no value": (b"{}", b""),
    "object array": (header({"array": 0}, ("|O8", [1])), bytes(8)),
    "structured": (header({"array": 0}, ("f8,f8", [1])), bytes(16)),
    "string": (header({"array": 0}, ("<U2", [1])), bytes(8)),
    "too few bytes": (header({"array": 0}, ("<f8", [2])), bytes(8)),
    "negative": (header({"array": 0}, ("<f8", [-1])), bytes(8)),
    "overflow": (header({"array": 0}, ("<f8", [2**40, 2**40, 0])), b""),
    "fraction": (header({"array": 0}, ("<f8", [1.0])), bytes(8)),
    "no such array": (header({"array": 1}, ("<f8", [1])), bytes(8)),
    "counted from the end": (header({"array": -1}, ("<f8", [1])), bytes(8)),
    "no such kind": (header({"pickle": 1}), b""),
    "deep": (b'{"value": ' + b"[" * 100_000, b""),
    "deep, but closed": (b'{"arrays": [], "value": ' + b"[" * 200 + b"]" * 200 + b"}", b""),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_no_message_is_believed(kind: str) -> None:
    with pytest.raises(SubjectFailure, match="could not be read") as caught:
        wire.decode(GARBAGE[kind][0], bytearray(GARBAGE[kind][1]))
    assert caught.value.kind == "garbled"


def test_a_bool_is_0_or_1() -> None:
    array = wire.decode(header({"array": 0}, ("|b1", [2])), bytearray(b"\x02\x00"))
    assert array.tobytes() == b"\x01\x00"


def test_what_is_announced_takes_no_memory() -> None:
    read, write = os.pipe()
    os.write(write, wire.PREFIX.pack(wire.MAGIC, 10, 2**60))
    with pytest.raises(SubjectFailure, match="announced a message of 1,099,511,627,776 MB"):
        wire.receive(read, time.monotonic() + 1)
    os.close(write)
    os.close(read)
