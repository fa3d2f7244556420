"""What the process that holds somebody's network answers: what it may be, and what it computes from given numbers.

Everything that goes in and out is in our own order: kernels (in, out), biases (out,), rows of samples, under the paths
``dense_1/kernel`` … So whoever asks need not know how the network is written.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from parity.subject.failure import SubjectFailure
from parity.subject.loading import load
from parity.understanding import batching, derivatives, reporting, unreached
from parity.understanding.adapting import is_adapter
from parity.understanding.describing import described
from parity.understanding.material import Candidate, Material, Wish
from parity.understanding.ordering import Weights, canonical, placed
from parity.understanding.roles import Role
from parity.understanding.searching import candidates
from parity.understanding.stepping import run
from parity.understanding.target import SEED, TROUBLES, Refused, user_classes
from scratch.tree import Array


class Handler:
    """Answers for one file."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._shown = path, name
        self._found: list[Candidate] = []
        self._search: Iterator[Candidate] = iter(())
        self._material: Material | None = None

    def load(
        self, name: str = "", layers: Sequence[int] = (), activations: Sequence[str] = (), rows: str = ""
    ) -> dict[str, Any]:
        """Load the file; return what is worth saying about it."""
        loaded = load(self._path, self._shown)
        if name and name not in loaded.namespace:
            there = list(user_classes(loaded.namespace, str(loaded.namespace.get("__name__", ""))))
            raise SubjectFailure(
                "refused",
                f"{name} is not in {Path(self._shown).name}, but should be one of: {', '.join(there) or 'no class'}",
                "leave the name out to have everything looked at",
            )
        self._material = Material(loaded.namespace, loaded.tree, loaded.file)
        self._begin(Wish(name, tuple(layers), tuple(activations), rows))
        adapted = is_adapter(loaded.namespace)
        return {"notes": list(loaded.notes), "stubs": list(loaded.stubs), "adapted": adapted}

    def _begin(self, wish: Wish) -> None:
        assert self._material is not None
        self._search = candidates(self._material, wish)

    def following(self) -> dict[str, Any] | None:
        """Return the next network that may be meant, described; None where there is none left."""
        while (candidate := next(self._search, None)) is not None:
            self._found.append(candidate)
            return described(self._found[-1], len(self._found) - 1)
        return None

    def variants(self, number: int) -> list[dict[str, Any]]:
        """Return the same network with every other choice that it offers, described, with the choice in words."""
        found = []
        for said, candidate in self._found[number].variants():
            self._found.append(candidate)
            found.append({"choice": said, **described(self._found[-1], len(self._found) - 1)})
        return found

    def batched(self, number: int, weights: Weights, x: Array) -> dict[str, Any]:
        """Return what the forward pass makes of a whole batch, where it is only known for one sample a call.

        ``outputs`` is empty where it does not take one; ``used`` whether the file itself hands several samples over.
        """
        candidate = self._found[number]
        assert self._material is not None
        outputs = batching.outputs(candidate.forward, placed(candidate.forward, weights), x)
        used = batching.used(self._material, candidate)
        return {"outputs": outputs if outputs is not None else [], "used": used}

    def remarks(self) -> list[str]:
        """Return what is wrong with single functions of the file: derivatives that are not their function's."""
        if self._material is None:
            return []
        found = derivatives.remarks(self._material.namespace, self._material.origin)
        return list(dict.fromkeys([*self._material.remarks, *found]))

    def unreached(self, number: int) -> list[str]:
        """Return the functions that change weights, and that no call of this network's training reaches."""
        training = self._found[number].training
        if training is None or self._material is None:
            return []
        called = {plan.function for plan in (*training.calls, training.forward.plan)}
        return unreached.updates(self._material.tree, called)

    def outer(self, number: int) -> list[str]:
        """Return the functions that train by this network's training calls, again and again."""
        training = self._found[number].training
        if training is None or self._material is None:
            return []
        return unreached.loops(self._material.tree, {plan.function for plan in training.calls})

    def tried(self) -> list[str]:
        """Return what was tried in vain."""
        lines = list(self._material.tried) if self._material else []
        slow = [line for line in TROUBLES if "took longer" in line or "Refused" in line]
        return list(dict.fromkeys([*slow, *lines]))

    def forward(self, number: int, weights: Weights, x: Array) -> Array:
        """Return the network's output (N, O)."""
        forward = self._found[number].forward
        try:
            return forward.run(placed(forward, weights), x)
        except Refused as error:
            raise SubjectFailure("raised", str(error)) from error

    def step(
        self,
        number: int,
        weights: Weights,
        x: Array,
        y: Array,
        rate: float | None = None,
        times: int = 1,
        momentum: float | None = None,
        penalty: float | None = None,
        epochs: int | None = None,
        batch: int | None = None,
        seed: int = SEED,
    ) -> dict[str, Any]:
        """Make training steps; return weights before and after, gradients where they are seen, and reported losses."""
        candidate = self._found[number]
        training, forward = candidate.training, candidate.forward
        assert training is not None
        more = {
            role: value
            for role, value in (
                (Role.MOMENTUM, momentum),
                (Role.PENALTY, penalty),
                (Role.EPOCHS, epochs),
                (Role.BATCH, batch),
            )
            if value is not None
        }
        training.target.seed = seed
        try:
            done = run(training, placed(forward, weights), x, y, rate, more, times)
        except (Refused, LookupError, ValueError, TypeError) as error:
            raise SubjectFailure("raised", str(error)) from error
        finally:
            training.target.seed = SEED
        return {
            "before": canonical(forward, done.before),
            "after": canonical(forward, done.after),
            "gradients": canonical(forward, [done.gradients[n] for n in sorted(done.gradients)])
            if len(done.gradients) == len(forward.places)
            else {},
            "reported": reporting.reported(training, done),
        }

    def losses(self, number: int, weights: Weights, x: Array, y: Array, penalty: float = 0.0) -> list[Any]:
        """Return what the user's loss functions say of the network's output: names and values."""
        candidate = self._found[number]
        if candidate.training is None:
            return []
        return reporting.called(candidate.training, placed(candidate.forward, weights), x, y, penalty)

    def trace(
        self, number: int, weights: Weights, x: Array, y: Array, rate: float | None = None
    ) -> list[dict[str, Any]]:
        """Return the statements that led to what a training step changed; see :mod:`parity.understanding.flowing`."""
        from parity.understanding.flowing import traced

        candidate = self._found[number]
        assert candidate.training is not None
        assert self._material is not None
        try:
            return traced(candidate.training, self._material, placed(candidate.forward, weights), x, y, rate)
        except (Refused, LookupError, ValueError, TypeError) as error:
            raise SubjectFailure("raised", str(error)) from error


class ObjectHandler(Handler):
    """Answers for a live object, or a class, of the process that was forked."""

    def __init__(self, item: Any) -> None:
        super().__init__(Path(), type(item).__name__)
        self._item = item

    def load(
        self, name: str = "", layers: Sequence[int] = (), activations: Sequence[str] = (), rows: str = ""
    ) -> dict[str, Any]:
        """Take the object's module for what a file would have been."""
        import ast
        import inspect
        import sys

        item = self._item
        kind = item if isinstance(item, type) else type(item)
        module = item if inspect.ismodule(item) else sys.modules.get(kind.__module__)
        namespace = dict(vars(module)) if module is not None else {}
        namespace.setdefault("__name__", kind.__module__)
        try:
            tree = ast.parse(inspect.getsource(module)) if module is not None else ast.Module([], [])
        except (OSError, TypeError, SyntaxError):
            tree = ast.Module([], [])
        self._material = Material(namespace, tree, str(getattr(module, "__file__", "")), item)
        self._begin(Wish(name, tuple(layers), tuple(activations), rows))
        return {"notes": [], "stubs": [], "adapted": is_adapter({}, item)}
