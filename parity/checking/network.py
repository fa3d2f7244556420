"""Somebody's network seen from here: what it was taken for, and what it computes from numbers of ours."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from parity.subject.process import Subject
from scratch.tree import Array

Weights = dict[str, Array]
SECONDS = 20.0


@frozen
class Layer:
    """A dense layer as it was understood.

    Attributes:
        inputs: I.
        outputs: O.
        kernel: where the kernel stands, in the user's words.
        bias: where the bias stands; empty if nowhere or in the kernel.
        turned: whether the kernel stands as (out, in).
        joined: ``first`` or ``last`` where the bias is a row of the kernel.
        shared: whether one number is the bias of all units.
        activations: what follows, by name.
    """

    inputs: int
    outputs: int
    kernel: str
    bias: str
    turned: bool
    joined: str
    shared: bool
    activations: tuple[str, ...]

    @property
    def has_bias(self) -> bool:
        """Whether there is one anywhere."""
        return bool(self.bias or self.joined)


@frozen
class Trained:
    """A training step that was done.

    Attributes:
        before: weights before it, by our paths.
        after: and after it.
        gradients: those that were seen; empty where there are none.
        reported: ``(where, value, decimals)`` of numbers that may be a loss.
    """

    before: Weights
    after: Weights
    gradients: Weights
    reported: tuple[tuple[str, float, int], ...]


class Network:
    """A network in another process.

    Attributes:
        layers: what it was understood to be; empty where no known network computes the same.
        told: everything else that is known of it, see :meth:`parity.understanding.handler.Handler.following`.
    """

    def __init__(self, subject: Subject, told: Mapping[str, Any]) -> None:
        self._subject = subject
        self.told = told
        self.layers = tuple(
            Layer(
                one["inputs"],
                one["outputs"],
                one["kernel"],
                one["bias"],
                one["turned"],
                one["joined"],
                one["shared"],
                tuple(one["activations"]),
            )
            for one in told["layers"]
        )

    @classmethod
    def of_layers(cls, layers: tuple[Layer, ...], whole: "Network") -> "Network":
        """Return some layers of a network as one of their own, to compute with: it cannot be called."""
        part = cls.__new__(cls)
        part._subject, part.told, part.layers = whole._subject, whole.told, layers
        return part

    @property
    def training(self) -> Mapping[str, Any] | None:
        """How it is trained; None where nothing was found that trains."""
        training: Mapping[str, Any] | None = self.told["training"]
        return training

    @property
    def calls(self) -> str:
        """What is called to go forward and to train, and how samples are handed over: two of the same tell the same."""
        training = self.training or {}
        how = (training.get("calls"), training.get("pairing"), training.get("forward first"))
        return repr((self.told["name"], self.told["forward"], self.told["feed"], self.sizes, how))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of features, from input to output."""
        return (self.layers[0].inputs, *(layer.outputs for layer in self.layers)) if self.layers else ()

    @property
    def single(self) -> bool:
        """Whether a call trains on one sample."""
        return bool(self.training and self.training["single"])

    @property
    def sets_rate(self) -> bool:
        """Whether the learning rate can be set."""
        return bool(self.training and self.training["rate"])

    @property
    def rate_power(self) -> int:
        """With which power of the learning rate the step grows: 1 where it is used as it should be."""
        return int(self.training["rate power"]) if self.training else 1

    def place(self, path: str) -> str:
        """Return where a parameter stands, in the user's words: ``self.W1`` for ``dense_1/kernel``."""
        name, _, kind = path.partition("/")
        layer = self.layers[int(name.removeprefix("dense_")) - 1]
        return layer.bias if kind == "bias" and layer.bias else layer.kernel

    def forward(self, weights: Weights, x: Array) -> Array:
        """Return its output (N, O).

        Raises:
            SubjectFailure: its code raises.
        """
        output: Array = self._subject.call(
            "forward", timeout=SECONDS, number=self.told["number"], weights=weights, x=x
        )
        return output

    def step(
        self, weights: Weights, x: Array, y: Array, rate: float | None = None, **settings: Any
    ) -> Trained:
        """Train it.

        Raises:
            SubjectFailure: its code raises.
        """
        done = self._subject.call(
            "step",
            timeout=SECONDS,
            number=self.told["number"],
            weights=weights,
            x=x,
            y=y,
            rate=rate,
            **settings,
        )
        return Trained(
            done["before"],
            done["after"],
            done["gradients"],
            tuple((str(where), float(value), int(decimals)) for where, value, decimals in done["reported"]),
        )

    def batched(self, weights: Weights, x: Array) -> tuple[Array | None, bool]:
        """Return the output (N, O) of a batch where one sample a call is what works, and whether it is used so."""
        number = self.told["number"]
        told = self._subject.call("batched", timeout=SECONDS, number=number, weights=weights, x=x)
        outputs = told["outputs"]
        return (outputs if isinstance(outputs, np.ndarray) else None), bool(told["used"])

    def trace(self, weights: Weights, x: Array, y: Array, rate: float | None) -> list[dict[str, Any]]:
        """Return what each line of a training step does, see :mod:`parity.understanding.flowing`."""
        number = self.told["number"]
        found: list[dict[str, Any]] = self._subject.call(
            "trace", timeout=SECONDS, number=number, weights=weights, x=x, y=y, rate=rate
        )
        return found

    def unreached(self) -> list[str]:
        """Return functions of the file that change weights, and that nothing we call reaches, with their lines."""
        found: list[str] = self._subject.call("unreached", timeout=SECONDS, number=self.told["number"])
        return found

    def outer(self) -> list[str]:
        """Return functions of the file that call its training again and again, with their lines."""
        found: list[str] = self._subject.call("outer", timeout=SECONDS, number=self.told["number"])
        return found

    def variants(self) -> list["Network"]:
        """Return the same network with every other choice that it offers; ``told["choice"]`` says which."""
        found = self._subject.call("variants", timeout=SECONDS, number=self.told["number"])
        return [Network(self._subject, told) for told in found]

    def losses(
        self, weights: Weights, x: Array, y: Array, penalty: float = 0.0
    ) -> list[tuple[str, float, int]]:
        """Return what its loss functions say."""
        number = self.told["number"]
        found = self._subject.call(
            "losses", timeout=SECONDS, number=number, weights=weights, x=x, y=y, penalty=penalty
        )
        return [(str(where), float(value), int(decimals)) for where, value, decimals in found]

    def weights(self, rng: np.random.Generator) -> Weights:
        """Return weights with which units are neither saturated nor dead, and no bias is zero."""
        found: Weights = {}
        for number, layer in enumerate(self.layers, 1):
            scale = 1.5 / layer.inputs**0.5
            found[f"dense_{number}/kernel"] = rng.normal(size=(layer.inputs, layer.outputs)) * scale
            if layer.has_bias:
                bias = rng.uniform(0.1, 0.6, layer.outputs) * rng.choice([-1.0, 1.0], layer.outputs)
                found[f"dense_{number}/bias"] = np.full(layer.outputs, bias[0]) if layer.shared else bias
        return found
