"""Tools that check a gradient, each at its defaults: this project's own, assertions on arrays, gradient checks."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from attrs import frozen

from parity.diagnosis import Bug, plant
from parity.diagnosis.gradients import changed, shown, unseen
from parity.judge import Judge, Reference
from parity.oracles.gradient import check_gradient
from parity.power.replay import Recording
from parity.results import Verdict
from parity.scenarios import Problem
from scratch.network import Network
from scratch.tap import Tap
from scratch.tree import Array, Tree, flatten, unflatten

Gradients = dict[str, Array]
Catches = Callable[[float], bool]
"""Whether a tool objects to gradients that are all off by this relative error."""


@frozen(eq=False)
class Subject:
    """A network in one number type, and what PyTorch computes in its first step."""

    problem: Problem
    recording: Recording

    @property
    def theirs(self) -> Gradients:
        """Gradients by PyTorch, by the path of their parameter."""
        _, chunk, *_ = self.recording.messages
        return {path: chunk.arrays[f"gradient/{path}"][0] for path in flatten(self.problem.params)}

    def value(self, params: Tree) -> Any:
        """Return the loss, by hand."""
        return self._forward(params)[0]

    def mine(self, error: float) -> Gradients:
        """Return gradients by hand, off by a relative error, in the order of the parameters."""
        problem = self.problem
        assert problem.loss is not None
        _, caches, cache = self._forward(problem.params)
        grads = flatten(problem.network.backward(problem.params, caches, problem.loss.backward(cache)))
        return {path: off(grads[path], error) for path in flatten(problem.params)}

    def _forward(self, params: Tree) -> tuple[Any, Any, Any]:
        assert self.problem.loss is not None
        prediction, caches = self.problem.network.forward(params, self.problem.x)
        value, cache = self.problem.loss.forward(prediction, self.problem.y)
        return value, caches, cache


Check = Callable[[Subject], Catches]


@frozen
class Tool:
    """A tool, the package that it comes with, and how it is asked."""

    name: str
    package: str
    check: Check
    note: str = ""


def off(gradient: Array, error: float) -> Array:
    """Return a gradient times 1 + ``error``; a sum, because 1 + ``error`` itself would be rounded to steps of eps."""
    result: Array = gradient + gradient.dtype.type(error) * gradient
    return result


def _all_off(
    network: Network, params: Any, caches: Any, dy: Array, tap: Tap, *, honest: Any, size: float
) -> Tree:
    grads = honest(network, params, caches, dy, unseen(tap))
    return shown(changed(grads, lambda layer, name, gradient: off(gradient, size)), tap)


ALL_OFF = Bug(
    "G000",
    "every gradient off by the same factor",
    ("Network.backward",),
    _all_off,
    looks="every gradient is wrong by the same factor.",
    fix="",
    hidden="",
    seen=(),
    sizes=(1e-3,),
)


def parity_run(subject: Subject) -> Catches:
    """Judge one step of training as ``parity run`` does."""

    def catches(error: float) -> bool:
        problem = plant(subject.problem, ALL_OFF, size=error)
        beginning, chunk, *_ = subject.recording.messages
        judge = Judge(problem, subject.recording.framework)
        judge.begin(beginning.checkpoint.weights)
        judge.add(Reference(problem).advance(0, 1, [0]), chunk)
        return judge.findings().verdict is Verdict.BROKEN

    return catches


def parity_check_gradient(subject: Subject) -> Catches:
    """Check the gradient against its own loss."""
    params = subject.problem.params

    def catches(error: float) -> bool:
        grads = unflatten(subject.mine(error))
        return check_gradient(subject.value, params, grads).verdict is Verdict.BROKEN

    return catches


def numpy_assert_allclose(subject: Subject) -> Catches:
    """Compare with PyTorch's gradients."""
    return _compared(subject, np.testing.assert_allclose)


def torch_assert_close(subject: Subject) -> Catches:
    """Compare with PyTorch's gradients, as tensors."""
    torch = import_module("torch")
    return _compared(subject, lambda a, b: torch.testing.assert_close(torch.tensor(a), torch.tensor(b)))


def keras_assert_all_close(subject: Subject) -> Catches:
    """Compare with PyTorch's gradients."""
    return _compared(subject, import_module("keras.src.testing").TestCase().assertAllClose)


def tensorflow_assert_all_close(subject: Subject) -> Catches:
    """Compare with PyTorch's gradients."""
    return _compared(subject, import_module("tensorflow").test.TestCase().assertAllClose)


def torch_gradcheck(subject: Subject) -> Catches:
    """Check an ``autograd.Function`` made of the hand-written loss and gradient."""
    torch = import_module("torch")
    refused = import_module("torch.autograd.gradcheck").GradcheckError
    params = flatten(subject.problem.params)

    def catches(error: float) -> bool:
        grads = [torch.from_numpy(gradient) for gradient in subject.mine(error).values()]

        class ByHand(torch.autograd.Function):  # type: ignore[misc, name-defined]
            @staticmethod
            def forward(_context: Any, *tensors: Any) -> Any:
                arrays = [tensor.detach().numpy() for tensor in tensors]
                return torch.tensor(subject.value(unflatten(dict(zip(params, arrays, strict=True)))))

            @staticmethod
            def backward(_context: Any, dy: Any) -> Any:
                return tuple(dy * gradient for gradient in grads)

        inputs = [torch.tensor(array, requires_grad=True) for array in params.values()]
        torch.manual_seed(0)
        return _objects(refused, lambda: torch.autograd.gradcheck(ByHand.apply, inputs))

    return catches


def jax_check_grads(subject: Subject) -> Catches:
    """Check a ``custom_vjp`` with the hand-written gradient, along the one direction that JAX always draws."""
    jax, check = import_module("jax"), import_module("jax.test_util").check_grads
    problem = subject.problem

    def loss(kernel_1: Any, bias_1: Any, kernel_2: Any, bias_2: Any) -> Any:
        logits = jax.numpy.tanh(problem.x @ kernel_1 + bias_1) @ kernel_2 + bias_2
        return -(problem.y * jax.nn.log_softmax(logits)).sum(-1).mean()

    def catches(error: float) -> bool:
        grads = subject.mine(error).values()
        by_hand = jax.custom_vjp(loss)
        by_hand.defvjp(
            lambda *params: (loss(*params), None),
            lambda _, dy: tuple(dy * gradient for gradient in grads),
        )
        with jax.enable_x64(problem.dtype == "float64"):
            params = tuple(map(jax.numpy.asarray, flatten(problem.params).values()))
            return _objects(AssertionError, lambda: check(by_hand, params, order=1, modes=["rev"]))

    return catches


def _compared(subject: Subject, compare: Callable[[Array, Array], object]) -> Catches:
    """Return whether a comparison with PyTorch's gradient fails for any parameter."""
    theirs = subject.theirs

    def catches(error: float) -> bool:
        pairs = ((mine, theirs[path]) for path, mine in subject.mine(error).items())
        return any(_objects(AssertionError, partial(compare, a, b)) for a, b in pairs)

    return catches


def _objects(refusal: type[Exception], check: Callable[[], object]) -> bool:
    try:
        check()
    except refusal:
        return True
    return False


TOOLS = (
    Tool("parity run", "backprop-parity", parity_run, "one step against PyTorch"),
    Tool("parity.check_gradient", "backprop-parity", parity_check_gradient),
    Tool("numpy.testing.assert_allclose", "numpy", numpy_assert_allclose),
    Tool("torch.testing.assert_close", "torch", torch_assert_close),
    Tool(
        "Keras assertAllClose",
        "keras",
        keras_assert_all_close,
        "keras.src.testing.TestCase, the one of Keras's own tests; not public",
    ),
    Tool("tf.test.TestCase.assertAllClose", "tensorflow", tensorflow_assert_all_close),
    Tool("torch.autograd.gradcheck", "torch", torch_gradcheck),
    Tool("jax.test_util.check_grads", "jax", jax_check_grads, "order 1, modes rev"),
)
"""This project's own first."""
