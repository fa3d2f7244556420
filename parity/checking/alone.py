"""Each layer alone, given the error that the layer above hands to it: so a second mistake cannot hide behind the first.

With one sample, the error at a layer's sums can be read from the user's own gradients: it is the gradient of the bias,
and the kernel's is its product with what came in. From there downwards a layer and the one below it are a network of
their own, trained with the half squared error for targets that give just this error.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve, field, frozen

from parity.checking import naming
from parity.checking.examining import Examination
from parity.checking.experiments import Experiment, outcome
from parity.checking.losses import ALIKE, SQUARED, Kind, fit
from parity.checking.naming import Named
from parity.checking.network import Layer, Network, Trained, Weights
from parity.checking.problems import activation
from scratch.tree import Array

RATE = 1e-9


@frozen(eq=False)
class Alone:
    """A layer, judged by itself.

    Attributes:
        number: 1 for the first hidden layer.
        right: whether its gradients follow from the error that it is given; of the last layer, from a known loss.
        named: mistakes that give its numbers.
    """

    number: int
    right: bool
    named: list[Named] = field(factory=list)


def layer_by_layer(found: Examination, kinds: Sequence[Kind]) -> list[Alone]:
    """Return every layer by itself, the last one first; nothing where no step on a single sample is known."""
    done = found.one
    if done is None or len(done.network.layers) < 2:
        return []
    read = done.done.gradients if found.source == "gradients" else done.change
    if not read:
        return []
    judged = [_last(done, kinds, found.source)]
    for number in range(len(done.network.layers) - 1, 0, -1):
        judged.append(_below(done, read, number, found.source))
    return judged


def _last(done: Experiment, kinds: Sequence[Kind], source: str) -> Alone:
    """Judge the last layer by the losses that there are."""
    number = len(done.network.layers)
    came_in = _came_in(done, number)
    some = _part(done, (number,), done.network.layers[number - 1 :], came_in, done.y)
    for kind in kinds:
        base = outcome(some.ours(kind.ours, RATE)).gradients
        if fit(_read(some, source), base).worst <= ALIKE:
            return Alone(number, True)
    named = naming.causes([some], kinds, source, in_turn=False)
    return Alone(number, False, _said(named, f"in layer {number}"))


def _below(done: Experiment, read: Weights, number: int, source: str) -> Alone:
    """Judge a layer by the error at the sums of the one above it."""
    lower, upper = done.network.layers[number - 1], done.network.layers[number]
    came_in = _came_in(done, number)
    between = _came_in(done, number + 1)
    chain = (lower, evolve(upper, activations=("linear",)))
    kernel, bias = f"dense_{number + 1}/kernel", f"dense_{number + 1}/bias"
    sums = between @ done.weights[kernel] + done.weights.get(bias, 0.0)
    tries: list[Experiment] = []
    for error in _errors(read, kernel, bias, between):
        some = _part(done, (number, number + 1), chain, came_in, sums - error)
        base = outcome(some.ours(SQUARED.ours, RATE)).gradients
        mine = {p: a for p, a in base.items() if p.startswith("dense_1/")}
        result = fit({p: _read(some, source)[p] for p in mine}, mine)
        if result.worst <= ALIKE and abs(result.constant - 1) <= ALIKE:
            return Alone(number, True)
        tries.append(_with_right_top(some, base, source))
    where = f"in layer {number}, given the error of layer {number + 1}"
    named = next(filter(None, (naming.causes([t], [SQUARED], source, in_turn=False) for t in tries)), [])
    return Alone(number, False, _said(named, where))


def _errors(read: Weights, kernel: str, bias: str, came_in: Array) -> Iterator[Array]:
    """Yield the error (1, O) at a layer's sums, as its bias has it and as its kernel has it."""
    if bias in read:
        yield read[bias][None, :]
    if came_in.any():
        yield came_in @ read[kernel] / (came_in**2).sum()


def _came_in(done: Experiment, number: int) -> Array:
    """Return what comes into a layer (1, I)."""
    x = done.x
    for place, layer in enumerate(done.network.layers[: number - 1], 1):
        x = x @ done.weights[f"dense_{place}/kernel"] + done.weights.get(f"dense_{place}/bias", 0.0)
        for name in layer.activations:
            x, _ = activation(name).forward({}, x)
    return x


def _part(done: Experiment, numbers: Sequence[int], chain: Sequence[Layer], x: Array, y: Array) -> Experiment:
    """Return the same step of some layers only, as a network of its own."""
    network = Network.of_layers(tuple(chain), done.network)

    def own(values: Weights) -> Weights:
        return {
            f"dense_{place}/{kind}": values[f"dense_{number}/{kind}"]
            for place, number in enumerate(numbers, 1)
            for kind in ("kernel", "bias")
            if f"dense_{number}/{kind}" in values
        }

    trained = Trained(own(done.done.before), own(done.done.after), own(done.done.gradients), ())
    return evolve(done, network=network, weights=own(done.weights), x=x, y=y, done=trained)


def _with_right_top(some: Experiment, base: Weights, source: str) -> Experiment:
    """Return the step with the upper layer's own gradients set right: they are judged elsewhere."""
    top = {p: a for p, a in base.items() if p.startswith("dense_2/")}
    if source == "gradients":
        return evolve(some, done=evolve(some.done, gradients=some.done.gradients | top))
    rate = some.step_size
    after = {p: some.done.before[p] - rate * a for p, a in top.items()}
    return evolve(some, done=evolve(some.done, after=some.done.after | after))


def _read(done: Experiment, source: str) -> Weights:
    return done.done.gradients if source == "gradients" else done.change


def _said(named: Sequence[Named], where: str) -> list[Named]:
    return [evolve(one, scopes=(where,) * len(one.bugs)) for one in named]


def together(judged: Sequence[Alone]) -> Named | None:
    """Return the mistakes of all layers, those that have a name, as one; None where none has."""
    wrong = [one for one in judged if not one.right and one.named]
    if not wrong:
        return None
    found = [
        (bug, size, scope, one.number)
        for one in wrong
        for bug, size, scope in zip(one.named[0].bugs, one.named[0].sizes, one.named[0].scopes, strict=True)
    ]
    each = {bug.code: (bug, size, scope, number) for bug, size, scope, number in reversed(found)}
    bugs, sizes, scopes, layers = zip(*reversed(each.values()), strict=True)
    first = wrong[0].named[0]
    return Named(bugs, first.kind, first.constant, sizes, scopes, layers=layers)


def in_words(judged: Sequence[Alone]) -> str:
    """Return a line that says which layers are wrong by themselves."""
    said = [f"layer_{one.number} {'right' if one.right else 'wrong'}" for one in judged]
    return f"each layer alone, given the error that the one above hands to it: {', '.join(said)}"
